import { describeMs, msBetween } from '../sentence.ts';
import { KeyWrites } from './key-writes.ts';
import { actionOf, DELETE, FOUND, MISSED, OK, READ, REPLICA, UNREAD, type OperationStore } from './operation-store.ts';
import type { RowReport } from './row-report.ts';
import { Sessions, type SessionState } from './session-state.ts';
import type { StaleReadCounter } from './stale-read-counter.ts';

/**
 * Judges what was seen of one row during the run. Each read on the primary must satisfy these rules:
 *
 * - A value is possible if its write was invoked before the read completed, and was not overwritten. A write was
 *   overwritten if another write was invoked after it had completed, and was itself complete when the read was invoked.
 * - A row may be absent if a delete may have happened, or no insert or update was complete when the read was invoked.
 * - A row whose delete was acknowledged before the read was invoked stays absent, because keys are never used again.
 * - In one process, versions do not decrease, and what it sees is not older than what it saw or wrote before.
 *
 * An update or delete that found no row saw it absent, and one that found its row saw it present.
 */
export class RowJudge {
  readonly writes = new KeyWrites();
  readonly #store: OperationStore;
  readonly #report: RowReport;
  readonly #stale: StaleReadCounter;
  readonly #sessions = new Sessions();

  constructor(store: OperationStore, report: RowReport, stale: StaleReadCounter) {
    this.#store = store;
    this.#report = report;
    this.#stale = stale;
  }

  /** @param initial the value that the row was loaded with; null if it was not loaded. */
  judge(order: Uint32Array, from: number, to: number, initial: number | null): void {
    this.writes.load(this.#store, order, from, to, initial);
    this.#sessions.clear();
    for (let place = from; place < to; place++) {
      const at = order[place]!;
      const flags = this.#store.flagsOf(at);
      if (flags & REPLICA) this.#replicaRead(at);
      else if (actionOf(flags) === READ) this.#read(at);
      else if (flags & OK) this.#write(at, flags);
    }
  }

  #read(at: number): void {
    const session = this.#sessions.of(this.#store.processOf(at));
    const value = this.#store.storedValueOf(at);
    if (Number.isNaN(value)) {
      this.#absent(at, session);
      session.sawNoRow();
    } else {
      this.#present(at, value, session);
    }
  }

  #write(at: number, flags: number): void {
    const invoked = this.#store.invokedOf(at);
    if (flags & MISSED) this.#missed(at);
    if (flags & FOUND) this.#found(at);
    // Without reads, it does not matter what a process knew.
    if (this.writes.reads === 0) return;
    const session = this.#sessions.of(this.#store.processOf(at));
    if (flags & MISSED) session.sawNoRow();
    else session.sawRow(invoked, 0);
    if (actionOf(flags) === DELETE) session.sawNoRow();
  }

  #present(at: number, value: number, session: SessionState): void {
    const { writes } = this;
    const invoked = this.#store.invokedOf(at);
    const version = this.#store.versionOf(at);
    const write = writes.find(value);
    if (write < 0 || writes.invokedOf(write) > this.#store.completedOf(at)) {
      this.#say('no-phantom', at, `read ${value}, which was never sent or certainly failed`);
      return;
    }
    const completed = writes.completedOf(write);
    if (writes.deleteCompleted < invoked) {
      this.#say('no-resurrected-row', at, `read ${value}, though line ${writes.deleteCompleted} acknowledged a delete`);
    } else if (session.hasSeenItGo) {
      this.#say('monotonic', at, `read ${value}, after the same process had seen that the row was gone`);
    } else if (session.newest > completed || version < session.version) {
      this.#say('monotonic', at, `read ${value}, after the same process had seen or written something newer`);
    } else if (writes.stored.latestBefore(invoked) > completed) {
      this.#say('no-lost-write', at, `read ${value}, though a newer write had been acknowledged`);
    } else if (writes.maybeDeleteSeen < invoked || writes.observed.latestBefore(invoked) > completed) {
      this.#say('no-phantom', at, `read ${value}, though an indeterminate write had been seen before`);
    }
    session.sawRow(writes.invokedOf(write), version === UNREAD ? 0 : version);
  }

  #absent(at: number, session: SessionState): void {
    const { writes } = this;
    const invoked = this.#store.invokedOf(at);
    if (writes.mayBeDeletedBefore(this.#store.completedOf(at))) return;
    if (session.hasSeenRow) {
      this.#say('monotonic', at, 'no row was read, after the same process had seen or written it');
    } else if (writes.stored.hasBefore(invoked)) {
      this.#say('no-lost-write', at, 'no row was read, though it had been acknowledged and not deleted');
    } else if (writes.observed.hasBefore(invoked)) {
      this.#say('no-phantom', at, 'no row was read, though it had been read before and was not deleted');
    }
  }

  /** A write goes to the primary and never sees an old state, so if it finds no row, the row is gone. */
  #missed(at: number): void {
    const { writes } = this;
    const invoked = this.#store.invokedOf(at);
    if (writes.mayBeDeletedBefore(this.#store.completedOf(at))) return;
    if (writes.stored.hasBefore(invoked)) {
      this.#say('no-lost-write', at, 'a write found no row, though it had been acknowledged and not deleted');
    } else if (writes.observed.hasBefore(invoked)) {
      this.#say('no-phantom', at, 'a write found no row, though it had been read before and was not deleted');
    }
  }

  #found(at: number): void {
    const { writes } = this;
    const invoked = this.#store.invokedOf(at);
    if (writes.deleteCompleted < invoked) {
      this.#say('no-resurrected-row', at, `a write found the row that line ${writes.deleteCompleted} says is deleted`);
    } else if (writes.maybeDeleteSeen < invoked) {
      this.#say('no-phantom', at, 'a write found a row that an indeterminate delete had been seen to remove');
    }
  }

  #replicaRead(at: number): void {
    const { writes } = this;
    const invoked = this.#store.invokedOf(at);
    const value = this.#store.storedValueOf(at);
    this.#stale.reads++;
    if (Number.isNaN(value)) {
      const isFresh = writes.mayBeDeletedBefore(this.#store.completedOf(at)) || !writes.stored.hasBefore(invoked);
      if (!isFresh) this.#stale.add(this.#staleMs(at));
      return;
    }
    const write = writes.find(value);
    if (write < 0) return;
    const isOld = writes.stored.latestBefore(invoked) > writes.completedOf(write);
    if (isOld || writes.deleteCompleted < invoked) this.#stale.add(this.#staleMs(at));
  }

  #say(id: Parameters<RowReport['add']>[0], at: number, what: string): void {
    const ms = this.#staleMs(at);
    const newest = this.writes.stored.lastBefore(this.#store.invokedOf(at));
    const when = newest && newest.completed > 0 ? `; the newest acknowledged write, line ${newest.completed}` : '';
    const since = when && actionOf(this.#store.flagsOf(at)) === READ ? `, was ${describeMs(ms)} old` : '';
    this.#report.add(id, Math.max(1, ms), this.#store.completedOf(at), `${what}${when}${since}`);
  }

  /** Returns the time from the newest write that should have been seen until the read. */
  #staleMs(at: number): number {
    const invoked = this.#store.invokedOf(at);
    const { deleteCompleted, deleteAt, stored } = this.writes;
    const newest = stored.lastBefore(invoked)?.time ?? 0;
    const since = deleteCompleted < invoked ? Math.max(newest, deleteAt) : newest;
    return Math.max(0, msBetween(since, this.#store.timeOf(at)));
  }
}
