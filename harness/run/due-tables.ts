/** What is known of a table when it was last compared. */
export interface LastComparison {
  /** Which of the comparisons it was, from 0. */
  readonly number: number;
  /** Rows that its server had changed by then. */
  readonly changed: number;
}

/**
 * The tables that are due for a comparison: those changed most since they were last compared, then those compared
 * longest ago. Never none, so that each comparison compares something.
 *
 * @param most how many are due at most.
 */
export function dueTables(
  tables: readonly string[],
  last: ReadonlyMap<string, LastComparison>,
  changed: ReadonlyMap<string, number>,
  most: number,
): readonly string[] {
  const since = (table: string) => {
    const [now, before] = [changed.get(table) ?? 0, last.get(table)?.changed ?? 0];
    // A server that was started anew counts from 0 again.
    return now >= before ? now - before : now;
  };
  const number = (table: string) => last.get(table)?.number ?? -1;
  const byNeed = tables.toSorted((a, b) => since(b) - since(a) || number(a) - number(b));
  const due = new Set(byNeed.slice(0, most));
  return tables.filter((table) => due.has(table));
}
