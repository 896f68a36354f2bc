/**
 * Counts reads of replicas, which are not judged: how many there were, how many saw an old state, and how old the
 * oldest state was.
 */
export class StaleReadCounter {
  reads = 0;
  stale = 0;
  maxMs = 0;

  add(ms: number): void {
    this.stale++;
    this.maxMs = Math.max(this.maxMs, ms);
  }
}
