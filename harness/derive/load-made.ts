import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { messageOf, trouble } from '../errors.ts';
import type { LoadedRows } from '../fixture/fixture.ts';
import type { Seed } from '../fixture/generators.ts';
import { ProgressMeter } from '../history/progress-meter.ts';
import type { Progress } from '../history/steps.ts';
import { openForLoading } from '../mysql-connection.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import type { Table } from '../schema/database.ts';
import type { Partitioning } from '../schema/partitions.ts';
import { quoteName } from '../schema/quote.ts';
import { Generators, type Value } from '../workload/generate.ts';
import { writeValue } from '../workload/literal.ts';
import type { Loaded } from '../workload/load.ts';
import { WITH_BACKSLASHES } from './backslashes.ts';
import { demandOf, demandsOf, type Demand, type ValueRefusal } from './demands.ts';
import { MadeRows, type MadeRow } from './made-rows.ts';
import { removeOrphans } from './orphans.ts';
import { refusalOf } from './refusal.ts';

export interface LoadMadeOptions {
  /** A connection to the source, with its database. */
  readonly connect: ConnectionOptions;
  readonly seed: number;
  /** The tables, parents before their children as far as possible. */
  readonly tables: readonly Table[];
  readonly partitions: ReadonlyMap<string, Partitioning>;
  readonly rows: Seed;
  /** Existing rows of other tables to which these refer. */
  readonly existing: ReadonlyMap<string, LoadedRows>;
  /** Columns whose values the config chose, as `table.column`. */
  readonly chosen: ReadonlySet<string>;
  /** Whether a row of one table can change another. */
  readonly hasTriggers: boolean;
  readonly onProgress: (progress: Progress) => void;
  /** Receives a note for each table that gets fewer rows than requested. */
  readonly note: (text: string) => void;
}

/** Three connections keep the server busy while the next rows are generated; a fourth gained nothing on 2 cores. */
const CONNECTIONS = 3;
const MOST_ROWS = 4_000;
const MOST_TEXT = 1_000_000;
/** One statement takes a fraction of a second; a server that takes this long has stopped. */
const TIMEOUT_MS = 60_000;
/** How often one row is generated again. */
const ATTEMPTS = 40;
/** After this many rows in succession that were never accepted, the table gets no more. */
const HOPELESS = 12;
const EVERY_MS = 100;

/**
 * Fills existing tables with rows that were generated for them. If the server refuses a row, the columns to which the
 * refusal refers are generated again; a row that it still refuses is left out, and noted. Rows of a table without
 * demands that have to be tried are loaded on several connections, and all others one after another: a unique key
 * refuses the later of two rows, which must be the same one in every run.
 *
 * @throws trouble if the server does not answer, lacks resources, or refuses the form of a statement.
 */
export async function loadMade(options: LoadMadeOptions): Promise<Loaded> {
  const { seed, tables, rows, onProgress } = options;
  const generators = new Generators(rows.tables, seed, options.existing);
  const total = tables.reduce((sum, { name }) => sum + generators.rows(name), 0);
  const meter = new ProgressMeter({ total, unit: 'rows', onProgress, intervalMs: EVERY_MS });
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, async () => await open(options)));
  try {
    let there = 0;
    for (const table of tables) there += await new TableLoad(connections, table, generators, options).run(meter);
    there -= await removeOrphans(connections[0]!, {
      tables,
      existing: options.existing.keys(),
      rows,
      isWhole: (name) => generators.isWhole(name),
      note: options.note,
    });
    meter.report();
    return { rows: there, rowsPerSecond: meter.perSecond };
  } finally {
    for (const connection of connections) connection.destroy();
  }
}

async function open({ connect }: LoadMadeOptions): Promise<Connection> {
  const connection = await openForLoading(connect);
  // Times are generated in UTC; in other zones the limits of TIMESTAMP would be out of range.
  await connection.query("SET SESSION foreign_key_checks = 0, time_zone = '+00:00'");
  await connection.query(WITH_BACKSLASHES);
  return connection;
}

/** The rows of one table. */
class TableLoad {
  readonly #connections: readonly Connection[];
  readonly #connection: Connection;
  readonly #table: Table;
  readonly #generators: Generators;
  readonly #demands: readonly Demand[];
  readonly #made: MadeRows;
  readonly #note: (text: string) => void;
  /** Columns that other tables refer to, with their positions. */
  readonly #referred: readonly (readonly [string, number])[];
  /** Whether its rows have no demands that have to be tried. */
  readonly #isPlain: boolean;
  readonly #accepted: number[] = [];
  readonly #changed = new Map<number, ReadonlyMap<string, Value>>();
  /** Rows that were left out, each with the demand that last refused it. */
  readonly #refused: { readonly row: MadeRow; readonly demand: Demand }[] = [];
  #hopeless = 0;
  #uncommitted = 0;

