import type { DeclaredChange } from './expected.ts';
import type { LegOutcome } from './judge-leg.ts';
import { DIRECTIONS, LEGS, nameOfLeg, type Direction } from './legs.ts';

/** What VDiff said about a table at rest. */
export interface VDiffOpinion {
  readonly direction: string;
  readonly table: string;
  readonly rowsCompared: number;
  readonly mismatchedRows: number;
  /** A few of those rows, as VDiff shows them. */
  readonly samples: readonly string[];
}

/**
 * Returns where VDiff differs from what is declared, or was not asked about a change. Its answer for a table is about
 * all its rows.
 */
export function otherOpinions(vdiffs: readonly VDiffOpinion[], changes: readonly DeclaredChange[]): string[] {
  const others = vdiffs.flatMap(({ direction, table, mismatchedRows: rows }) => {
    const seen = changes.filter((declared) => isOf(table, declared) && declared.vdiff === 'differs');
    const where = `${table}, ${direction}: VDiff sees`;
    if (rows > 0) {
      return seen.length > 0 ? [] : [`${where} ${rows} ${rows === 1 ? 'row that differs' : 'rows that differ'}`];
    }
    return seen
      .filter((declared) => isIn(direction, declared))
      .map(({ column, from, to }) => `${where} nothing, and not that ${column} changes from ${from} to ${to}`);
  });
  const unasked = changes
    .filter((declared) => !vdiffs.some((each) => isOf(each.table, declared) && isIn(each.direction, declared)))
    .map(({ column, from, to }) => `${column}: VDiff was not asked where it changes from ${from} to ${to}`);
  return [...others, ...unasked];
}

/**
 * Returns where the page would show an opinion for which VDiff was not asked. It is asked at the end of each direction
 * until a stream has stopped, because what stopped it never arrives.
 */
export function unaskedOpinions(
  vdiffs: readonly VDiffOpinion[],
  columns: readonly { readonly table: string; readonly legs: readonly LegOutcome[] }[],
): string[] {
  return columns.flatMap(({ table, legs }) =>
    untilStopped(legs)
      .filter((direction) => isTakenWhole(direction, legs))
      .filter((direction) => !vdiffs.some((each) => each.table === table && each.direction === direction))
      .map((direction) => `${table}, ${direction}: VDiff was not asked`),
  );
}

function untilStopped(legs: readonly LegOutcome[]): readonly Direction[] {
  const stopped = DIRECTIONS.findIndex((direction) =>
    legs.some(({ leg, kind }) => kind === 'refused' && leg.startsWith(`${direction} `)),
  );
  return stopped === -1 ? DIRECTIONS : DIRECTIONS.slice(0, stopped);
}

function isTakenWhole(direction: Direction, legs: readonly LegOutcome[]): boolean {
  return LEGS.filter((leg) => leg.direction === direction).every((leg) =>
    legs.some((taken) => taken.leg === nameOfLeg(leg) && (taken.kind === 'equal' || taken.kind === 'changed')),
  );
}

function isOf(table: string, { column }: DeclaredChange): boolean {
  return column.startsWith(`${table}.`);
}

function isIn(direction: string, { on }: DeclaredChange): boolean {
  return [...on].some((leg) => leg.startsWith(`${direction} `));
}
