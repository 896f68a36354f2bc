import type { CostObservation } from '../history/observations.ts';

/** CPU seconds by server; null if they are not known. */
type Seconds = Readonly<Record<string, number | null>>;

/** How much CPU a run used, in seconds, from before its servers were started until they were removed. */
export interface CostResult {
  readonly cpuSeconds: {
    /** The process of the run, without its application's clients if these are known by themselves. */
    readonly harness: number;
    /**
     * The clients of the workload, which stand for the team's own application and record what they do; null if it is
     * not known, and absent in older runs: it is then a part of `harness`.
     */
    readonly application?: number | null;
    /** Null if the servers were already running. */
    readonly servers: Seconds | null;
  };
  /**
   * The part of the servers' seconds that was used by the harness' own queries, for servers where it can be told apart:
   * the statements of its account on a MySQL, without loading the subject, and all of vtctld, including the migration's
   * commands.
   */
  readonly questionSeconds: Seconds | null;
  /** The share of the harness and its queries in the total, 0 to 1; null if any part is unknown. */
  readonly harnessShare: number | null;
}

export function costOf({ harnessSeconds, applicationSeconds, servers }: Omit<CostObservation, 'of'>): CostResult {
  const own = {
    harness: rounded(harnessSeconds),
    ...(applicationSeconds === undefined
      ? {}
      : { application: applicationSeconds === null ? null : rounded(applicationSeconds) }),
  };
  if (servers === null) return { cpuSeconds: { ...own, servers: null }, questionSeconds: null, harnessShare: null };
  const all = servers.map(({ server, cpuSeconds }) => [server, cpuSeconds] as const);
  const asked = servers.flatMap(({ server, questionSeconds }) =>
    questionSeconds === undefined ? [] : [[server, questionSeconds] as const],
  );
  return {
    cpuSeconds: { ...own, servers: secondsOf(all) },
    questionSeconds: secondsOf(asked),
    harnessShare: shareOf(
      harnessSeconds,
      sumOf([applicationSeconds ?? 0, ...all.map(valueOf)]),
      sumOf(asked.map(valueOf)),
    ),
  };
}

/**
 * Returns for example `142 CPU seconds: source-mysql 21, etcd 2.0, application 4.1, harness 8.0; 9 % for the harness and
 * its questions`.
 */
export function costLine({ cpuSeconds: { harness, application, servers }, harnessShare }: CostResult): string {
  if (servers === null) {
    return `${formatSeconds(harness)} CPU seconds for the harness; those of servers that were already running are not known`;
  }
  const all = { ...servers, ...applicationOf(application), harness };
  const each = Object.entries(all).map(([name, seconds]) => `${name} ${formatSeconds(seconds)}`);
  return `${totalOf(all)} CPU seconds: ${each.join(', ')}; ${formatShare(harnessShare)} for the harness and its questions`;
}

/** Returns nothing where the harness' figure contains that of the application. */
export function applicationOf(seconds: number | null | undefined): Seconds {
  return seconds === null || seconds === undefined ? {} : { application: seconds };
}

/** Returns the sum of the known figures, as `142`, or as `at least 120` if some are unknown. */
export function totalOf(seconds: Seconds): string {
  const all = Object.values(seconds);
  const sum = all.reduce<number>((total, each) => total + (each ?? 0), 0);
  return all.includes(null) ? `at least ${formatSeconds(sum)}` : formatSeconds(sum);
}

/** Formats CPU seconds as `142` or `2.0`; `?` if they are unknown. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return '?';
  return seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds).toLocaleString('en');
}

/** Formats a share as `14 %`; `? %` if it is unknown. */
export function formatShare(share: number | null): string {
  return share === null ? '? %' : `${Math.round(share * 100)} %`;
}

/** @param others what everything but the harness has used. */
function shareOf(harness: number, others: number | null, questions: number | null): number | null {
  if (others === null || questions === null) return null;
  const all = harness + others;
  return all === 0 ? null : Math.round((Math.min(all, harness + questions) / all) * 1e4) / 1e4;
}

/** Null if one of them is unknown. */
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

/** Rounds to milliseconds, and to 0 if the difference of two readings is slightly negative. */
function rounded(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1e3) / 1e3);
}
