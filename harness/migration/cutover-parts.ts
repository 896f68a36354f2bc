import { CUTOVER_PARTS, type CutoverParts } from '../history/observations.ts';
import { switchMoment, type SwitchMoment } from './switch-moments.ts';

/** The moments that a whole switch has, in order, from the first to the last part that is measured. */
const MEASURED = [
  'stopWrites',
  'stopStreams',
  'lockTables',
  'catchUp',
  'migrateStreams',
  'reverseStreams',
  'sequences',
  'journal',
  'allowWrites',
  'routing',
  'routed',
] as const satisfies readonly SwitchMoment[];

type Moment = (typeof MEASURED)[number];

/**
 * Returns the parts of a switch of writes, from the lines that vtctld logged during it. They add up to the time from
 * when it began to stop the writes until the routing rules were written. If writes were stopped more than once, the
 * last attempt counts.
 *
 * @returns null unless every part is there once and in order. It is null for an attempt that failed or was finished by
 *   a later command, and for a Vitess that uses other words.
 */
export function cutoverParts(lines: readonly string[]): CutoverParts | null {
  const moments = momentsOf(lines);
  if (moments === null) return null;
  const between = (from: Moment, to: Moment) => moments.get(to)! - moments.get(from)!;
  const parts = {
    stopWrites: between('stopWrites', 'stopStreams'),
    lockTables: between('lockTables', 'catchUp'),
    catchUp: between('catchUp', 'migrateStreams'),
    // Sequences are set only if the target has any.
    reverseStreams: between('reverseStreams', moments.has('sequences') ? 'sequences' : 'journal'),
    journal: between('journal', 'allowWrites'),
    allowWrites: between('allowWrites', 'routing'),
    routing: between('routing', 'routed'),
  };
  const known = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const all = { ...parts, other: between('stopWrites', 'routed') - known };
  return CUTOVER_PARTS.every((part) => all[part] >= 0) ? all : null;
}

/** Whether the last part has been logged, so no more of the switch will come. */
export function isCutoverEnd(line: string): boolean {
  return switchMoment(line)?.moment === 'routed';
}

/** Returns the time of each moment in milliseconds, or null if one is missing, doubled or out of order. */
function momentsOf(lines: readonly string[]): ReadonlyMap<Moment, number> | null {
  const found = lines.flatMap((line): [Moment, number][] => {
    const seen = switchMoment(line);
    const moment = MEASURED.find((each) => each === seen?.moment);
    return seen === null || moment === undefined ? [] : [[moment, seen.atMs]];
  });
  const attempt = found.slice(
    Math.max(
      0,
      found.findLastIndex(([moment]) => moment === 'stopWrites'),
    ),
  );
  const moments = new Map(attempt);
  const expected = MEASURED.filter((moment) => moment !== 'sequences' || moments.has(moment));
  return attempt.map(([moment]) => moment).join() === expected.join() ? moments : null;
}
