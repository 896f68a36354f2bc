import type { ProductionSizes } from '../history/lines.ts';
import type { Measured } from '../report/estimate.ts';
import type { Derived } from './following.ts';
import { atLeast, exactly, plus, scaled, times, type EstimateRange } from './range.ts';

const HOUR_MS = 3_600_000;

/**
 * Returns the hours from the beginning of the copy to the last switch.
 *
 * @param before milliseconds of the copy and the catch-up, or of only the copy if the catch-up is unknown.
 */
export function period(
  before: { readonly range: EstimateRange; readonly isPart: boolean },
  vdiff: Derived | string,
  { soakHours }: ProductionSizes,
): Derived {
  const soak = exactly(soakHours);
  const compared = typeof vdiff === 'string' ? exactly(0) : scaled(vdiff.range, 1 / HOUR_MS);
  return {
    range: plus(scaled(before.range, 1 / HOUR_MS), atLeast(soak, compared)),
    from: 'copy, catch-up, and the time until the last switch',
    assumptions: [
      ...(before.isPart ? ['the time of the catch-up is not in it, as it could not be estimated'] : []),
      `the workflow runs for ${soakHours} h after it has caught up (production.soakHours), or as long as one VDiff where that takes longer`,
    ],
  };
}

/** A stopped stream needs the log from where it stopped, at worst from the beginning of the copy. */
export function retention(hours: Derived, runs: readonly Measured[]): Derived {
  return {
    ...hours,
    assumptions: [
      ...hours.assumptions,
      'a stream that stops, at worst at the beginning of the copy, must find the log from there on',
      ...settingText(hours.range, runs),
    ],
  };
}

function settingText({ high }: EstimateRange, runs: readonly Measured[]): string[] {
  const seconds = runs.at(-1)?.binlogExpireSeconds;
  if (seconds === undefined) return ['what binlog_expire_logs_seconds is set to was not recorded'];
  if (seconds === null) return ['the source that was rehearsed never removes its binary logs'];
  const setting = `binlog_expire_logs_seconds = ${seconds} on the source that was rehearsed, ${formatHours(seconds / 3600)}`;
  const needed = high === null ? null : Math.ceil(high * 3600);
  if (needed !== null && seconds >= needed) return [`${setting}: enough`];
  const mend = needed === null ? 'no retention is enough' : `SET PERSIST binlog_expire_logs_seconds = ${needed}`;
  return [`${setting}: TOO SHORT; ${mend}`];
}

function formatHours(hours: number): string {
  return hours >= 48 ? `${(hours / 24).toFixed(1)} days` : `${hours.toFixed(1)} h`;
}

/** Returns the bytes of binary logs that the source keeps. */
export function sourceDisk(rate: Derived, hours: Derived, runs: readonly Measured[]): Derived {
  const seconds = runs.at(-1)?.binlogExpireSeconds;
  const kept = atLeast(hours.range, exactly((seconds ?? 0) / 3600));
  return {
    range: times(rate.range, scaled(kept, 3_600)),
    from: rate.from,
    assumptions: [
      ...rate.assumptions,
      'the source keeps as much as its setting says, or as the retention above where that is more; a part of it is there today',
    ],
  };
}
