import { highestRate, rateText, type Rate } from './schedule.ts';

/** Operations per second, or `auto` for a rate that this machine can certainly sustain beside a migration. */
export type AskedRate = Rate | 'auto';

const FIRST_RATE = 50;
/** The rate of `auto` for servers that are already running, which are not pushed to their limit. */
export const UNMEASURED_RATE = 200;

/**
 * The share of what the source can sustain alone that a rate of `auto` uses. The copy, the followers and VDiff work
 * alongside the application: each write is done four times, and streams are restarted for each table that is compared.
 * The figures are in docs/decisions/0025.
 */
const AUTO_SHARE = 0.15;
const AUTO_LEAST = 10;
export const AUTO_MOST = 200;

/** A rate beyond this share of what the servers can sustain alone leaves no room for a migration. */
const MOST_SHARE = 0.7;

/** The rate until the servers' capacity is known. */
export function firstRate(asked: AskedRate): Rate {
  return asked === 'auto' ? FIRST_RATE : asked;
}

/** @param perSecond what the servers can sustain. @returns a rate that a person can read, in two digits. */
export function autoRate(perSecond: number): number {
  const share = Math.min(AUTO_MOST, Math.max(AUTO_LEAST, perSecond * AUTO_SHARE));
  return Number(share.toPrecision(2));
}

/** Returns what a person should know about the requested rate, or null if there is room for it. */
export function tooHigh(asked: Rate, perSecond: number): string | null {
  const most = perSecond * MOST_SHARE;
  if (highestRate(asked) <= most) return null;
  return (
    `${rateText(asked)} is beyond 70 % of what the servers can sustain, which was ${Math.round(perSecond)} a second just now, ` +
    `before anything moves: operations will wait, and latencies say how slow this machine is. ` +
    `Ask for ${Math.max(1, Math.floor(most))} a second at most, or for auto`
  );
}
