import type { FinalRowRead, FinalStateVisitor } from '../history/final-state-reader.ts';
import type { HistoryVisitor, OtherLine } from '../history/history-reader.ts';
import type { FinalRow, FinalStateLine, TableLine } from '../history/lines.ts';
import type { ScannedOperation } from '../history/history-reader.ts';
import type { TransactionFigures } from '../history/workload-findings.ts';
import { AppendChecker } from './append.ts';
import { BankChecker } from './bank.ts';
import type { RunChecker, TableChecker, Unnamed } from './checker.ts';
import { ConstraintsHold } from './constraints-hold.ts';
import { Exercised } from './exercised.ts';
import { Failures } from './failures.ts';
import { GtidContained } from './gtid-contained.ts';
import { guardedRun, guardedTable, type GuardedRun } from './guarded.ts';
import { IdsChecker } from './ids.ts';
import { LeavesNothing } from './leaves-nothing.ts';
import type { Ledger } from './ledger.ts';
import { NotVacuous } from './not-vacuous.ts';
import { NEVER, Pairing, statementsOf, type CompletedOperation } from './operation.ts';
import { StaleReadCounter } from './register/stale-read-counter.ts';
import { RoutingCoherent } from './routing-coherent.ts';
import { RowsChecker } from './rows.ts';
import { SidesEqual } from './sides-equal.ts';
import { SingleWriter } from './single-writer.ts';
import { SqlChecker } from './sql.ts';
import { TransactionAtomic } from './transaction-atomic.ts';
import { TransactionCounter } from './transaction-counter.ts';
import { OperationCounter } from './operation-counter.ts';
import { VDiffAgrees } from './vdiff-agrees.ts';

const RUN_CHECKERS: readonly (new (ledger: Ledger) => RunChecker)[] = [
  SingleWriter,
  SidesEqual,
  VDiffAgrees,
  GtidContained,
  RoutingCoherent,
  ConstraintsHold,
  LeavesNothing,
  NotVacuous,
];

/** A table with its checker, and how far its final state has been read. */
interface TableJudged {
  readonly kind: string;
  readonly checker: Required<TableChecker>;
  isWhole: boolean;
  finalRows: number;
}

