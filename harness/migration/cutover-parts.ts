import { z } from 'zod';
import { CUTOVER_PARTS, type CutoverParts } from '../history/observations.ts';

/** What vtctld logs as each part of a switch of writes begins; go/vt/vtctl/workflow/server.go, switchWrites, 24.0.1. */
const MESSAGES = [
  ['stopWrites', /^Stopping source writes$/],
  ['stopStreams', /^Stopping streams$/],
  ['lockTables', /^Executing LOCK TABLES on source tables \d+ times$/],
  ['catchUp', /^Waiting for streams to catchup$/],
  ['migrateStreams', /^Migrating streams$/],
  ['reverseStreams', /^Creating reverse streams$/],
  ['sequences', /^Initializing target sequences$/],
  ['journal', /^Creating journals for workflow /],
  ['allowWrites', /^Allowing writes on target for workflow /],
  ['routing', /^Updating routing rules for workflow /],
  ['routed', /^Updated routing rules for workflow /],
] as const;

type Moment = (typeof MESSAGES)[number][0];

const logLine = z.object({ time: z.iso.datetime({ offset: true }), msg: z.string() });

/**
 * Returns the parts of a switch of writes, from the lines that vtctld logged meanwhile, as JSON. They add up to the
 * time from when it began to stop the writes until the routing rules were written. If writes were stopped more than
 * once, the last attempt counts.
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
    // Sequences are only set if the target has any.
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
  return momentOf(read(line)?.msg) === 'routed';
}

/** Returns the time of each moment in milliseconds, or null if one is missing, doubled or out of order. */
function momentsOf(lines: readonly string[]): ReadonlyMap<Moment, number> | null {
  const found = lines.flatMap((line): [Moment, number][] => {
    const seen = read(line);
    const moment = momentOf(seen?.msg);
    return seen === null || moment === undefined ? [] : [[moment, Date.parse(seen.time)]];
  });
  const attempt = found.slice(
    Math.max(
      0,
      found.findLastIndex(([moment]) => moment === 'stopWrites'),
    ),
  );
  const moments = new Map(attempt);
  const expected = MESSAGES.map(([moment]) => moment).filter((moment) => moment !== 'sequences' || moments.has(moment));
  return attempt.map(([moment]) => moment).join() === expected.join() ? moments : null;
}

function momentOf(message = ''): Moment | undefined {
  return MESSAGES.find(([, pattern]) => pattern.test(message))?.[0];
}

function read(line: string): z.infer<typeof logLine> | null {
  // Most lines are about something else, and parsing JSON is what takes time.
  if (!line.startsWith('{')) return null;
  try {
    return logLine.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
