import type { Progress } from '../history/steps.ts';
import { formatBytes, formatCount, formatDuration, formatQuantity, formatRate } from './format.ts';
import { oneLine } from './text.ts';

/** What a progress report says, in clauses; each is absent where nothing is known. */
export interface ProgressText {
  /** 0 to 1; absent when the total is not known. */
  readonly share?: number;
  /** `123,456/400,000 rows`. */
  readonly amount: string;
  readonly rate?: string;
  /** `9 s left`. */
  readonly left?: string;
  readonly detail?: string;
}

/** @param elapsedMs since the step began; gives the rate where the step does not say it. */
export function describeProgress(progress: Progress, elapsedMs: number): ProgressText {
  const { done, total, unit } = progress;
  const perSecond = progress.perSecond ?? (elapsedMs >= 1000 ? (done * 1000) / elapsedMs : 0);
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : undefined;
  const detail = oneLine(progress.detail ?? '');
  return {
    amount: amountOf(done, total, unit),
    ...(share === undefined ? {} : { share }),
    ...(progress.perSecond === undefined ? {} : { rate: rateOf(progress.perSecond, unit) }),
    // The total may be an estimate that was passed: then nothing is known about the time left.
    ...(perSecond > 0 && total > done ? { left: leftOf((total - done) / perSecond) } : {}),
    ...(detail === '' ? {} : { detail }),
  };
}

/** The whole of a progress report in one plain clause. */
export function progressClause(progress: Progress, elapsedMs: number): string {
  const { amount, share, rate, left, detail } = describeProgress(progress, elapsedMs);
  const percent = share === undefined ? '' : ` (${percentOf(share)})`;
  return [`${amount}${percent}`, rate, left, detail].filter((part) => part !== undefined).join(', ');
}

/** Rounded down, so that 100 % is shown only when all is done. */
export function percentOf(share: number): string {
  return `${Math.floor(share * 100)}%`;
}

function amountOf(done: number, total: number, unit: string): string {
  if (unit === 'bytes') return total > 0 ? `${formatBytes(done)}/${formatBytes(total)}` : formatBytes(done);
  return total > 0 ? `${formatCount(done)}/${formatQuantity(total, unit)}` : formatQuantity(done, unit);
}

/** An estimate to the second is all that a rate supports. */
function leftOf(seconds: number): string {
  if (seconds < 1) return '< 1 s left';
  return seconds < 60 ? `${Math.round(seconds)} s left` : `${formatDuration(seconds * 1000)} left`;
}

function rateOf(perSecond: number, unit: string): string {
  return unit === 'bytes' ? `${formatBytes(perSecond)}/s` : formatRate(perSecond, unit);
}
