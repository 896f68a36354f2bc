import { highestRate, rateText, type Rate } from './schedule.ts';

/** Operations a second, or as many as the machine surely keeps beside a migration. */
export type AskedRate = Rate | 'auto';

const FIRST_RATE = 50;
/** For servers that run already: they are not made to show what they take. */
export const UNMEASURED_RATE = 200;

/**
 * Share of what the source takes alone that a rate of `auto` asks for. The copy, the followers and VDiff work beside the
 * application: each write is done four times, and streams are begun anew for each table that is compared. The figures
 * are in docs/decisions/0025.
 */
const AUTO_SHARE = 0.15;
const AUTO_LEAST = 10;
export const AUTO_MOST = 200;

/** A rate beyond this share of what the servers take alone leaves nothing for a migration. */
const MOST_SHARE = 0.7;

/** The rate until the servers' capacity is known. */
export function firstRate(asked: AskedRate): Rate {
  return asked === 'auto' ? FIRST_RATE : asked;
}

/** @param perSecond what the servers took. @returns a rate that a person can read, in two digits. */
export function autoRate(perSecond: number): number {
  const share = Math.min(AUTO_MOST, Math.max(AUTO_LEAST, perSecond * AUTO_SHARE));
  return Number(share.toPrecision(2));
}

/** What a person should know of the rate that was asked for; null where there is room for it. */
export function tooHigh(asked: Rate, perSecond: number): string | null {
  const most = perSecond * MOST_SHARE;
  if (highestRate(asked) <= most) return null;
  return (
    `${rateText(asked)} is beyond 70 % of what the servers take, which was ${Math.round(perSecond)} a second just now, ` +
    `before anything moves: operations will wait, and latencies say how slow this machine is. ` +
    `Ask for ${Math.max(1, Math.floor(most))} a second at most, or for auto`
  );
}
