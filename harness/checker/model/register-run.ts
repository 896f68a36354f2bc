import type { FinalRow, OperationLine, OperationName } from '../../history/lines.ts';

/** An operation's line without number and time: its place in the list is its number. */
export type RegisterLine = Omit<OperationLine, 'index' | 'time'>;

export interface RegisterRun {
  /** The rows that were loaded: keys 1 to `rows`. */
  readonly rows: number;
  readonly lines: readonly RegisterLine[];
  readonly final: readonly FinalRow[];
}

interface ModelRow {
  readonly value: number;
  readonly version: number;
}

/** How far an operation has come. */
interface ModelOperation {
  readonly sent: RegisterLine;
  fate: 'ok' | 'fail' | 'info' | 'never';
  answer: Partial<RegisterLine> | null;
}

const TABLE = 'rt_rows';
const PROCESSES = 4;
const KEYS = 4;
const INITIAL_ROWS = 2;

/**
 * A run on rows that work correctly: every operation takes effect at one moment between its two lines, or, if it is
 * indeterminate, at any moment after its first line, or never. Reads of replicas see any state that there ever was.
 */
export function registerRun(random: () => number, steps: number): RegisterRun {
  const run = new RegisterModel(random);
  for (let step = 0; step < steps; step++) run.step();
  return { rows: INITIAL_ROWS, lines: run.lines, final: run.finalRows() };
}

class RegisterModel {
  readonly lines: RegisterLine[] = [];
  readonly #random: () => number;
  readonly #rows = new Map<number, ModelRow>();
  /** All states that each key has had. */
  readonly #past = new Map<number, (ModelRow | undefined)[]>();
  readonly #inserted = new Set<number>();
  readonly #inFlight = new Map<number, ModelOperation>();
  readonly #processes = Array.from({ length: PROCESSES }, (_, process) => process);
  /** Indeterminate operations that may still take effect. */
  readonly #late: ModelOperation[] = [];
  #lastProcess = PROCESSES - 1;
  #lastValue = 0;

  constructor(random: () => number) {
    this.#random = random;
    for (let key = 1; key <= KEYS; key++) this.#past.set(key, [undefined]);
    for (let key = 1; key <= INITIAL_ROWS; key++) {
      this.#set(key, { value: -key, version: 1 });
      this.#inserted.add(key);
    }
  }

  step(): void {
    if (this.#late.length > 0 && this.#random() < 0.2) this.#apply(this.#late.pop()!);
    const place = Math.floor(this.#random() * PROCESSES);
    const process = this.#processes[place]!;
    const current = this.#inFlight.get(process);
    if (!current) this.#invoke(process);
    else if (current.answer === null && current.fate === 'ok') this.#apply(current);
    else this.#complete(process, place, current);
  }

  finalRows(): FinalRow[] {
    return [...this.#rows].map(([key, row]) => ({ type: 'row', table: TABLE, key, ...row }));
  }

  #invoke(process: number): void {
    const sent: RegisterLine = { process, type: 'invoke', table: TABLE, ...this.#choose() };
    const luck = this.#random();
    const fate = luck < 0.08 ? 'fail' : luck < 0.18 ? 'info' : luck < 0.2 ? 'never' : 'ok';
    const operation: ModelOperation = { sent, fate, answer: null };
    this.#inFlight.set(process, operation);
    if (fate === 'info' || fate === 'never') this.#late.push(operation);
    this.lines.push(sent);
  }

  #choose(): { f: OperationName; key: number; value: number | null; tablet?: 'replica' } {
    const key = 1 + Math.floor(this.#random() * KEYS);
    const kind = this.#random();
    if (kind < 0.4) return { f: 'read', key, value: null, ...(kind < 0.05 && { tablet: 'replica' as const }) };
    if (!this.#inserted.has(key) && kind < 0.8) {
      this.#inserted.add(key);
      return { f: 'insert', key, value: ++this.#lastValue };
    }
    if (kind < 0.88) return { f: 'update', key, value: ++this.#lastValue };
    return { f: 'delete', key, value: null };
  }

  #apply(operation: ModelOperation): void {
    const { f, value, tablet } = operation.sent;
    const key = Number(operation.sent.key);
    const row = this.#rows.get(key);
    operation.answer = { matched: row ? 1 : 0 };
    if (f === 'read') {
      const past = this.#past.get(key)!;
      const seen = tablet ? past[Math.floor(this.#random() * past.length)] : row;
      operation.answer = seen ? { ...seen } : {};
    } else if (f === 'insert') {
      this.#set(key, { value: Number(value), version: 1 });
      operation.answer = {};
    } else if (row) {
      this.#set(key, f === 'update' ? { value: Number(value), version: row.version + 1 } : undefined);
    }
  }

  #complete(process: number, place: number, { sent, fate, answer }: ModelOperation): void {
    if (fate === 'never') return;
    this.#inFlight.delete(process);
    if (fate === 'ok') this.lines.push({ ...sent, type: 'ok', ...answer });
    else this.lines.push({ ...sent, type: fate, error: 'any' });
    // An operation that ends like this is the last of its process.
    if (fate === 'info') this.#processes[place] = ++this.#lastProcess;
  }

  #set(key: number, row: ModelRow | undefined): void {
    if (row) this.#rows.set(key, row);
    else this.#rows.delete(key);
    this.#past.get(key)!.push(row);
  }
}
