import type { CostObservation } from '../history/observations.ts';

/** CPU seconds by server; null where they are not known. */
type Seconds = Readonly<Record<string, number | null>>;

/** What a run took of the processors, in CPU seconds, from before its servers were started until they were removed. */
export interface CostResult {
  readonly cpuSeconds: {
    /** The process of the run: its looks and judgements, and the clients of the workload. */
    readonly harness: number;
    /** Null where the servers ran before. */
    readonly servers: Seconds | null;
  };
  /**
   * Of the servers' seconds those that went into questions of the harness, for servers where they are told apart: what
   * its account asked of a MySQL, without the load of the subject; all of vtctld, migration commands included.
   */
  readonly questionSeconds: Seconds | null;
  /** The harness and its questions, of all; 0 to 1. Null where any of it is not known. */
  readonly harnessShare: number | null;
}

export function costOf({ harnessSeconds, servers }: Omit<CostObservation, 'of'>): CostResult {
  const harness = rounded(harnessSeconds);
  if (servers === null) {
    return { cpuSeconds: { harness, servers: null }, questionSeconds: null, harnessShare: null };
  }
  const all = servers.map(({ server, cpuSeconds }) => [server, cpuSeconds] as const);
  const asked = servers.flatMap(({ server, questionSeconds }) =>
    questionSeconds === undefined ? [] : [[server, questionSeconds] as const],
  );
  return {
    cpuSeconds: { harness, servers: secondsOf(all) },
    questionSeconds: secondsOf(asked),
    harnessShare: shareOf(harnessSeconds, sumOf(all.map(valueOf)), sumOf(asked.map(valueOf))),
  };
}

/** As `142 CPU seconds: source-mysql 21, etcd 2.0, harness 12; 14 % for the harness and its questions`. */
export function costLine({ cpuSeconds: { harness, servers }, harnessShare }: CostResult): string {
  if (servers === null) {
    return `${formatSeconds(harness)} CPU seconds of the harness; those of servers that ran before are not known`;
  }
  const all = { ...servers, harness };
  const each = Object.entries(all).map(([name, seconds]) => `${name} ${formatSeconds(seconds)}`);
  return `${totalOf(all)} CPU seconds: ${each.join(', ')}; ${formatShare(harnessShare)} for the harness and its questions`;
}

/** The sum of those that are known, as `142`, or `at least 120`. */
export function totalOf(seconds: Seconds): string {
  const all = Object.values(seconds);
  const sum = all.reduce<number>((total, each) => total + (each ?? 0), 0);
  return all.includes(null) ? `at least ${formatSeconds(sum)}` : formatSeconds(sum);
}

/** CPU seconds as `142` or `2.0`; `?` where they are not known. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return '?';
  return seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds).toLocaleString('en');
}

/** As `14 %`; `? %` where it is not known. */
export function formatShare(share: number | null): string {
  return share === null ? '? %' : `${Math.round(share * 100)} %`;
}

function shareOf(harness: number, servers: number | null, questions: number | null): number | null {
  if (servers === null || questions === null) return null;
  const all = harness + servers;
  return all === 0 ? null : Math.round((Math.min(all, harness + questions) / all) * 1e4) / 1e4;
}

/** Null where one of them is not known. */
function sumOf(seconds: readonly (number | null)[]): number | null {
  return seconds.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}

type Entry = readonly [server: string, seconds: number | null];

function valueOf([, seconds]: Entry): number | null {
  return seconds;
}

function secondsOf(entries: readonly Entry[]): Seconds {
  return Object.fromEntries(entries.map(([name, seconds]) => [name, seconds === null ? null : rounded(seconds)]));
}

/** To milliseconds; never negative, as a difference of two readings may be by a hair. */
function rounded(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1e3) / 1e3);
}
