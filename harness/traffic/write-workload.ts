import type { ConnectionOptions } from 'mysql2/promise';
import { openTrial, type Trial } from '../derive/trial.ts';
import { isOutOfResources, messageOf, RoundtripError } from '../errors.ts';
import type { LoadedRows } from '../fixture/fixture.ts';
import type { ParameterGenerator, WorkloadStatement } from '../fixture/generators.ts';
import type { Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import type { Digest, DigestSequence, GroupedTraffic } from './digests.ts';
import type { LexerOptions } from './literals.ts';
import type { ParameterSources } from './parameters.ts';
import { firstWord } from './statement-kind.ts';
import { writeSteps, type WrittenSteps } from './write-statement.ts';

/** A statement of the workload, and the digest that it comes from. */
export interface WeighedStatement extends Omit<WorkloadStatement, 'weight'> {
  readonly name: string;
  /** Executions outside the transactions that are in the workload. */
  readonly weight: number;
  readonly digest: Digest;
}

/** A transaction of the workload, and the digests of its statements. */
export interface WeighedTransaction extends WrittenSteps {
  readonly name: string;
  readonly weight: number;
  readonly digests: readonly Digest[];
}

/** Something that is not in the workload, and why. */
export interface Unwritten {
  /** The text of the digest, or the texts of a transaction. */
  readonly text: string;
  readonly count: number;
  readonly reason: string;
}

/** A workload that was made from a log. */
export interface TrafficWorkload {
  readonly statements: readonly WeighedStatement[];
  readonly transactions: readonly WeighedTransaction[];
  readonly leftOut: readonly Unwritten[];
  /** Statements on rows, outside these transactions, that are too rare to be in it, and their executions. */
  readonly rare: { readonly digests: number; readonly count: number };
}

/** Tries a transaction with several samples of its values. Returns the server's objection, or null. */
export type TransactionRefusal = (transaction: WrittenSteps) => Promise<string | null>;

export interface WriteWorkloadOptions extends LexerOptions {
  /** The source, with its schema and rows; everything that is tried there is rolled back. */
  readonly connect: ConnectionOptions;
  /** Another connection to it, which only reads. */
  readonly read: Read;
  /** The tables that move. */
  readonly tables: readonly Table[];
  readonly loaded: ReadonlyMap<string, LoadedRows>;
  readonly personal: Readonly<Record<string, ParameterGenerator>>;
  readonly seed: number;
  readonly tryTransaction: TransactionRefusal;
}

const MOST_STATEMENTS = 100;
const MOST_TRANSACTIONS = 20;
/** The share of all executions that the workload covers, as far as there is room. */
const STATEMENTS_SHARE = 0.999;
const TRANSACTIONS_SHARE = 0.95;

/** Makes a workload from a log: the most frequent statements and transactions, each tried on the source. */
export async function writeWorkload(grouped: GroupedTraffic, options: WriteWorkloadOptions): Promise<TrafficWorkload> {
  await using trial = await openTrial(options.connect, options.seed);
  const writer = new WorkloadWriter(grouped, options, trial);
  return await writer.write();
}

class WorkloadWriter {
  readonly #grouped: GroupedTraffic;
  readonly #options: WriteWorkloadOptions;
  readonly #sources: ParameterSources;
  readonly #trial: Trial;
  readonly #names = new Set<string>();
  readonly #leftOut: Unwritten[] = [];

  constructor(grouped: GroupedTraffic, options: WriteWorkloadOptions, trial: Trial) {
    this.#grouped = grouped;
    this.#options = options;
    this.#sources = sourcesOf(options);
    this.#trial = trial;
  }

  async write(): Promise<TrafficWorkload> {
    const transactions = await this.#transactions();
    const within = new Map<Digest, number>();
    for (const { digests, weight } of transactions) {
      for (const digest of digests) within.set(digest, (within.get(digest) ?? 0) + weight);
    }
    const outside = this.#grouped.digests
      .filter(({ kind }) => kind === 'read' || kind === 'insert' || kind === 'update' || kind === 'delete')
      .map((digest) => ({ digest, count: digest.count - (within.get(digest) ?? 0) }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count);
    const total = outside.reduce((sum, { count }) => sum + count, 0);
    const statements: WeighedStatement[] = [];
    const rare = { digests: 0, count: 0 };
    let covered = 0;
    for (const { digest, count } of outside) {
      if (covered >= STATEMENTS_SHARE * total || statements.length >= MOST_STATEMENTS) {
        rare.digests++;
        rare.count += count;
        continue;
      }
      covered += count;
      const written = await this.#statement(digest);
      if (typeof written === 'string') this.#leftOut.push({ text: digest.text, count, reason: written });
      else statements.push({ ...written, weight: count, digest });
    }
    const named = statements.map((each) => this.#withOwnRows(each, statements));
    return { statements: named, transactions, leftOut: this.#leftOut, rare };
  }

  /** Deletes of loaded rows would empty their table in a long run, so they use rows that the run inserts. */
  #withOwnRows(statement: WeighedStatement, all: readonly WeighedStatement[]): WeighedStatement {
    const { kind, table } = statement;
    const handedOut = this.#options.tables
      .find(({ name }) => name === table)
      ?.columns.find(({ isAutoIncrement }) => isAutoIncrement)?.name;
    if (kind !== 'delete' || !all.some((each) => each.kind === 'insert' && each.table === table)) return statement;
    const parameters = Object.entries(statement.parameters).map(([name, generator]) => {
      const isOwn = generator.kind === 'key' && generator.table === table && generator.column === handedOut;
      return [name, isOwn ? { ...generator, from: 'inserted' as const } : generator] as const;
    });
    return { ...statement, parameters: Object.fromEntries(parameters) };
  }

  async #statement(digest: Digest): Promise<Omit<WeighedStatement, 'weight' | 'digest'> | string> {
    const samples = digest.samples.map((sql) => [sql]);
    const written = await writeSteps(samples, [digest.kind], { ...this.#options, sources: this.#sources });
    if (typeof written === 'string') return written;
    const [step] = written.steps;
    if (step === undefined) return 'it has no statement';
    const statement = { ...step, parameters: { ...written.parameters } };
    const refused = await this.#refusal(statement);
    if (refused !== null) return `the source refuses it: ${refused}`;
    return { ...statement, name: this.#nameFor(`${firstWord(step.sql).toLowerCase()} ${step.table}`) };
  }

  async #transactions(): Promise<WeighedTransaction[]> {
    const { digests, transactions } = this.#grouped;
    const chosen = mostFrequent(transactions);
    const found: WeighedTransaction[] = [];
    for (const sequence of chosen) {
      const own = sequence.digests.map((at) => digests[at]!);
      const written = await this.#transaction(sequence, own);
      if (typeof written === 'string') {
        const text = own.map((digest) => digest.text).join('; ');
        this.#leftOut.push({ text, count: sequence.count, reason: `${written}; its statements are in it one by one` });
      } else {
        const tables = written.steps.map(({ kind, table }) => (kind === 'read' ? null : table));
        const name = [...new Set(tables.filter((table) => table !== null))].slice(0, 3).join(' and ') || 'reads';
        found.push({ ...written, name: this.#nameFor(`transaction on ${name}`), weight: sequence.count, digests: own });
      }
    }
    return found;
  }

  async #transaction({ samples }: DigestSequence, digests: readonly Digest[]): Promise<WrittenSteps | string> {
    const kinds = digests.map(({ kind }) => kind);
    const written = await writeSteps(samples, kinds, { ...this.#options, sources: this.#sources });
    if (typeof written === 'string') return written;
    const refused = await this.#options.tryTransaction(written);
    return refused === null ? written : `the source refuses it: ${refused}`;
  }

  /** Tries a statement with several samples of its values. @returns the server's objection. */
  async #refusal(statement: Omit<WorkloadStatement, 'weight'>): Promise<string | null> {
    try {
      const refusal = await this.#trial.tryStatement(statement, this.#options.loaded, false);
      return refusal?.message ?? null;
    } catch (error) {
      const cause = error instanceof RoundtripError ? error.cause : undefined;
      const isOfServer = typeof cause === 'object' && cause !== null && 'sqlState' in cause;
      if (!isOfServer || isOutOfResources(messageOf(error))) throw error;
      return messageOf(cause);
    }
  }

  #nameFor(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.#names.has(name); number++) name = `${wanted} ${number}`;
    this.#names.add(name);
    return name;
  }
}

/** Returns the beginning of a list that starts with the most frequent. */
function mostFrequent(all: readonly DigestSequence[]): readonly DigestSequence[] {
  const total = all.reduce((sum, { count }) => sum + count, 0);
  let [covered, size] = [0, 0];
  while (size < Math.min(MOST_TRANSACTIONS, all.length) && covered < TRANSACTIONS_SHARE * total) {
    covered += all[size++]!.count;
  }
  return all.slice(0, size);
}

function sourcesOf({ read, loaded, personal }: WriteWorkloadOptions): ParameterSources {
  return {
    loaded,
    personal,
    existing: async (table, column, values) => {
      const [row] = await read(
        `SELECT COUNT(DISTINCT ${quoteName(column)}) AS found FROM ${quoteName(table)} WHERE ${quoteName(column)} IN (?)`,
        [values],
      );
      return Number(row?.['found'] ?? 0);
    },
    greatest: async (table, column) => {
      const [row] = await read(`SELECT MAX(${quoteName(column)}) AS greatest FROM ${quoteName(table)}`);
      return row?.['greatest'] ?? null;
    },
  };
}
