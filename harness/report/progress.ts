import type { Progress } from '../history/steps.ts';
import { formatBytes, formatCount, formatDuration, formatQuantity, formatRate } from './format.ts';
import { oneLine } from './text.ts';

/** The parts of a progress report; each is absent if nothing is known. */
export interface ProgressText {
  /** A number from 0 to 1; absent if the total is not known. */
  readonly share?: number;
  /** `123,456/400,000 rows`. */
  readonly amount: string;
  readonly rate?: string;
  /** `9 s left`. */
  readonly left?: string;
  readonly detail?: string;
}

/** @param elapsedMs the time since the step began, from which the rate follows if the step does not report one. */
export function describeProgress(progress: Progress, elapsedMs: number): ProgressText {
  const { done, total, unit } = progress;
  const perSecond = progress.perSecond ?? (elapsedMs >= 1000 ? (done * 1000) / elapsedMs : 0);
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : undefined;
  const detail = oneLine(progress.detail ?? '');
  return {
    amount: amountOf(done, total, unit),
    ...(share === undefined ? {} : { share }),
    ...(progress.perSecond === undefined ? {} : { rate: rateOf(progress.perSecond, unit) }),
    // The total may be an estimate that has been passed; the time left is then unknown.
    ...(perSecond > 0 && total > done ? { left: leftOf((total - done) / perSecond) } : {}),
    ...(detail === '' ? {} : { detail }),
  };
}

/** Returns a whole progress report as one plain clause. */
export function progressClause(progress: Progress, elapsedMs: number): string {
  const { amount, share, rate, left, detail } = describeProgress(progress, elapsedMs);
  const percent = share === undefined ? '' : ` (${percentOf(share)})`;
  return [`${amount}${percent}`, rate, left, detail].filter((part) => part !== undefined).join(', ');
}

/** Rounds down, so that 100 % is shown only when everything is done. */
export function percentOf(share: number): string {
  return `${Math.floor(share * 100)}%`;
}

function amountOf(done: number, total: number, unit: string): string {
  if (unit === 'bytes') return total > 0 ? `${formatBytes(done)}/${formatBytes(total)}` : formatBytes(done);
  return total > 0 ? `${formatCount(done)}/${formatQuantity(total, unit)}` : formatQuantity(done, unit);
}

/** Rounds to seconds, because a rate does not support a more precise estimate. */
function leftOf(seconds: number): string {
  if (seconds < 1) return '< 1 s left';
  return seconds < 60 ? `${Math.round(seconds)} s left` : `${formatDuration(seconds * 1000)} left`;
}

function rateOf(perSecond: number, unit: string): string {
  return unit === 'bytes' ? `${formatBytes(perSecond)}/s` : formatRate(perSecond, unit);
}
