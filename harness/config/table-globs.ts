import { closest } from 'fastest-levenshtein';
import picomatch from 'picomatch';
import { usage } from '../errors.ts';

/** The number of rows of a table if the config does not say. */
const ROWS = 1000;

/**
 * Returns the tables that names and globs choose, in the order of `available`; tables after `!` stay.
 *
 * @throws usage for a pattern that matches no table, with the closest name, and if no table is left.
 */
export function tablesToMove(patterns: readonly string[], available: readonly string[]): string[] {
  const staying = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const moving = patterns.filter((pattern) => !pattern.startsWith('!'));
  for (const pattern of [...moving, ...staying]) {
    if (pattern !== '*' && !available.some(matches(pattern))) throw fitsNothing(pattern, available);
  }
  const isMoving = anyOf(moving.length === 0 ? ['*'] : moving);
  const isStaying = anyOf(staying);
  const chosen = available.filter((table) => isMoving(table) && !isStaying(table));
  if (chosen.length > 0) return chosen;
  throw usage({
    what: 'The config moves no table.',
    expected: `at least one of ${available.join(', ')}`,
    seen: `tables: ${patterns.join(', ')}`,
    next: 'Name a table, or remove tables from the config to move all of them.',
  });
}

/**
 * Returns how many rows each table gets: the number for its own name, or else for the last glob that matches it.
 *
 * @throws usage for a pattern that matches no table.
 */
export function rowsFor(
  rows: number | Readonly<Record<string, number>>,
  tables: readonly string[],
): ReadonlyMap<string, number> {
  if (typeof rows === 'number') return new Map(tables.map((table) => [table, rows]));
  const patterns = Object.entries(rows);
  for (const [pattern] of patterns) {
    if (!tables.some(matches(pattern))) throw fitsNothing(pattern, tables);
  }
  return new Map(
    tables.map((table) => [
      table,
      rows[table] ?? patterns.findLast(([pattern]) => matches(pattern)(table))?.[1] ?? ROWS,
    ]),
  );
}

function matches(pattern: string): (table: string) => boolean {
  const fits = picomatch(pattern, { dot: true, nonegate: true });
  return (table) => table === pattern || fits(table);
}

function anyOf(patterns: readonly string[]): (table: string) => boolean {
  const all = patterns.map(matches);
  return (table) => all.some((each) => each(table));
}

function fitsNothing(pattern: string, available: readonly string[]) {
  const meant = available.length === 0 ? '' : `Is it ${closest(pattern, [...available])}?`;
  return usage({
    what: `There is no table ${pattern}.`,
    expected: `names or globs of ${available.join(', ')}`,
    seen: pattern,
    where: 'tables, or data.rows, of the config',
    ...(meant === '' ? {} : { next: meant }),
  });
}
