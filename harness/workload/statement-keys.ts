import type { StatementShape } from '../fixture/generators.ts';
import { tokens, type Token } from '../fixture/sql.ts';

/** The value of a column: the name of a parameter, or a whole number. */
export type KeyValue = string | number;

/**
 * Returns the values that name the one row of a statement, by key column: the name of a parameter, or a whole number.
 * The result is null unless the statement has the simplest form: an INSERT of one row with such values, or a WHERE
 * clause that has `column = :parameter` for every key column and joins its conditions only with AND.
 */
export function keyParametersOf(
  statement: StatementShape,
  columns: readonly string[],
): ReadonlyMap<string, KeyValue> | null {
  const all = withoutKeywords(tokens(statement.sql, 'a statement of the workload'));
  const found = statement.kind === 'insert' ? inserted(all, statement.table) : compared(all, statement);
  if (found === null) return null;
  const parameters = new Map<string, KeyValue>();
  for (const column of columns) {
    const parameter = found.get(column.toLowerCase());
    if (parameter === undefined) return null;
    parameters.set(column, parameter);
  }
  return parameters;
}

/** Marks parameters as names, because one can be called like a keyword, such as `:order`. */
function withoutKeywords(all: readonly Token[]): Token[] {
  return all.map((token, at) => (all[at - 1]?.text === ':' ? { ...token, kind: 'name' } : token));
}

/** Matches `INSERT INTO t (a, b) VALUES (:a, :b)` and nothing more; IGNORE could change what is sent. */
function inserted(all: readonly Token[], table: string): Map<string, KeyValue> | null {
  const into = 1;
  if (!isWord('INSERT', 'REPLACE')(all[0]) || !isWord('INTO')(all[into])) return null;
  if (all[into + 1]?.text !== table || all[into + 2]?.text !== '(') return null;
  const columns = parenthesised(all, into + 2);
  const values = columns.end;
  if (!/^VALUES?$/i.test(all[values]?.text ?? '') || all[values + 1]?.text !== '(') return null;
  const row = parenthesised(all, values + 1);
  if (row.end !== all.length) return null;
  const found = new Map<string, KeyValue>();
  for (const [at, [column, ...more]] of columns.parts.entries()) {
    if (column === undefined || more.length > 0) return null;
    const value = valueOf(row.parts[at] ?? []);
    if (value !== null) found.set(column.text.toLowerCase(), value);
  }
  return found;
}

function compared(all: readonly Token[], { kind, table }: StatementShape): Map<string, KeyValue> | null {
  const at = kind === 'delete' ? 2 : 1;
  if (all[at]?.text !== table || !isWord(kind === 'delete' ? 'WHERE' : 'SET')(all[at + 1])) return null;
  const depths = depthsOf(all);
  const where = all.findIndex((token, each) => depths[each] === 0 && isWord('WHERE')(token));
  if (where < 0) return null;
  const end = all.findIndex((token, each) => each > where && depths[each] === 0 && isWord('ORDER', 'LIMIT')(token));
  const found = new Map<string, KeyValue>();
  let condition: Token[] = [];
  const finish = () => {
    const equality = equalityOf(condition, table);
    if (equality !== null) found.set(...equality);
    condition = [];
  };
  for (let each = where + 1; each < (end < 0 ? all.length : end); each++) {
    const token = all[each]!;
    if (depths[each] === 0 && (isWord('OR', 'XOR', 'BETWEEN')(token) || /^[|&]$/.test(token.text))) return null;
    if (depths[each] === 0 && isWord('AND')(token)) finish();
    else condition.push(token);
  }
  finish();
  return found;
}

/** Matches `t.column = :parameter`, or the other way round. */
function equalityOf(condition: readonly Token[], table: string): [string, KeyValue] | null {
  const plain = condition[1]?.text === '.' && condition[0]?.text === table ? condition.slice(2) : condition;
  const at = plain.findIndex(({ text }) => text === '=');
  const sides = [plain.slice(0, Math.max(0, at)), plain.slice(at + 1)];
  const [column] =
    sides.find((side) => side.length === 1 && side[0]?.kind !== 'string' && valueOf(side) === null) ?? [];
  const value = sides.map(valueOf).find((each) => each !== null);
  return column === undefined || value === undefined ? null : [column.text.toLowerCase(), value];
}

/** Returns the parameter or the whole number in these words, or null for anything else. */
function valueOf([first, second, ...rest]: readonly Token[]): KeyValue | null {
  if (first?.text === ':' && second !== undefined && rest.length === 0) return second.text;
  const isWhole = second === undefined && first?.kind === 'word' && /^\d{1,15}$/.test(first.text);
  return isWhole ? Number(first.text) : null;
}

/** Returns what is between this parenthesis and its counterpart, split at commas, and the position after it. */
function parenthesised(all: readonly Token[], open: number): { readonly parts: Token[][]; readonly end: number } {
  const depths = depthsOf(all);
  const parts: Token[][] = [[]];
  let at = open + 1;
  for (; at < all.length && !(all[at]!.text === ')' && depths[at] === depths[open]); at++) {
    if (all[at]!.text === ',' && depths[at] === depths[open]! + 1) parts.push([]);
    else parts.at(-1)!.push(all[at]!);
  }
  return { parts, end: at + 1 };
}

/** Returns how many parentheses are open around each token; a parenthesis itself counts as outside. */
function depthsOf(all: readonly Token[]): number[] {
  let depth = 0;
  return all.map(({ kind, text }) => {
    if (kind !== 'mark') return depth;
    if (text === '(') return depth++;
    return text === ')' ? --depth : depth;
  });
}

export function isWord(...words: readonly string[]): (token: Token | undefined) => boolean {
  return (token) => token?.kind === 'word' && words.includes(token.text.toUpperCase());
}
