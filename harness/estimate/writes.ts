import type { OtherLine } from '../history/history-reader.ts';
import type { ObservationLine } from '../history/lines.ts';
import type { MeasuredWrites } from '../report/estimate.ts';

type SampleLine = Extract<ObservationLine, { of: 'sample' }>;

/** Samples are a second apart; bytes are compared over more than one second, because a log is written in blocks. */
const WINDOW_MS = 5_000;
/** A window with fewer transactions than this says something about the harness, not about the application. */
const FEWEST_TRANSACTIONS = 50;
/** An idle stream saves its position about once a second, so it seems to be that far behind. */
const BEHIND_SECONDS = 2;

/** One look at the source's log and at the stream that reads it. */
interface WriteProgress {
  readonly atMs: number;
  readonly transactions: number;
  readonly bytes: number;
  /** Null while the stream is not running. */
  readonly applied: number | null;
}

/** Returns what writes cost while they went to the source and a stream followed: from the copy to the first switch. */
export function measureWrites(samples: readonly SampleLine[], lines: readonly OtherLine[]): MeasuredWrites | null {
  const fromNs = stepStart(lines, 'copy') ?? Infinity;
  const toNs = stepStart(lines, 'switchWrites') ?? Infinity;
  const source = lines.find((line) => line.type === 'server' && line.side === 'source');
  if (source?.type !== 'server') return null;
  const looks = samples.flatMap((sample) => {
    return sample.time >= fromNs && sample.time <= toNs ? lookOf(sample, source.name) : [];
  });
  const windows = windowsOf(looks, WINDOW_MS).filter(
    ([a, b]) => b.transactions - a.transactions >= FEWEST_TRANSACTIONS,
  );
  const [first, last] = [looks[0], looks.at(-1)];
  if (windows.length === 0 || first === undefined || last === undefined) return null;
  const applied = windowsOf(looks, 0).flatMap(appliedBetween);
  return {
    perSecond: perSecond(first, last, last.transactions - first.transactions),
    logBytes: windows
      .map(([a, b]) => (b.bytes - a.bytes) / (b.transactions - a.transactions))
      .filter((each) => each > 0),
    applied: applied.map(({ rate }) => rate),
    limits: applied.filter(({ isLimit }) => isLimit).map(({ rate }) => rate),
  };
}

function stepStart(lines: readonly OtherLine[], name: string): number | undefined {
  return lines.find((line) => line.type === 'step' && line.event === 'start' && line.name === name)?.time;
}

function lookOf({ time, streams, logs = [] }: SampleLine, source: string): WriteProgress[] {
  const log = logs.find(({ server }) => server === source);
  if (log === undefined) return [];
  const stream = streams.find(({ workflow, state }) => state === 'Running' && !workflow.endsWith('_reverse'));
  return [{ atMs: time / 1e6, transactions: log.transactions, bytes: log.bytes, applied: stream?.applied ?? null }];
}

/** Joins samples into consecutive windows, each at least as long as requested. */
function windowsOf(looks: readonly WriteProgress[], leastMs: number): [WriteProgress, WriteProgress][] {
  const windows: [WriteProgress, WriteProgress][] = [];
  let begin = looks[0];
  for (const look of looks.slice(1)) {
    if (begin === undefined || look.atMs - begin.atMs < leastMs) continue;
    windows.push([begin, look]);
    begin = look;
  }
  return windows;
}

function appliedBetween([before, after]: [WriteProgress, WriteProgress]): { rate: number; isLimit: boolean }[] {
  if (before.applied === null || after.applied === null) return [];
  const rate = perSecond(before, after, after.applied - before.applied);
  const isBehind = ({ transactions, applied }: WriteProgress) => transactions - applied! > rate * BEHIND_SECONDS;
  return rate > 0 ? [{ rate, isLimit: isBehind(before) && isBehind(after) }] : [];
}

function perSecond(before: WriteProgress, after: WriteProgress, count: number): number {
  return (count * 1000) / (after.atMs - before.atMs);
}
