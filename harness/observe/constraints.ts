import type { ConnectionOptions } from 'mysql2/promise';
import { RoundtripError, trouble } from '../errors.ts';
import type { ConstraintObservation } from '../history/observations.ts';
import { constraintQueries, type ConstraintQuery } from './constraint-queries.ts';
import { shown } from './expressions.ts';
import { readShapes, type ComparedColumn, type Shape } from './shape.ts';
import { Reader } from './side.ts';

export type ConstraintViolation = Omit<ConstraintObservation['violations'][number], 'side'>;

/** What was found about one side's constraints. */
export interface ConstraintsChecked {
  /** Constraints whose rows were looked at. */
  readonly compared: number;
  /** Unique keys over expressions, which are not looked at. */
  readonly skipped: number;
  readonly violations: readonly ConstraintViolation[];
  readonly tooSlow: readonly { readonly table: string; readonly constraint: string }[];
}

export interface ConstraintOptions {
  /** The time-out of each query on the server; five minutes by default. */
  readonly statementTimeoutMs?: number;
  /** Whether a constraint that cannot be checked in time is left out and reported; otherwise that is trouble. */
  readonly leavesOutSlow?: boolean;
}

/** How many keys of rows are kept for one constraint. */
const MOST_KEYS = 1000;

const ER_QUERY_TIMEOUT = 3024;

/**
 * Looks for rows that break a foreign key, a unique key or an enforced CHECK of their own table. A load without checks,
 * a stream, or a faulty server may have admitted them.
 *
 * @param side one MySQL with its database.
 * @throws trouble if the side cannot be read in time, or a table is missing.
 */
export async function checkConstraints(
  side: ConnectionOptions,
  tables: readonly string[],
  { statementTimeoutMs = 300_000, leavesOutSlow = false }: ConstraintOptions = {},
): Promise<ConstraintsChecked> {
  // The server ends the statement; the client gives up only if it does not.
  using reader = await Reader.open('server', side, statementTimeoutMs + 10_000);
  await reader.show(`SET SESSION max_execution_time = ${statementTimeoutMs}`, 'constraints');
  const violations: ConstraintViolation[] = [];
  const tooSlow: { table: string; constraint: string }[] = [];
  let [compared, skipped] = [0, 0];
  const shapes = await readShapes(reader, tables);
  for (const table of tables) {
    const shape = shapes.get(table);
    if (shape === undefined) {
      throw trouble({ what: `The constraints of ${table} cannot be checked: there is no such table.`, where: table });
    }
    const all = constraintQueries(table, shape.constraints);
    skipped += all.skipped;
    for (const query of all.queries) {
      try {
        violations.push(...(await violationsOf(reader, shape, query)));
        compared += 1;
      } catch (error) {
        if (!leavesOutSlow || !isTooSlow(error)) throw error;
        tooSlow.push({ table, constraint: query.constraint });
      }
    }
  }
  return { compared, skipped, violations, tooSlow };
}

// Warnings do not matter, because a CHECK may cause them for the very rows that this looks for.
async function violationsOf(
  reader: Reader,
  shape: Shape,
  { constraint, count, some, isByRow }: ConstraintQuery,
): Promise<ConstraintViolation[]> {
  const { table } = shape;
  const [counted] = await reader.show(count, table);
  const rows = Number(counted?.['n'] ?? 0);
  if (rows === 0) return [];
  const hasKeys = isByRow && shape.key.length > 0 && rows <= MOST_KEYS;
  const broken = await reader.show(some(keyColumns(shape).map(shown), hasKeys ? rows : 1), table);
  const keys = broken.map((row) => Object.values(row).join(','));
  return [{ table, constraint, rows, key: keys[0] ?? '', ...(hasKeys ? { keys } : {}) }];
}

/** Returns the columns of the key; a row without a primary key is its own key. */
function keyColumns({ key, columns }: Shape): readonly ComparedColumn[] {
  return key.length > 0 ? key : columns;
}

function isTooSlow(error: unknown): boolean {
  if (!(error instanceof RoundtripError)) return false;
  const { cause } = error;
  return typeof cause === 'object' && cause !== null && 'errno' in cause && cause.errno === ER_QUERY_TIMEOUT;
}
