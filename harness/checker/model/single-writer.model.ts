import type { Side } from '../../side.ts';

export interface Switch {
  readonly to: Side;
  readonly start: number;
  readonly end: number;
  readonly isPassed: boolean;
}

export interface Write {
  readonly side: Side;
  readonly invoked: number;
  readonly completed: number;
}

/**
 * Whether it is possible that every write was executed between its two lines by the side in charge at that moment; this
 * tries all ways in which the tables may have been handed over. A switch that passed hands over once, between its
 * lines; one that failed does so once or never, before the next one begins.
 */
export function hasStory(switches: readonly Switch[], writes: readonly Write[], end: number): boolean {
  return stories(switches, 0, 'source', end).some((changes) =>
    writes.every((write) => moments(write).some((moment) => sideAt(changes, moment) === write.side)),
  );
}

type Change = readonly [moment: number, to: Side];

function stories(switches: readonly Switch[], at: number, side: Side, end: number): Change[][] {
  const current = switches[at];
  if (!current) return [[]];
  const { to, start, isPassed } = current;
  const rest = (now: Side) => stories(switches, at + 1, now, end);
  if (to === side) return rest(side);
  const last = isPassed ? current.end : (switches[at + 1]?.start ?? end);
  const changed = between(start, last).flatMap((moment) => rest(to).map((later): Change[] => [[moment, to], ...later]));
  return isPassed ? changed : [...changed, ...rest(side)];
}

/** All moments between two lines. */
function between(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, step) => from + step + 0.5);
}

function moments({ invoked, completed }: Write): number[] {
  // There are two moments between each pair of lines: just before a change there, and just after it.
  return between(invoked, completed).flatMap((moment) => [moment - 0.1, moment + 0.1]);
}

function sideAt(changes: readonly Change[], moment: number): Side {
  return changes.findLast(([when]) => when < moment)?.[1] ?? 'source';
}
