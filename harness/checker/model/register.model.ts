import type { InvariantId } from '../../history/invariants.ts';
import type { RegisterLine, RegisterRun } from './register-run.ts';

/** An operation on one key, with the numbers of its lines; Infinity for a missing line. */
interface Op extends RegisterLine {
  readonly invoked: number;
  readonly completed: number;
  readonly outcome: 'ok' | 'fail' | 'info';
}

type Store = Pick<Op, 'f' | 'value' | 'invoked' | 'completed' | 'outcome'>;

interface Seen {
  readonly value: number | null;
  readonly version: number | undefined;
  readonly invoked: number;
  readonly completed: number;
}

const BEFORE_ALL = -1;

/**
 * Applies the rules of `register/row-judge.ts` and `final-row.ts` in a form that is clear and not fast: each rule is a
 * sentence about all writes, and there is no state. Returns `id key` of each finding, sorted.
 */
export function judgeRegister({ rows, lines, final }: RegisterRun): string[] {
  const operations = paired(lines);
  const keys = new Set([...operations.map(({ key }) => Number(key)), ...final.map(({ key }) => Number(key))]);
  for (let key = 1; key <= rows; key++) keys.add(key);
  const found = [...keys].flatMap((key) => {
    const row = final.find((each) => each.key === key);
    const ofKey = operations.filter((operation) => operation.key === key);
    const initial = key >= 1 && key <= rows ? -key : null;
    const seen = row ? { value: row.value, version: row.version, invoked: Infinity, completed: Infinity } : null;
    return [...new KeyModel(ofKey, initial).judge(seen)].map((id) => `${id} ${key}`);
  });
  return found.toSorted();
}

function paired(lines: readonly RegisterLine[]): Op[] {
  const operations: Op[] = [];
  for (const [invoked, line] of lines.entries()) {
    if (line.type !== 'invoke') continue;
    const completed = lines.findIndex((each, at) => at > invoked && each.process === line.process);
    const end = lines[completed];
    if (!end) operations.push({ ...line, invoked, completed: Infinity, outcome: 'info' });
    else if (end.type !== 'invoke') {
      const value = line.f === 'read' ? end.value : line.value;
      operations.push({
        ...end,
        value,
        ...(line.tablet && { tablet: line.tablet }),
        invoked,
        completed,
        outcome: end.type,
      });
    }
  }
  return operations;
}

class KeyModel {
  readonly #reads: readonly Op[];
  /** Inserts and updates that took effect or still may, including what was loaded. */
  readonly #stores: readonly Store[];
  readonly #deletes: readonly Op[];
  readonly #missed: readonly Op[];
  readonly #found: readonly Op[];
  readonly #acks: readonly Op[];
  readonly #broken = new Set<InvariantId>();

  constructor(operations: readonly Op[], initial: number | null) {
    const alive = operations.filter(({ outcome }) => outcome !== 'fail');
    const isMissed = ({ f, outcome, matched }: Op) => f !== 'insert' && outcome === 'ok' && matched === 0;
    const writes = alive.filter(({ f }) => f !== 'read');
    this.#reads = alive.filter(({ f, outcome, tablet }) => f === 'read' && outcome === 'ok' && !tablet);
    this.#missed = writes.filter(isMissed);
    this.#found = writes.filter(({ f, outcome, matched }) => f !== 'insert' && outcome === 'ok' && matched === 1);
    const effective = writes.filter((write) => !isMissed(write));
    this.#deletes = effective.filter(({ f }) => f === 'delete');
    const loaded = { f: 'insert', value: initial, invoked: BEFORE_ALL, completed: BEFORE_ALL, outcome: 'ok' } as const;
    this.#stores = [...(initial === null ? [] : [loaded]), ...effective.filter(({ f }) => f !== 'delete')];
    this.#acks = effective.filter(({ outcome }) => outcome === 'ok');
  }

