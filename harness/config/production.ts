import { closest } from 'fastest-levenshtein';
import { usage } from '../errors.ts';
import type { Production } from './config.ts';

/**
 * Checks that every table that moves has a size, and no other table has one, because an estimate from only some of the
 * tables would mean nothing.
 *
 * @throws usage naming each such table, with the closest valid name for one that does not move.
 */
export function refuseOtherTables({ tables }: Pick<Production, 'tables'>, moving: readonly string[], file: string) {
  const unknown = Object.keys(tables).filter((table) => !moving.includes(table));
  const missing = moving.filter((table) => !Object.hasOwn(tables, table));
  if (unknown.length === 0 && missing.length === 0) return;
  const seen = [
    ...unknown.map(
      (table) => `${table} does not move${moving.length === 0 ? '' : `; is it ${closest(table, [...moving])}?`}`,
    ),
    ...missing.map((table) => `${table} moves but has no size`),
  ];
  throw usage({
    what: 'The production sizes do not match the tables that move.',
    expected: `rows, and bytes where they are known, of ${moving.join(', ')}`,
    seen: seen.join('\n'),
    where: `${file}: production.tables`,
    next: 'SELECT table_name, table_rows, data_length + index_length FROM information_schema.tables gives them.',
  });
}
