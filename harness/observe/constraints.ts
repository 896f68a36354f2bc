import { trouble } from '../errors.ts';
import type { ConstraintObservation } from '../history/observations.ts';
import { readConstraints } from '../schema/constraints.ts';
import { constraintQueries, type ConstraintQuery } from './constraint-queries.ts';
import { shown } from './expressions.ts';
import { readShape, type Column, type Shape } from './shape.ts';
import { Reader, type Side } from './side.ts';

export type ConstraintViolation = Omit<ConstraintObservation['violations'][number], 'side'>;

/** What one side's constraints look like. */
export interface ConstraintsChecked {
  /** Constraints whose rows were looked at. */
  readonly compared: number;
  /** Unique keys over expressions, which are not looked at. */
  readonly skipped: number;
  readonly violations: readonly ConstraintViolation[];
}

/**
 * Looks for rows that break a foreign key, a unique key or a CHECK of their own table, enforced or not: a load without
 * checks, a stream, or a server at fault may have let them in.
 *
 * @param side one MySQL with its database.
 * @param statementTimeoutMs for each query, on the server; five minutes unless told.
 * @throws trouble when the side cannot be read in time, or a table is missing.
 */
export async function checkConstraints(
  side: Side,
  tables: readonly string[],
  statementTimeoutMs = 300_000,
): Promise<ConstraintsChecked> {
  // The server ends the statement; this side only gives up on one that did not.
  using reader = await Reader.open('server', side, statementTimeoutMs + 10_000);
  await reader.show(`SET SESSION max_execution_time = ${statementTimeoutMs}`, 'constraints');
  const checked = { compared: 0, skipped: 0, violations: [] as ConstraintViolation[] };
  for (const table of tables) {
    const shape = await readShape(reader, table);
    if (shape === undefined) {
      throw trouble({ what: `The constraints of ${table} cannot be checked: there is no such table.`, where: table });
    }
    const { queries, skipped } = constraintQueries(table, await readConstraints(reader.asking(table), table));
    for (const query of queries) {
      const violation = await violationOf(reader, shape, query);
      if (violation !== undefined) checked.violations.push(violation);
    }
    checked.compared += queries.length;
    checked.skipped += skipped;
  }
  return checked;
}

// Warnings do not matter: a CHECK may give some for the very rows that it is there for.
async function violationOf(
  reader: Reader,
  shape: Shape,
  { constraint, count, one }: ConstraintQuery,
): Promise<ConstraintViolation | undefined> {
  const { table } = shape;
  const [counted] = await reader.show(count, table);
  const rows = Number(counted?.['n'] ?? 0);
  if (rows === 0) return undefined;
  const [row = {}] = await reader.show(one(keyColumns(shape).map(shown)), table);
  return { table, constraint, rows, key: Object.values(row).join(',') };
}

/** Without a primary key the whole row is its key. */
function keyColumns({ key, columns }: Shape): readonly Column[] {
  return key.length > 0 ? key : columns;
}
