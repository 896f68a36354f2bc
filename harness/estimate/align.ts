import type { MeasuredPart, MeasuredWork } from '../report/estimate.ts';

/**
 * Merges parts: tables that were seen to end together in any of the works are one part in all of them, so that the
 * parts can be compared.
 */
export function aligned(works: readonly MeasuredWork[]): readonly MeasuredWork[] {
  const groups = new Map<string, Set<string>>();
  for (const { tables } of works.flatMap((work) => work.parts)) {
    const together = new Set(tables.flatMap((table) => [...(groups.get(table) ?? [table])]));
    for (const table of together) groups.set(table, together);
  }
  return works.map((work) => {
    const parts = [...new Set(groups.values())].flatMap((group) => merged(work.parts, group));
    return { ...work, parts };
  });
}

/** Joins the parts of a work that belong to these tables, with the tables in a fixed order. */
function merged(parts: readonly MeasuredPart[], group: ReadonlySet<string>): MeasuredPart[] {
  const own = parts.filter(({ tables }) => tables.some((table) => group.has(table)));
  if (own.length === 0) return [];
  const sum = (field: 'rows' | 'bytes' | 'ms') => own.reduce((total, part) => total + part[field], 0);
  const tables = own.flatMap((part) => part.tables).toSorted();
  return [{ tables, rows: sum('rows'), bytes: sum('bytes'), ms: sum('ms') }];
}
