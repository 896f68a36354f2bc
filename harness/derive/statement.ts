import type { WorkloadStatement } from '../fixture/generators.ts';
import type { Column } from '../schema/columns.ts';
import type { Table } from '../schema/database.ts';
import { generatorFor, type PlainGenerator } from './columns.ts';

/** A derived statement without a weight, because it is not yet known how many others there are. */
export type Unweighted = Omit<WorkloadStatement, 'weight'> & { readonly name: string };

/**
 * Returns how the values of a column are generated for a statement. It leaves out the limits of TIMESTAMP, because an
 * application sends times in the server's own zone, in which they may be invalid.
 */
export function valueOf(column: Column, table: Table): PlainGenerator | null {
  const checks = table.checks.filter(({ enforced }) => enforced).map(({ clause }) => clause);
  const generator = generatorFor(column, checks);
  if (generator === null || column.type !== 'timestamp') return generator;
  return { ...generator, edges: [] };
}
