import type { OtherLine } from '../history/history-reader.ts';
import type { TableLine } from '../history/lines.ts';
import type { Observation } from '../history/observations.ts';
import type { BundleNames } from './bundle-names.ts';

const LINES: Readonly<Record<OtherLine['type'], true>> = {
  run: true,
  server: true,
  table: true,
  step: true,
  note: true,
  fault: true,
  observation: true,
};

const OBSERVATIONS: Readonly<Record<Observation['of'], true>> = {
  routing: true,
  vdiff: true,
  checksums: true,
  gtid: true,
  constraints: true,
  leftovers: true,
  versions: true,
  load: true,
  tables: true,
  preflight: true,
  source: true,
  copy: true,
  copying: true,
  endpoint: true,
  workloadStopped: true,
  capacity: true,
  cutover: true,
  sample: true,
  runbook: true,
  standstill: true,
  cost: true,
  exhausted: true,
  quiet: true,
  serverEnded: true,
  fault: true,
  problem: true,
  end: true,
};

const KINDS: Readonly<Record<TableLine['kind'], true>> = { rows: true, append: true, bank: true, ids: true, sql: true };

/** Counts the lines of a history by kind, and keeps the facts about tables, but no values. */
export class HistoryCounts {
  readonly #names: BundleNames;
  readonly #lines: Record<string, number> = {};
  readonly #tables: unknown[] = [];

  constructor(names: BundleNames) {
    this.#names = names;
  }

  operation(type: 'invoke' | 'ok' | 'fail' | 'info'): void {
    this.#count(`operation ${type}`);
  }

  line(line: OtherLine): void {
    if (!Object.hasOwn(LINES, line.type)) return this.#count('of another kind');
    if (line.type !== 'observation') this.#count(line.type);
    else this.#count(Object.hasOwn(OBSERVATIONS, line.of) ? `observation ${line.of}` : 'observation of another kind');
    if (line.type === 'table') this.#tables.push(this.#tableOf(line));
  }

  /** What the bundle keeps of the history. */
  get found(): { readonly lines: Readonly<Record<string, number>>; readonly tables: readonly unknown[] } {
    return { lines: this.#lines, tables: this.#tables };
  }

  #tableOf({ table, kind, rows, keyColumn }: TableLine) {
    const key = typeof keyColumn === 'string' ? keyColumn.split(',').map((column) => column.trim()) : [];
    return {
      table: this.#names.of('table', table),
      kind: Object.hasOwn(KINDS, kind) ? kind : '…',
      rows: Number.isSafeInteger(rows) ? rows : null,
      key: key.map((column) => this.#names.of('column', column)),
    };
  }

  #count(what: string): void {
    this.#lines[what] = (this.#lines[what] ?? 0) + 1;
  }
}
