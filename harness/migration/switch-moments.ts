import { readLogLine } from '../cluster/vitess-log.ts';

/**
 * What vtctld logs as each part of a switch of writes begins, in order; go/vt/vtctl/workflow/server.go, switchWrites,
 * 24.0.1. Reversing is a switch of the reverse workflow, and logs the same.
 */
const MESSAGES = [
  ['locks', /^Locking keyspace \S+ for action SwitchWrites/],
  ['checked', /^No previous journals were found/],
  ['stopWrites', /^Stopping source writes$/],
  ['stopStreams', /^Stopping streams$/],
  ['lockTables', /^Executing LOCK TABLES on source tables \d+ times$/],
  ['catchUp', /^Waiting for streams to catchup$/],
  ['migrateStreams', /^Migrating streams$/],
  ['reverseStreams', /^Creating reverse streams$/],
  ['sequences', /^Initializing target sequences$/],
  ['journal', /^Creating journals for workflow /],
  ['journalled', /^Created journals for workflow /],
  ['allowWrites', /^Allowing writes on target for workflow /],
  ['writesAllowed', /^Allowed writes on target for workflow /],
  ['routing', /^Updating routing rules for workflow /],
  ['routed', /^Updated routing rules for workflow /],
  ['startReverse', /^Starting reverse workflow /],
  ['freeze', /^Marking workflow frozen /],
  ['switched', /^Switch writes completed for workflow /],
] as const;

export type SwitchMoment = (typeof MESSAGES)[number][0];

/** The moments of a switch of writes, in order. */
export const SWITCH_MOMENTS: readonly SwitchMoment[] = MESSAGES.map(([moment]) => moment);

/** Returns what a line of vtctld's log says about a switch of writes, and when. */
export function switchMoment(line: string): { readonly moment: SwitchMoment; readonly atMs: number } | null {
  const seen = readLogLine(line);
  const moment = MESSAGES.find(([, pattern]) => pattern.test(seen?.message ?? ''))?.[0];
  return seen === null || moment === undefined ? null : { moment, atMs: seen.atMs };
}
