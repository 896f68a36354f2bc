import type { InvariantId } from '../history/invariants.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { Side } from '../side.ts';
import type { RunChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';
import { statementsOf, type CompletedOperation } from './operation.ts';
import { describeMs, msBetween, nameOf } from './sentence.ts';

/** Which side may acknowledge writes to a table, according to the lines so far. */
interface Charge {
  side: Side;
  /**
   * The line and time since which it was certainly this side; writes of the other side that were invoked before may be
   * older.
   */
  since: number;
  sinceAt: number;
  /** The side to which a switch may be handing the table over. */
  next: Side | null;
  /** The side to which a failed switch may have handed it over before the current one began. */
  late: Side | null;
}

/** Writes by a server that no line has named yet. */
interface Nameless {
  readonly table: string;
  readonly server: string;
  readonly key: string | number | null;
  readonly index: number;
  count: number;
}

/** Acknowledged writes between two switches of writes. */
interface Witnesses {
  readonly since: number;
  /** The same on the clock of the history, in nanoseconds. */
  readonly sinceAt: number;
  acknowledged: number;
  /** How many of them say which server executed them. */
  witnessed: number;
}

const TARGETS: Readonly<Record<string, Side>> = { switchWrites: 'target', reverseWrites: 'source' };

/**
 * Judges `single-writer`: the two sides never acknowledge writes to the same table at the same time. The source is in
 * charge at first. A switch of writes hands each table over once: at the first write that the new side acknowledges,
 * and at the latest when the step ends, if it passed. If it failed, the table may be handed over at any time until the
 * next switch begins, or never. A write of the side that is not in charge must have been invoked before the table was
 * handed over. If none of the writes since a switch says which server executed it, nothing is known.
 */
export class SingleWriter implements RunChecker {
  readonly ids: readonly InvariantId[] = ['single-writer'];
  readonly #ledger: Ledger;
  readonly #sides = new Map<string, Side>();
  readonly #names = new Map<string, string>();
  readonly #charges = new Map<string, Charge>();
  readonly #nameless = new Map<string, Nameless>();
  #witnesses: Witnesses = { since: 0, sinceAt: 0, acknowledged: 0, witnessed: 0 };
  /** Which side is in charge of a table that has not been written to yet. */
  readonly #untouched: Charge = { side: 'source', since: 0, sinceAt: 0, next: null, late: null };

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type === 'server') {
      this.#sides.set(line.server, line.side);
      this.#names.set(line.server, line.name);
    }
    if (line.type !== 'step') return;
    const to = TARGETS[line.name];
    if (to === undefined) return;
    // During a switch the table may move between the write and the look that tells who executed it.
    if (line.event === 'start') this.#endWitnesses();
    this.#witnesses = { since: line.index, sinceAt: line.time, acknowledged: 0, witnessed: 0 };
    for (const charge of [this.#untouched, ...this.#charges.values()]) {
      if (line.event === 'start') beginSwitch(charge, to);
      else if (line.verdict === 'pass') endSwitch(charge, to, line.index, line.time);
    }
  }

  completed(operation: CompletedOperation): void {
    const { f, outcome, server, table } = operation;
    if (f === 'read' || outcome !== 'ok') return;
    if (f === 'transaction') {
      for (const statement of statementsOf(operation)) this.completed(statement);
      return;
    }
    const isSince = operation.completedAt >= this.#witnesses.sinceAt;
    if (isSince) this.#witnesses.acknowledged++;
    if (server === undefined) return;
    if (isSince) this.#witnesses.witnessed++;
    this.#ledger.judged('single-writer');
    const side = this.#sides.get(server);
    if (side === undefined) this.#remember(operation, server);
    else this.#judge(operation, server, side, this.#chargeOf(table));
  }

  end(): void {
    this.#endWitnesses();
    for (const { table, server, key, index, count } of this.#nameless.values()) {
      if (this.#sides.has(server)) {
        const name = this.#names.get(server);
        const what = `it was not yet known to which side ${name} belongs when it acknowledged writes to ${table} from line ${index} on`;
        this.#ledger.cannot('single-writer', what);
        continue;
      }
      const what = `${count} writes were acknowledged by the server ${server}, which does not belong to the cluster`;
      this.#ledger.find('single-writer', { table, key, what, index, weight: count });
    }
  }

  #judge(operation: CompletedOperation, server: string, side: Side, charge: Charge): void {
    if (side === charge.side || operation.invoked < charge.since) return;
    if (side === charge.next || side === charge.late) {
      if (side === charge.late) charge.late = null;
      handOver(charge, side, operation.completed, operation.completedAt);
      return;
    }
    const { table, completed, completedAt } = operation;
    const afterMs = msBetween(charge.sinceAt, completedAt);
    const since =
      charge.since === 0 ? 'from the beginning' : `since line ${charge.since}, ${describeMs(afterMs)} before`;
    const what = `${this.#names.get(server)} (${side}) acknowledged a write, though the ${charge.side} was in charge ${since}`;
    this.#ledger.find('single-writer', { table, key: nameOf(operation), what, index: completed, weight: afterMs });
  }

  #endWitnesses(): void {
    const { since, acknowledged, witnessed } = this.#witnesses;
    if (acknowledged === 0 || witnessed > 0) return;
    const what = `none of the ${acknowledged} writes that were acknowledged from line ${since} on says which server executed it`;
    this.#ledger.cannot('single-writer', what);
  }

  #remember(operation: CompletedOperation, server: string): void {
    const { table, completed } = operation;
    const id = `${server} ${table}`;
    const known = this.#nameless.get(id);
    if (known) known.count++;
    else this.#nameless.set(id, { table, server, key: nameOf(operation), index: completed, count: 1 });
  }

  #chargeOf(table: string): Charge {
    const known = this.#charges.get(table);
    if (known) return known;
    const charge = { ...this.#untouched };
    this.#charges.set(table, charge);
    return charge;
  }
}

function beginSwitch(charge: Charge, to: Side): void {
  const hasOpenEnd = charge.next !== null && charge.next !== charge.side && charge.next !== to;
  charge.late = hasOpenEnd ? charge.next : null;
  charge.next = to;
}

function endSwitch(charge: Charge, to: Side, index: number, time: number): void {
  charge.next = null;
  charge.late = null;
  if (charge.side !== to) handOver(charge, to, index, time);
}

function handOver(charge: Charge, to: Side, index: number, time: number): void {
  charge.side = to;
  charge.since = index;
  charge.sinceAt = time;
}
