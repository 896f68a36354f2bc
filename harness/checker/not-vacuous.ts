import type { OtherLine } from '../history/history-reader.ts';
import type { Finding, InvariantId } from '../history/invariants.ts';
import type { FaultLine, ObservationLine, OperationName, StepLine, TableLine } from '../history/lines.ts';
import type { RunChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';
import { statementsOf, type CompletedOperation } from './operation.ts';
import { judgeStretches } from './enough-writes.ts';
import { Stretches } from './stretches.ts';

/** Operations that may add a row, and that may remove one. */
const ADDS = new Set(['insert', 'append', 'generate']);

/** Steps in which tables are compared. */
const COMPARES: ReadonlySet<string> = new Set(['vdiff', 'vdiffAtRest', 'checksum']);

/** What is known about the rows of a table: the least number that it has. */
interface TableSeen {
  rows: number;
  /** When the first operation on it was invoked, in nanoseconds. */
  first: number;
}

function isWrite(f: OperationName): boolean {
  return f !== 'read';
}

/**
 * Judges `not-vacuous`: writes were acknowledged in every stretch between the switches of writes, and some matched a
 * row; writes were in flight during each switch, every table was compared with rows in it, and every planned fault
 * struck. What is required depends on the rate at which the run itself wrote, so that a slow run is not blamed; see
 * `enough-writes.ts`.
 *
 * Writes are on from the first operation, or the next step `writes`, until the workload is stopped or the history ends.
 */
export class NotVacuous implements RunChecker {
  readonly ids: readonly InvariantId[] = ['not-vacuous'];
  readonly #ledger: Ledger;
  readonly #stretches = new Stretches();
  readonly #tables = new Map<string, TableSeen>();
  /** For each statement, the tables from which it can remove rows without naming them. */
  readonly #removes = new Map<string, readonly string[]>();
  readonly #planned = new Map<string, number>();
  #moving: readonly string[] = [];
  #operations = 0;
  /** Tables looked at in comparisons, and what was missing there: reported only if there was a workload. */
  #comparisons = 0;
  readonly #uncompared: Finding[] = [];
  /** The fewest rows that each table certainly had since the current comparison began. */
  #fewest: ReadonlyMap<string, number> = new Map();
  /**
   * For each witness, the tables that its last comparison was asked to compare; the last comparison is at rest, and
   * must include all tables that move.
   */
  readonly #lastAsked = new Map<string, ReadonlySet<string>>();
  /** The workload was stopped on purpose, so the operations that follow are the harness' own. */
  #isStopped = false;
  #switch: string | null = null;
  #last = { index: 0, time: 0 };

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  invoked({ f, table, invokedAt, invoked }: CompletedOperation): void {
    if (this.#operations++ === 0) {
      const name = this.#switch ?? 'the beginning';
      this.#stretches.begin(name, this.#switch !== null, invoked, invokedAt);
    }
    this.#stretches.invoked(isWrite(f));
    const seen = this.#tables.get(table);
    if (!seen) this.#tables.set(table, { rows: 0, first: invokedAt });
    else if (seen.first === Infinity) seen.first = invokedAt;
    this.#at(invoked, invokedAt);
  }

  completed(operation: CompletedOperation): void {
    const { f, outcome, completed, completedAt } = operation;
    if (completedAt === Infinity) return;
    this.#stretches.completed(isWrite(f));
    this.#at(completed, completedAt);
    if (outcome === 'fail' || f === 'read') return;
    if (f === 'transaction') this.#transaction(operation);
    else this.#wrote(operation);
  }

  #transaction(operation: CompletedOperation): void {
    for (const statement of statementsOf(operation)) {
      const seen = this.#tables.get(statement.table);
      if (seen?.first === Infinity) seen.first = statement.invokedAt;
      if (statement.f !== 'read') this.#wrote(statement);
    }
  }

  #wrote(operation: CompletedOperation): void {
    const { f, outcome, table, matched } = operation;
    this.#remove(operation);
    if (outcome !== 'ok') return;
    const seen = this.#tables.get(table);
    if (seen && ADDS.has(f) && matched !== 0) seen.rows++;
    this.#stretches.acknowledged(table, operation.completedAt, matched !== 0);
  }

  /** One statement can remove many rows, and rows of tables that it does not name, and may leave these tables empty. */
  #remove({ f, table, matched, statement }: CompletedOperation): void {
    if (matched === 0) return;
    const seen = this.#tables.get(table);
    if (seen && f === 'delete') seen.rows -= matched ?? 1;
    if (statement === undefined || this.#removes.size === 0) return;
    for (const name of this.#removes.get(statement) ?? []) {
      const other = this.#tables.get(name);
      if (other) other.rows = Math.min(0, other.rows);
    }
  }

  #addTable({ table, rows, removedBy = [] }: TableLine): void {
    this.#tables.set(table, { rows, first: Infinity });
    for (const statement of removedBy) this.#removes.set(statement, [...(this.#removes.get(statement) ?? []), table]);
  }

  line(line: OtherLine): void {
    this.#at(line.index, line.time);
    if (line.type === 'run') this.#moving = line.tables;
    if (line.type === 'table') this.#addTable(line);
    if (line.type === 'step') this.#step(line);
    if (line.type === 'fault') this.#fault(line);
    if (line.type === 'observation') this.#observation(line);
    if (line.type === 'observation' && line.of === 'workloadStopped') {
      this.#isStopped = true;
      this.#stretches.end(line.index, line.time);
    }
  }

  end(): void {
    this.#stretches.end(this.#last.index, this.#last.time);
    for (const [name, times] of this.#planned) {
      if (times <= 0) continue;
      // Whether the fault meets its moment depends on this machine, not on the migration.
      this.#ledger.cannot('not-vacuous', `the fault ${name} was planned but did not strike`);
    }
    if (this.#operations === 0) {
      this.#ledger.cannot('not-vacuous', 'there were no operations');
      return;
    }
    this.#ledger.judgedMany('not-vacuous', this.#comparisons);
    for (const [witness, asked] of this.#lastAsked) {
      const left = this.#moving.filter((table) => !asked.has(table));
      if (left.length > 0) this.#ledger.cannot('not-vacuous', `the last of ${witness} left out ${left.join(', ')}`);
    }
    for (const finding of this.#uncompared) this.#ledger.find('not-vacuous', finding);
    const { all, switchesWithoutWrites } = this.#stretches;
    judgeStretches(all, new Map([...this.#tables].map(([table, { first }]) => [table, first])), this.#ledger);
    if (switchesWithoutWrites > 0 && !all.some(({ isSwitch }) => isSwitch)) {
      this.#ledger.cannot('not-vacuous', 'writes were switched only while the workload was off');
    }
  }

  #step({ name, event, index, time }: StepLine): void {
    if (event === 'start' && COMPARES.has(name)) {
      this.#fewest = new Map([...this.#tables].map(([table, { rows }]) => [table, rows]));
    }
    if (name === 'writes' && event === 'start' && this.#isStopped) {
      this.#isStopped = false;
      this.#stretches.begin('the new beginning', false, index, time);
    }
    if (name !== 'switchWrites' && name !== 'reverseWrites') return;
    this.#switch = event === 'start' ? `${name} at line ${index}` : null;
    if (event === 'start' && !this.#stretches.isOn) this.#stretches.switchesWithoutWrites++;
    if (!this.#stretches.isOn) return;
    if (this.#switch !== null) this.#stretches.begin(this.#switch, true, index, time);
    else this.#stretches.begin(`the end of ${name} at line ${index}`, false, index, time);
  }

  #fault({ event, name, time }: FaultLine): void {
    const planned = this.#planned.get(name) ?? 0;
    if (event === 'plan') this.#planned.set(name, planned + 1);
    if (event === 'strike') {
      this.#ledger.judged('not-vacuous');
      this.#planned.set(name, planned - 1);
      this.#stretches.strike(time);
    }
    if (event === 'heal') this.#stretches.heal(time);
  }

  #observation(line: ObservationLine): void {
    if (line.of === 'vdiff') {
      const compared = line.tables.map(({ table, rowsCompared }) => ({ table, rows: rowsCompared }));
      this.#compared(
        { witness: 'the VDiffs', by: `VDiff of ${line.workflow}`, asked: line.asked },
        compared,
        line.index,
      );
    }
    if (line.of === 'checksums') {
      const asked = line.underWrites ? line.tables.map(({ table }) => table) : undefined;
      const compared = line.tables.map(({ table, rows, targetRows }) => ({ table, rows: Math.max(rows, targetRows) }));
      this.#compared({ witness: 'the checksums', by: 'the checksums', asked }, compared, line.index);
    }
  }

  #compared(
    { witness, by, asked = this.#moving }: { witness: string; by: string; asked: readonly string[] | undefined },
    tables: readonly { readonly table: string; readonly rows: number }[],
    index: number,
  ): void {
    this.#lastAsked.set(witness, new Set(asked));
    for (const table of asked) {
      this.#comparisons++;
      const compared = tables.find((each) => each.table === table);
      // A table that had no row for a moment during its comparison may have been compared without one.
      const mayBeEmpty = Math.min(this.#tables.get(table)?.rows ?? 1, this.#fewest.get(table) ?? 1) <= 0;
      if (compared && (compared.rows > 0 || mayBeEmpty)) continue;
      const what = compared ? `${by} compared no row of the table` : `${by} left the table out`;
      this.#uncompared.push({ table, key: null, what, index, weight: 1 });
    }
  }

  #at(index: number, time: number): void {
    this.#last.index = index;
    // An answer can be earlier than the line before it.
    this.#last.time = Math.max(this.#last.time, time);
  }
}
