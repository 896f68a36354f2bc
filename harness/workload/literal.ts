import type { Value } from './generate.ts';

// Characters that must be escaped in a quoted string; MySQL's default sql_mode reads backslashes.
// oxlint-disable-next-line no-control-regex
const special = /['"\\\0\n\r\x1a]/g;
const escapes: Readonly<Record<string, string>> = {
  "'": "''",
  '"': '\\"',
  '\\': '\\\\',
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\u001a': '\\Z',
};

/**
 * Returns a value as SQL. The load calls it for every value, and mysql2's own function does more than is needed.
 */
export function writeValue(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object') return `X'${value.toString('hex')}'`;
  return `'${value.replace(special, (character) => escapes[character] ?? character)}'`;
}
