/** What is known about a table from its last comparison. */
export interface LastComparison {
  /** The number of that comparison, starting from 0. */
  readonly number: number;
  /** How many rows its server had changed by then. */
  readonly changed: number;
}

/**
 * Returns the tables that are due for a comparison: those that changed most since they were last compared, then those
 * compared longest ago. It is never empty, so each comparison compares something.
 *
 * @param most the largest number of tables to return.
 */
export function dueTables(
  tables: readonly string[],
  last: ReadonlyMap<string, LastComparison>,
  changed: ReadonlyMap<string, number>,
  most: number,
): readonly string[] {
  const since = (table: string) => {
    const [now, before] = [changed.get(table) ?? 0, last.get(table)?.changed ?? 0];
    // A restarted server counts from 0 again.
    return now >= before ? now - before : now;
  };
  const number = (table: string) => last.get(table)?.number ?? -1;
  const byNeed = tables.toSorted((a, b) => since(b) - since(a) || number(a) - number(b));
  const due = new Set(byNeed.slice(0, most));
  return tables.filter((table) => due.has(table));
}
