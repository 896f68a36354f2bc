import { CUTOVER_PARTS, type Latency } from '../history/observations.ts';
import { backlogOf } from './backlog.ts';
import type { Cell } from './columns.ts';
import { formatCount, formatDuration } from './format.ts';
import type { Paint } from './paint.ts';
import { alarming, right, table } from './table.ts';
import type { CutoverResult, RunResult } from './verdict.ts';

/** What the application saw of each switch of writes. */
export function cutoversOf(run: RunResult, paint: Paint): readonly string[] {
  const rows = run.cutovers.map((cutover, at) => [
    right(`${at + 1}`),
    cutover.direction,
    right(formatDuration(cutover.writeGapMs)),
    right(known(cutover.dueInGap ?? null)),
    right(alarming(formatCount(cutover.acknowledged), cutover.acknowledged === 0 ? 'unknown' : 'pass', paint)),
    right(known(cutover.rowsBehind)),
    right(known(cutover.buffered)),
    ...(['before', 'during', 'after'] as const).map((phase) => right(latencyOf(cutover.latency[phase]))),
    errorsOf(cutover),
  ]);
  const heads = [
    'longest write gap',
    'due in it',
    'acknowledged',
    'behind',
    'buffered',
    'p99 before',
    'during',
    'after',
  ];
  const backlog = backlogOf(run);
  return [
    ...table(['#', 'cutover', ...heads.map(right), 'errors'], rows, paint),
    ...(backlog === null ? [] : [paint('yellow', backlog)]),
  ];
}

/** Where the time of each switch went, according to vtctld's log. */
export function cutoverPartsOf({ cutovers }: RunResult, paint: Paint): readonly string[] {
  const rows = cutovers.flatMap(({ partsMs }, at): Cell[][] => {
    if (partsMs === null) return [];
    return [[right(`${at + 1}`), ...CUTOVER_PARTS.map((part) => right(formatDuration(partsMs[part])))]];
  });
  return table(['#', ...CUTOVER_PARTS.map((part) => right(wordsOf(part)))], rows, paint);
}

/** Turns `stopWrites` into `stop writes`. */
function wordsOf(part: string): string {
  return part.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function known(count: number | null): string {
  return count === null ? '?' : formatCount(count);
}

function latencyOf({ p99Ms }: Latency): string {
  return p99Ms === null ? '-' : formatDuration(p99Ms);
}

/** Lists the most frequent first, so that the first class is the most important. */
function errorsOf({ errors, retriedErrors = 0 }: CutoverResult): string {
  const classes = Object.entries(errors).filter(([, count]) => count > 0);
  const sorted = classes.toSorted(([a, few], [b, many]) => many - few || a.localeCompare(b, 'en'));
  if (sorted.length === 0) return 'none';
  return sorted.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ') + triedAgain(retriedErrors);
}

/** Says how many errors around a switch never reached a user; empty for none. */
export function triedAgain(count: number): string {
  return count === 0 ? '' : `; ${formatCount(count)} of them tried again`;
}
