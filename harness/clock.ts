/**
 * Returns milliseconds of the machine's monotonic clock, the same in all threads of this process; `performance.now`
 * counts from when each thread began.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
