import { cutAtLiterals, shapeOf, wholeOf, type LexerOptions } from './literals.ts';
import type { LogEntry } from './log-entry.ts';
import { OpenTransactions, type EndedTransaction, type TransactionEnd } from './open-transactions.ts';
import { Rates, type SeenRates } from './rates.ts';
import { copyOf, SampleBudget, type Reservoir } from './reservoir.ts';
import { kindOf, transactionChange, type StatementKind, type TransactionChange } from './statement-kind.ts';

/** Statements that differ only in their literals, as far as can be seen without their server. */
export interface SeenShape {
  readonly kind: StatementKind;
  /** How often they were executed. */
  readonly count: number;
  /** A random sample of them, without comments; each stands for the same number of executions. */
  readonly samples: readonly string[];
}

/** Transactions whose statements have the same shapes in the same order. */
export interface SeenTransaction {
  /** The indexes of the shapes. */
  readonly shapes: readonly number[];
  readonly count: number;
  /** A random sample of them: the text of each statement. */
  readonly samples: readonly (readonly string[])[];
}

/** What was read from a log. */
export interface SeenTraffic {
  readonly shapes: readonly SeenShape[];
  readonly transactions: readonly SeenTransaction[];
  /** How transactions ended. Those that committed with fewer than two statements on rows count as `single`. */
  readonly ends: Readonly<Record<TransactionEnd | 'single', number>>;
  /** Executions of all statements on this database. */
  readonly executions: number;
  /** Statements that begin or end a transaction. */
  readonly controls: number;
  /** Executions of statements whose text is not whole. */
  readonly cutOff: number;
  /** Executions of statements with values other than those that were sent. */
  readonly guessed: number;
  /**
   * Digests that are left out as this program's own, although the application may also have sent them; 0 by default.
   */
  readonly ownDigests?: number;
  /** Executions of statements, and transactions, that came when too many others were already kept. */
  readonly unkept: { readonly statements: number; readonly transactions: number };
  /** Executions in other databases, by name. */
  readonly elsewhere: ReadonlyMap<string, number>;
  readonly rates: SeenRates | null;
}

export interface SeenOptions extends LexerOptions {
  /** The database whose statements count; connections whose database is not in the log count too. */
  readonly database: string;
}

const MOST_SHAPES = 50_000;
const MOST_ROUGH = 200_000;
const MOST_TRANSACTIONS = 20_000;
const MOST_DATABASES = 1_000;
const MOST_SAMPLE_BYTES = 128 * 1024 * 1024;

interface Shape {
  readonly index: number;
  readonly kind: StatementKind;
  readonly change: TransactionChange | null;
  count: number;
  readonly samples: Reservoir<string>;
}

interface Sequence {
  readonly shapes: readonly number[];
  count: number;
  readonly samples: Reservoir<readonly string[]>;
}

/** Groups the statements and transactions of a log in bounded memory. */
export class TrafficCollector {
  readonly #options: SeenOptions;
  readonly #budget = new SampleBudget(MOST_SAMPLE_BYTES);
  readonly #shapes = new Map<string, Shape>();
  readonly #rough = new Map<string, Shape | 'cut off' | 'unkept'>();
  readonly #sequences = new Map<string, Sequence>();
  readonly #open = new OpenTransactions();
  readonly #ends = { committed: 0, rolledBack: 0, partlyRolledBack: 0, tooLong: 0, notWhole: 0, lost: 0, single: 0 };
  readonly #rates = new Rates();
  readonly #elsewhere = new Map<string, number>();
  readonly #unkept = { statements: 0, transactions: 0 };
  #executions = 0;
  #controls = 0;
  #cutOff = 0;
  #guessed = 0;

  constructor(options: SeenOptions) {
    this.#options = options;
  }

  take(entry: LogEntry): void {
    const { connection, sql, database, times } = entry;
    if (sql === null) {
      this.#ended(this.#open.forget(connection));
      return;
    }
    if (database !== null && database !== this.#options.database) {
      if (this.#elsewhere.size < MOST_DATABASES || this.#elsewhere.has(database)) {
        this.#elsewhere.set(database, (this.#elsewhere.get(database) ?? 0) + times);
      }
      return;
    }
    this.#executions += times;
    this.#rates.add(entry.atMs, times);
    const shape = this.#shapeOf(sql);
    if (typeof shape === 'string' || entry.isGuessed === true) this.#open.spoil(connection);
    if (entry.isGuessed === true) this.#guessed += times;
    if (shape === 'cut off') this.#cutOff += times;
    else if (shape === 'unkept') this.#unkept.statements += times;
    else this.#statement(connection, sql, times, shape);
  }

