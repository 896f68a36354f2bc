import path from 'node:path';
import { INVARIANT_IDS } from '../../history/invariants.ts';
import type { NewLine } from '../../history/history-file.ts';
import type { FinalRow, OperationLine } from '../../history/lines.ts';
import type { Observation } from '../../history/observations.ts';
import { formatFinalRow, formatOperation } from '../../history/operation-format.ts';
import type { StepName } from '../../history/steps.ts';
import type { Side } from '../../side.ts';
import {
  HealthyAppend,
  HealthyBank,
  HealthyIds,
  HealthyRows,
  Values,
  type HealthyTable,
  type OperationRequest,
} from './healthy-tables.ts';
import { LineFile } from './line-file.ts';
import { randomOf } from './random.ts';

const PROCESSES = 16;
/** The longest time between two lines. */
const TICK_NS = 60_000;
const FAILS = 0.001;
const INFOS = 0.0002;
/** The share of operations after which the server is asked for, so that their lines are later than their answers. */
const ASKED = 0.3;
export const SERVERS: Readonly<Record<Side, string>> = {
  source: '3e11fa47-71ca-11e1-9e33-c80aa9429562',
  target: '8a94f357-aab4-11df-86ab-c80aa9429444',
};

export interface HealthyRunOptions {
  readonly operations: number;
  readonly seed: number;
  /** Changes the rows of the final state before they are written. */
  readonly spoil?: (row: FinalRow) => readonly FinalRow[];
}

/**
 * Writes the history and final state of a run in which nothing went wrong: all kinds of workload at once, three
 * switches of writes, and every observation. Operations take effect when they complete; a few fail, and a few are
 * indeterminate.
 */
export function writeHealthyRun(directory: string, options: HealthyRunOptions): void {
  using history = new LineFile(path.join(directory, 'history.jsonl'));
  const run = new HealthyRun(history, options);
  run.record(options.operations);
  using finalState = new LineFile(path.join(directory, 'final-state.jsonl'));
  run.recordFinalState(finalState, options.spoil ?? ((row) => [row]));
}

class HealthyRun {
  readonly #file: LineFile;
  readonly #random: () => number;
  readonly #seed: number;
  readonly #tables: readonly HealthyTable[];
  readonly #inFlight = new Map<number, { readonly sent: OperationRequest; readonly invokedAt: number }>();
  readonly #processes = Array.from({ length: PROCESSES }, (_, process) => process);
  #lastProcess = PROCESSES - 1;
  #index = 0;
  #time = 0;
  #step = 0;
  #side: Side = 'source';