/** Passes the lines of a history, and then those of the final state, to all checkers, which report to the ledger. */
export class Judge implements HistoryVisitor, FinalStateVisitor {
  readonly staleReads = new StaleReadCounter();
  readonly tally = new OperationCounter();
  readonly failures = new Failures();
  readonly exercised = new Exercised();
  /** All lines that are not about an operation. */
  readonly marks: OtherLine[] = [];
  readonly #ledger: Ledger;
  readonly #pairing = new Pairing();
  readonly #tables = new Map<string, TableJudged>();
  readonly #sql = new Map<string, SqlChecker>();
  readonly #atomic: TransactionAtomic;
  readonly #transactions = new TransactionCounter();
  /** The tables whose rows a statement can change without naming them, by statement. */
  readonly #unnamed = new Map<string, { readonly checker: Required<TableChecker>; readonly what: Unnamed }[]>();
  /** The line that acknowledged the last write. */
  #lastWrite = -1;
  readonly #runCheckers: readonly GuardedRun[];
  readonly #ofOperations: readonly GuardedRun[];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#atomic = new TransactionAtomic(ledger, ({ table, key }, invoked) => {
      return this.#sql.get(table)?.isThere(key, invoked) ?? null;
    });
    const all: RunChecker[] = [...RUN_CHECKERS.map((Each) => new Each(ledger)), this.#atomic];
    this.#runCheckers = all.map((checker) => guardedRun(checker, ledger));
    this.#ofOperations = this.#runCheckers.filter(({ hearsOperations }) => hearsOperations);
  }

  operation(line: ScannedOperation): void {
    if (line.type === 'invoke') this.#invoked(this.#pairing.invoke(line));
    else this.#completed(this.#pairing.complete(line));
  }

  line(line: OtherLine): void {
    this.marks.push(line);
    if (line.type === 'table') this.#addTable(line);
    this.failures.line(line);
    this.exercised.line(line);
    for (const checker of this.#runCheckers) checker.line(line);
  }

  /** The history has ended: operations in flight are indeterminate. */
  historyEnded(): void {
    for (const operation of this.#pairing.rest()) this.#completed(operation);
  }

  /** The next line of the final state is a row. */
  row(row: FinalRowRead): void {
    const table = this.#tables.get(row.table);
    if (!table) return;
    table.finalRows++;
    table.checker.finalRow(row);
  }

  /** The next line of the final state is the beginning or the end of a table. */
  finalLine(line: Exclude<FinalStateLine, FinalRow>): void {
    const table = this.#tables.get(line.table);
    if (table && line.type === 'end') table.isWhole = table.finalRows === line.rows;
  }

  /** What the application's transactions did; valid only after the end. */
  get transactionFigures(): readonly TransactionFigures[] {
    return this.#transactions.figures(this.#atomic.judged);
  }

  /** Everything has been read. */
  end(): void {
    for (const { checker, isWhole } of this.#tables.values()) checker.end(isWhole);
    for (const checker of this.#runCheckers) checker.end(this.#lastWrite);
  }

  #invoked(operation: CompletedOperation): void {
    for (const checker of this.#ofOperations) checker.invoked(operation);
    this.#tables.get(operation.table)?.checker.invoked(operation);
  }

  #completed(operation: CompletedOperation): void {
    if (operation.outcome === 'ok' && operation.f !== 'read') this.#lastWrite = operation.completed;
    for (const checker of this.#ofOperations) checker.completed(operation);
    const table = this.#tables.get(operation.table);
    this.tally.add(table?.kind ?? 'unknown', operation);
    this.failures.completed(operation);
    this.exercised.completed(operation);
    this.#transactions.completed(operation);
    if (operation.f === 'transaction') this.#transaction(operation);
    if (table) table.checker.completed(operation);
    else this.#ledger.cannot('no-lost-write', `no line says what the table ${operation.table} is`);
    if (operation.statement !== undefined && this.#unnamed.size > 0) this.#tellUnnamed(operation, operation.statement);
  }

  #transaction(operation: CompletedOperation): void {
    for (const statement of statementsOf(operation)) {
      this.exercised.completed(statement);
      this.#tables.get(statement.table)?.checker.completed(statement);
    }
    if (operation.completed !== NEVER) return;
    // It is not known what it had done by then.
    for (const { kind, checker } of this.#tables.values()) if (kind === 'sql') checker.unnamed('rekeys', operation);
  }

  #tellUnnamed(operation: CompletedOperation, statement: string): void {
    const { outcome, matched } = operation;
    if (outcome === 'fail' || (outcome === 'ok' && matched === 0)) return;
    for (const { checker, what } of this.#unnamed.get(statement) ?? []) checker.unnamed(what, operation);
  }

  #addTable(line: TableLine): void {
    if (this.#tables.has(line.table)) return;
    const checker = guardedTable(this.#checkerOf(line), this.#ledger);
    this.#tables.set(line.table, { kind: line.kind, checker, isWhole: false, finalRows: 0 });
    for (const [what, statements] of [
      ['removes', line.removedBy ?? []],
      ['rekeys', line.rekeyedBy ?? []],
    ] as const) {
      for (const statement of statements) {
        this.#unnamed.set(statement, [...(this.#unnamed.get(statement) ?? []), { checker, what }]);
      }
    }
  }

  #checkerOf(line: TableLine): TableChecker {
    const ledger = this.#ledger;
    if (line.kind === 'rows') return new RowsChecker(line, ledger, this.staleReads);
    if (line.kind === 'append') return new AppendChecker(line, ledger);
    if (line.kind === 'bank') return new BankChecker(line, ledger);
    if (line.kind === 'ids') return new IdsChecker(line, ledger);
    const checker = new SqlChecker(line, ledger);
    this.#sql.set(line.table, checker);
    return checker;
  }
}