  seen(): SeenTraffic {
    return {
      shapes: [...this.#shapes.values()].map(({ kind, count, samples }) => ({ kind, count, samples: samples.items })),
      transactions: [...this.#sequences.values()].map(({ shapes, count, samples }) => ({
        shapes,
        count,
        samples: samples.items,
      })),
      ends: this.#ends,
      executions: this.#executions,
      controls: this.#controls,
      cutOff: this.#cutOff,
      guessed: this.#guessed,
      unkept: this.#unkept,
      elsewhere: this.#elsewhere,
      rates: this.#rates.seen,
    };
  }

  #statement(connection: string, sql: string, times: number, shape: Shape): void {
    if (shape.change !== null) this.#ended(this.#open.change(connection, shape.change));
    if (shape.kind === 'transaction') {
      this.#controls += times;
      return;
    }
    shape.count += times;
    this.#budget.add(shape.samples, 2 * sql.length, () => this.#whole(sql));
    if (shape.kind !== 'session' && shape.kind !== 'other') {
      this.#open.step(connection, () => ({ shape: shape.index, sql: copyOf(sql) }));
    }
  }

  #shapeOf(sql: string): Shape | 'cut off' | 'unkept' {
    if (SETS.test(sql)) return this.#exactShapeOf(sql);
    const rough = sql.replaceAll(this.#options.isAnsi ? ROUGHLY_ANSI : ROUGHLY, '?');
    const known = this.#rough.get(rough);
    if (known !== undefined) return known;
    const found = this.#exactShapeOf(sql);
    if (this.#rough.size >= MOST_ROUGH) this.#rough.clear();
    this.#rough.set(copyOf(rough), found);
    return found;
  }

  #exactShapeOf(sql: string): Shape | 'cut off' | 'unkept' {
    const cut = cutAtLiterals(sql, this.#options);
    if (cut === null) return 'cut off';
    // The value of autocommit decides what the statement does.
    const key = SETS.test(sql) ? wholeOf(cut) : shapeOf(cut);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const kind = kindOf(key);
    const index = this.#shapes.size;
    if (index >= MOST_SHAPES && kind !== 'transaction') return 'unkept';
    const change = transactionChange(key, kind);
    const made: Shape = { index, kind, change, count: 0, samples: this.#budget.reservoir() };
    this.#shapes.set(copyOf(key), made);
    return made;
  }

  /** Returns the statement without comments, as a string of its own. */
  #whole(sql: string): string {
    const cut = cutAtLiterals(sql, this.#options);
    return copyOf(cut === null ? sql : wholeOf(cut));
  }

  #ended(transaction: EndedTransaction | null): void {
    if (transaction === null || (transaction.steps.length === 0 && !WITHOUT_STEPS.includes(transaction.how))) return;
    const { how, steps } = transaction;
    const isSingle = how === 'committed' && steps.length < 2;
    this.#ends[isSingle ? 'single' : how]++;
    if (isSingle || how !== 'committed') return;
    const key = steps.map(({ shape }) => shape).join(',');
    const known = this.#sequences.get(key);
    if (known === undefined && this.#sequences.size >= MOST_TRANSACTIONS) {
      this.#unkept.transactions++;
      return;
    }
    const sequence =
      known ??
      this.#newSequence(
        key,
        steps.map(({ shape }) => shape),
      );
    sequence.count++;
    const bytes = steps.reduce((sum, { sql }) => sum + 2 * sql.length, 0);
    this.#budget.add(sequence.samples, bytes, () => steps.map(({ sql }) => this.#whole(sql)));
  }

  #newSequence(key: string, shapes: readonly number[]): Sequence {
    const made: Sequence = { shapes, count: 0, samples: this.#budget.reservoir() };
    this.#sequences.set(key, made);
    return made;
  }
}

const WITHOUT_STEPS: readonly TransactionEnd[] = ['tooLong', 'notWhole'];

const SETS = /^\s*SET\b[^;]*\bautocommit\b/i;

/** Matches strings, comments and numbers. It need not be exact, because it only saves a closer look. */
const ROUGHLY = /'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|\/\*(?![!+])[^]*?\*\/|--\s[^\n]*|#[^\n]*|\b\d[\w.]*/g;
/** The same if double quotes enclose names. */
const ROUGHLY_ANSI = /'(?:[^'\\]|\\[^]|'')*'|\/\*(?![!+])[^]*?\*\/|--\s[^\n]*|#[^\n]*|\b\d[\w.]*/g;
