import type { DeclaredChange } from './value-case.ts';

/** What VDiff said of a table at rest. */
export interface VDiffOpinion {
  readonly direction: string;
  readonly table: string;
  readonly rowsCompared: number;
  readonly mismatchedRows: number;
  /** A few of those rows, as VDiff shows them. */
  readonly samples: readonly string[];
}

/** Returns where VDiff says something else than is declared. What it says of a table is about all its rows. */
export function otherOpinions(vdiffs: readonly VDiffOpinion[], changes: readonly DeclaredChange[]): string[] {
  return vdiffs.flatMap(({ direction, table, mismatchedRows: rows }) => {
    const seen = changes.filter(({ column, vdiff }) => column.startsWith(`${table}.`) && vdiff === 'differs');
    const where = `${table}, ${direction}: VDiff sees`;
    if (rows > 0) {
      return seen.length > 0 ? [] : [`${where} ${rows} ${rows === 1 ? 'row that differs' : 'rows that differ'}`];
    }
    return seen
      .filter(({ on }) => [...on].some((leg) => leg.startsWith(`${direction} `)))
      .map(({ column, from, to }) => `${where} nothing, and not that ${column} changes from ${from} to ${to}`);
  });
}