  judge(final: Seen | null): Set<InvariantId> {
    for (const read of this.#reads) {
      if (read.value === null) this.#absent(read, this.#sawRow(read, read.invoked));
      else this.#present({ ...read, value: Number(read.value), version: read.version }, read);
    }
    for (const write of this.#missed) this.#absent(write, false);
    for (const write of this.#found) {
      if (this.#deletedBefore(write.invoked)) this.#broken.add('no-resurrected-row');
      else if (this.#deleteSeen() < write.invoked) this.#broken.add('no-phantom');
    }
    if (final) this.#present(final, null);
    else this.#absent({ invoked: Infinity, completed: Infinity }, false);
    return this.#broken;
  }

  /** When a store had certainly happened. */
  #completed(store: Store): number {
    if (store.outcome === 'ok') return store.completed;
    const seen = this.#reads.filter(({ value, completed }) => value === store.value && completed > store.invoked);
    return Math.min(...seen.map(({ completed }) => completed));
  }

  /** When an indeterminate delete was seen to have happened. */
  #deleteSeen(): number {
    const absences = [...this.#reads.filter(({ value }) => value === null), ...this.#missed];
    const seen = absences.filter(({ invoked, completed }) => {
      const wasThere = this.#stores.some((store) => this.#completed(store) < invoked);
      const possible = this.#deletes.filter((each) => each.invoked < completed);
      return wasThere && possible.length === 1 && possible[0]!.outcome === 'info';
    });
    return Math.min(...seen.map(({ completed }) => completed));
  }

  #deletedBefore(moment: number): boolean {
    return this.#deletes.some(({ outcome, completed }) => outcome === 'ok' && completed < moment);
  }

  #present(seen: Seen, reader: Op | null): void {
    const store = this.#stores.find(({ value, invoked }) => value === seen.value && invoked < seen.completed);
    if (!store) {
      this.#broken.add('no-phantom');
      return;
    }
    const overwriting = this.#stores.filter(
      (other) => other.invoked > this.#completed(store) && this.#completed(other) < seen.invoked,
    );
    if (this.#deletedBefore(seen.invoked)) this.#broken.add('no-resurrected-row');
    else if (reader && this.#hasGoneBack(reader, this.#completed(store))) this.#broken.add('monotonic');
    else if (overwriting.some(({ outcome }) => outcome === 'ok')) this.#broken.add('no-lost-write');
    else if (this.#deleteSeen() < seen.invoked || overwriting.length > 0) this.#broken.add('no-phantom');
    else if (!reader) this.#versions(seen.version);
  }

  #versions(version: number | undefined): void {
    const updates = this.#stores.filter(({ f }) => f === 'update');
    const sure = updates.filter(({ outcome }) => outcome === 'ok');
    if (version === undefined) throw new TypeError('a row of the final state has no version');
    if (version < 1 + sure.length) this.#broken.add('no-lost-write');
    if (version > 1 + updates.length) this.#broken.add('no-duplicate');
  }

  #absent({ invoked, completed }: Pick<Seen, 'invoked' | 'completed'>, hasSeenRow: boolean): void {
    if (this.#deletes.some((each) => each.invoked < completed)) return;
    const before = this.#stores.filter((store) => this.#completed(store) < invoked);
    if (hasSeenRow) this.#broken.add('monotonic');
    else if (before.some(({ outcome }) => outcome === 'ok')) this.#broken.add('no-lost-write');
    else if (before.length > 0) this.#broken.add('no-phantom');
  }

  /** Returns what one process had read, or been told was written, before a moment. */
  #own(reader: Op, before: number) {
    const reads = this.#reads.filter(({ process, completed }) => process === reader.process && completed < before);
    const stores = reads.flatMap((read) => {
      const store = this.#stores.find(({ value, invoked }) => value === read.value && invoked < read.completed);
      return store ? [{ read, store }] : [];
    });
    const acks = this.#acks.filter(({ process, completed }) => process === reader.process && completed < before);
    return { reads, stores, acks };
  }

  #sawRow(reader: Op, before: number): boolean {
    const { stores, acks } = this.#own(reader, before);
    return stores.length > 0 || acks.length > 0;
  }

  #hasGoneBack(reader: Op, completed: number): boolean {
    const { reads, stores, acks } = this.#own(reader, reader.invoked);
    const isNewer = [...acks, ...stores.map(({ store }) => store)].some(({ invoked }) => invoked > completed);
    const isVersionNewer = stores.some(({ read }) => (read.version ?? 0) > (reader.version ?? Infinity));
    const missed = this.#missed.filter((each) => each.process === reader.process && each.completed < reader.invoked);
    const absences = [...reads.filter(({ value }) => value === null), ...missed];
    const sawItGo =
      acks.some(({ f }) => f === 'delete') || absences.some((absence) => this.#sawRow(reader, absence.invoked));
    return isNewer || isVersionNewer || sawItGo;
  }
}