  constructor(connections: readonly Connection[], table: Table, generators: Generators, options: LoadMadeOptions) {
    this.#connections = connections;
    this.#connection = connections[0]!;
    this.#table = table;
    this.#generators = generators;
    this.#note = options.note;
    this.#demands = demandsOf(table, options.partitions.get(table.name));
    const columns = Object.keys(options.rows.tables[table.name]?.columns ?? {});
    const chosen = new Set(columns.filter((column) => options.chosen.has(`${table.name}.${column}`)));
    // Unique keys of plain columns are met by construction, unless the config chose their values.
    const isMet = ({ kind, texts, columns: names }: Demand) =>
      kind === 'unique' && texts.length === 0 && !names.some((name) => chosen.has(name));
    this.#isPlain = !options.hasTriggers && this.#demands.every(isMet);
    this.#made = new MadeRows({ table, columns, chosen, generators });
    const names = options.tables.flatMap(({ foreignKeys }) =>
      foreignKeys.filter(isTo(table)).flatMap(({ parentColumns }) => parentColumns),
    );
    this.#referred = columns.flatMap((column, at) => (names.includes(column) ? [[column, at] as const] : []));
  }

  /** @returns how many rows there are now. */
  async run(meter: ProgressMeter): Promise<number> {
    const asked = this.#generators.rows(this.#table.name);
    const parent = this.#withoutParent();
    if (asked === 0 || parent !== null) {
      this.#generators.accept(this.#table.name, { indexes: [], changed: new Map() });
      if (asked === 0) return 0;
      this.#note(
        `${this.#table.name}: 0 of ${asked.toLocaleString('en')} rows, because there is no row of ${parent} to refer to`,
      );
      return 0;
    }
    const left = this.#isPlain ? await this.#insertAtOnce(asked, meter) : [{ from: 0, to: asked }];
    await this.#send('BEGIN');
    for (const { from, to } of left) await this.#insertInOrder(from, to, meter);
    await this.#retry();
    await this.#send('COMMIT');
    const there = this.#accepted.length;
    if (there < asked || this.#changed.size > 0) {
      this.#generators.accept(this.#table.name, { indexes: this.#accepted, changed: this.#changed });
    }
    if (there < asked) this.#tell(asked);
    return there;
  }

  /** Inserts on every connection. @returns the rows that the server refused, in order. */
  async #insertAtOnce(asked: number, meter: ProgressMeter): Promise<readonly { from: number; to: number }[]> {
    const refused: { from: number; to: number }[] = [];
    const batches = this.#batches(asked);
    // Each connection takes the next batch when it is free: while the server works on one, the next is generated.
    const work = async (connection: Connection) => {
      for (const { from, rows } of batches) {
        if ((await this.#insertOn(connection, rows)) !== null) {
          refused.push({ from, to: from + rows.length });
          continue;
        }
        for (const { index } of rows) this.#accepted.push(index);
        meter.add(rows.length);
      }
    };
    await Promise.all(this.#connections.map(work));
    this.#accepted.sort((a, b) => a - b);
    return refused.toSorted((a, b) => a.from - b.from);
  }

  *#batches(asked: number): Generator<{ readonly from: number; readonly rows: readonly MadeRow[] }> {
    for (let from = 0; from < asked;) {
      const rows = this.#next(from, Math.min(MOST_ROWS, asked - from));
      yield { from, rows };
      from += rows.length;
    }
  }

  async #insertInOrder(begin: number, end: number, meter: ProgressMeter): Promise<void> {
    let most = MOST_ROWS;
    for (let from = begin; from < end && this.#hopeless < HOPELESS;) {
      const rows = this.#next(from, Math.min(most, end - from));
      const refusal = await this.#insert(rows);
      if (refusal === null) {
        for (const { index } of rows) this.#accepted.push(index);
        this.#hopeless = 0;
        most = Math.min(MOST_ROWS, most * 2);
      } else if (rows.length > 1) {
        most = Math.max(1, Math.floor(rows.length / 8));
        continue;
      } else {
        const demand = demandOf(refusal, this.#demands, this.#table);
        const last = await this.#mend(rows[0]!, demand, 1);
        if (last !== null) this.#refused.push({ row: rows[0]!, demand: last });
      }
      meter.add(rows.length);
      from += rows.length;
    }
  }

  /** Returns the table that needs a row and has none. */
  #withoutParent(): string | null {
    const { columns, foreignKeys, name } = this.#table;
    const isNeeded = (key: ForeignKey) =>
      key.columns.every((each) => columns.find((one) => one.name === each)?.isNullable === false);
    const key = foreignKeys.find(
      (each) =>
        each.parentSchema === null &&
        each.parentTable !== name &&
        isNeeded(each) &&
        this.#generators.isEmpty(each.parentTable),
    );
    return key?.parentTable ?? null;
  }

  #next(from: number, most: number): MadeRow[] {
    const rows: MadeRow[] = [];
    let length = 0;
    while (rows.length < most && length < MOST_TEXT) {
      const row = this.#made.row(from + rows.length);
      for (const value of row.values) length += typeof value === 'number' ? 8 : (value?.length ?? 4);
      rows.push(row);
    }
    return rows;
  }

  /** Generates the first rows again, because they were made before it was known what is accepted. */
  async #retry(): Promise<void> {
    if (this.#hopeless >= HOPELESS || this.#accepted.length === 0) return;
    for (const { row, demand } of this.#refused.splice(0)) {
      const last = await this.#mend(row, demand, ATTEMPTS + 1);
      if (last !== null) this.#refused.push({ row, demand: last });
    }
  }

  /** Generates a row again until the server accepts it. @returns the demand that last refused it; null if accepted. */
  async #mend(row: MadeRow, first: Demand, from: number): Promise<Demand | null> {
    const involved = new Set<Demand>();
    let demand = first;
    for (let attempt = from; attempt < from + ATTEMPTS; attempt++) {
      involved.add(demand);
      if (!this.#made.anew(row, demand, attempt)) break;
      const refusal = await this.#insert([row]);
      if (refusal === null) {
        this.#made.learn(row, involved);
        this.#keep(row);
        return null;
      }
      demand = demandOf(refusal, this.#demands, this.#table);
    }
    this.#hopeless += 1;
    return demand;
  }

  #keep(row: MadeRow): void {
    this.#hopeless = 0;
    this.#accepted.push(row.index);
    if (this.#referred.length === 0) return;
    this.#changed.set(row.index, new Map(this.#referred.map(([column, at]) => [column, row.values[at] ?? null])));
  }

  /** Inserts rows one after another in large transactions. @returns the same as `#insertOn`. */
  async #insert(rows: readonly MadeRow[]): Promise<ValueRefusal | null> {
    const refusal = await this.#insertOn(this.#connection, rows);
    if (refusal !== null) return refusal;
    this.#uncommitted += rows.length;
    if (this.#uncommitted >= MOST_ROWS) {
      await this.#send('COMMIT');
      await this.#send('BEGIN');
      this.#uncommitted = 0;
    }
    return null;
  }

  /** @returns why the server refused all of the rows, or null if it accepted them. */
  async #insertOn(connection: Connection, rows: readonly MadeRow[]): Promise<ValueRefusal | null> {
    const columns = this.#made.columns.map(quoteName).join(', ');
    const values = rows.map((row) => `(${row.values.map(writeValue).join(',')})`).join(',\n');
    const sql = `INSERT INTO ${quoteName(this.#table.name)} (${columns}) VALUES\n${values}`;
    try {
      await connection.query({ sql, timeout: TIMEOUT_MS });
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) throw cannotLoad(error, this.#table.name, sql);
      return refusal;
    }
    return null;
  }

  async #send(sql: string): Promise<void> {
    try {
      await this.#connection.query({ sql, timeout: TIMEOUT_MS });
    } catch (error) {
      throw cannotLoad(error, this.#table.name, sql);
    }
  }

  #tell(asked: number): void {
    const table = this.#table.name;
    const [there, wanted] = [this.#accepted.length.toLocaleString('en'), asked.toLocaleString('en')];
    const byDemand = Map.groupBy(this.#refused, ({ demand }) => demand.name);
    const reasons = [...byDemand].map(([name, rows]) => `${name} refused ${rows.length.toLocaleString('en')}`);
    const isGivenUp = this.#hopeless >= HOPELESS;
    const told = isGivenUp
      ? `${reasons.join(', ')}, each made ${ATTEMPTS} times, and no more were tried`
      : reasons.join(', ');
    this.#note(`${table}: ${there} of ${wanted} rows; ${told}`);
  }
}

function isTo({ name }: Table): (key: ForeignKey) => boolean {
  return ({ parentSchema, parentTable }) => parentSchema === null && parentTable === name;
}

function cannotLoad(error: unknown, table: string, sql: string) {
  return trouble({
    what: 'The source did not accept the rows that were generated for it.',
    expected: `every statement to finish within ${TIMEOUT_MS} ms`,
    seen: messageOf(error),
    where: `${table}: ${sql.slice(0, 200)}`,
    next: messageOf(error).endsWith('is full')
      ? 'Make room on the disk of the engine, or load fewer rows.'
      : 'Look at the log of the source MySQL, and run again.',
    cause: error,
  });
}