  constructor(file: LineFile, { operations, seed }: HealthyRunOptions) {
    this.#file = file;
    this.#random = randomOf(seed);
    this.#seed = seed;
    const values = new Values();
    this.#tables = [
      new HealthyRows('rt_rows', Math.min(10_000, Math.ceil(operations / 10)), values),
      new HealthyAppend('rt_append', values),
      new HealthyBank('rt_bank', 10, 1000),
      new HealthyIds('rt_ids', 'ids', values),
      new HealthyIds('customer', 'sql', values),
    ];
  }

  record(operations: number): void {
    this.#begin();
    const quarter = Math.floor(operations / 4);
    this.#operate(quarter);
    for (const name of ['switchWrites', 'reverseWrites', 'switchWrites'] as const) {
      this.#switch(name);
      this.#observe({ of: 'vdiff', workflow: 'commerce2customer', keyspace: 'customer', tables: this.#compared() });
      this.#operate(quarter);
    }
    this.#operate(operations - 4 * quarter);
    this.#observe({ of: 'workloadStopped' });
    while (this.#inFlight.size > 0) this.#complete([...this.#inFlight.keys()][0]!);
    this.#end();
  }

  recordFinalState(file: LineFile, spoil: (row: FinalRow) => readonly FinalRow[]): void {
    for (const table of this.#tables) {
      const { table: name, kind } = table.line;
      file.write(JSON.stringify({ type: 'begin', table: name, kind, side: this.#side }));
      let rows = 0;
      for (const row of table.finalRows()) {
        for (const each of spoil(row)) {
          file.write(formatFinalRow(each));
          rows++;
        }
      }
      file.write(JSON.stringify({ type: 'end', table: name, rows }));
    }
  }

  #begin(): void {
    const tables = this.#tables.map(({ line }) => line.table);
    const about = { fixture: 'commerce', seed: this.#seed, profile: 'rehearsal', plannedSteps: [] };
    this.#line({ type: 'run', version: 1, ...about, tables, required: INVARIANT_IDS });
    this.#line({ type: 'server', server: SERVERS.source, side: 'source', name: 'source-mysql' });
    this.#line({ type: 'server', server: SERVERS.target, side: 'target', name: 'customer-200' });
    for (const { line } of this.#tables) this.#line(line);
    this.#line({ type: 'fault', event: 'plan', name: 'kill vtgate' });
    this.#line({ type: 'step', event: 'start', step: this.#step, name: 'writes', title: 'writes' });
    this.#line({ type: 'step', event: 'end', step: this.#step++, name: 'writes', title: 'writes', verdict: 'pass' });
    this.#line({ type: 'fault', event: 'strike', name: 'kill vtgate' });
    this.#line({ type: 'fault', event: 'heal', name: 'kill vtgate' });
  }

  #end(): void {
    const tables = this.#compared().map(({ table, rows }) => ({ table, rows, targetRows: rows, equal: true }));
    const none = { differencesTotal: 0, differences: [], schemaDifferences: [] };
    this.#observe({ of: 'checksums', tables: tables.map((each) => ({ ...each, ...none })) });
    const workflow = 'commerce2customer_reverse';
    this.#observe({ of: 'vdiff', workflow, keyspace: 'commerce', tables: this.#compared() });
    this.#observe({ of: 'routing', reads: 'target', writes: 'target', differences: [], compared: 12 });
    const [source, target] = [`${SERVERS.source}:1-5000`, `${SERVERS.target}:1-7000:9000`];
    const servers = [
      { server: SERVERS.source, side: 'source' as const, executed: source },
      { server: SERVERS.target, side: 'target' as const, executed: target },
    ];
    const streams = [{ workflow, from: 'target' as const, position: `MySQL56/${target}` }];
    this.#observe({ of: 'gtid', servers, streams, writes: 'target' });
    this.#observe({ of: 'constraints', compared: 4, violations: [] });
    this.#observe({ of: 'leftovers', after: 'complete', compared: 7, left: [] });
  }

  #compared() {
    const rows = Math.max(1, Math.floor(this.#index / 10));
    return this.#tables.map(({ line: { table } }) => ({
      table,
      rowsCompared: rows,
      mismatchedRows: 0,
      keys: [],
      rows,
    }));
  }

  #switch(name: StepName & ('switchWrites' | 'reverseWrites')): void {
    const about = { step: this.#step++, name, title: name };
    this.#line({ type: 'step', event: 'start', ...about });
    this.#operate(PROCESSES);
    this.#side = name === 'switchWrites' ? 'target' : 'source';
    this.#operate(PROCESSES);
    this.#observe({ of: 'routing', reads: this.#side, writes: this.#side, differences: [], compared: 12 });
    this.#line({ type: 'step', event: 'end', ...about, verdict: 'pass' });
  }

  /** Continues until so many more have been invoked. */
  #operate(operations: number): void {
    for (let invoked = 0; invoked < operations;) {
      const place = Math.floor(this.#random() * PROCESSES);
      const process = this.#processes[place]!;
      if (this.#inFlight.has(process)) {
        if (!this.#complete(process)) this.#processes[place] = ++this.#lastProcess;
      } else {
        this.#invoke(process);
        invoked++;
      }
    }
  }

  #invoke(process: number): void {
    const sent = this.#pickTable().next(this.#random);
    this.#operation({ process, type: 'invoke', ...sent, late: Math.floor(this.#random() * 900_000) });
    this.#inFlight.set(process, { sent, invokedAt: this.#time });
  }

  /** Whether the process continues. */
  #complete(process: number): boolean {
    const { sent, invokedAt } = this.#inFlight.get(process)!;
    this.#inFlight.delete(process);
    const table = this.#tables.find(({ line }) => line.table === sent.table)!;
    const luck = this.#random();
    if (luck < FAILS) {
      this.#operation({ process, type: 'fail', ...sent, error: 'deadlock', message: 'Deadlock found; “try” again' });
    } else if (luck < FAILS + INFOS) {
      if (this.#random() < 0.5) table.apply(sent);
      this.#operation({
        process,
        type: 'info',
        ...sent,
        error: 'lost',
        message: 'Connection lost: the server "closed"',
      });
      return false;
    } else {
      const server = SERVERS[this.#side];
      const answered = invokedAt + Math.floor(this.#random() * (this.#time - invokedAt));
      const asked = this.#random() < ASKED ? { answered } : {};
      this.#operation({ process, type: 'ok', ...sent, ...table.apply(sent), server, ...asked });
    }
    return true;
  }

  #pickTable(): HealthyTable {
    const kind = this.#random();
    const place = kind < 0.55 ? 0 : kind < 0.7 ? 1 : kind < 0.8 ? 2 : kind < 0.9 ? 3 : 4;
    return this.#tables[place]!;
  }

  #observe(observation: Observation): void {
    this.#line({ type: 'observation', ...observation });
  }

  #operation(operation: Omit<OperationLine, 'index' | 'time'>): void {
    this.#time += Math.floor(this.#random() * TICK_NS);
    this.#file.write(formatOperation({ ...operation, index: this.#index++, time: this.#time }));
  }

  #line(line: NewLine): void {
    this.#time += 1000;
    this.#file.write(JSON.stringify({ index: this.#index++, time: this.#time, ...line }));
  }
}
