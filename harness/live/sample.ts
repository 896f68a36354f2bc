import type { ConnectionOptions } from 'mysql2/promise';
import { ProgressMeter } from '../history/progress-meter.ts';
import type { Progress } from '../history/steps.ts';
import { primaryKey, type Table } from '../schema/database.ts';
import { openForReading, type ByteRow } from '../schema/read.ts';
import { Inserts, ROW_MODE } from './inserts.ts';
import { loadInserts, runStatements } from './load-statements.ts';
import { addParents, type Reference } from './parents.ts';
import { replacements, type PersonalColumns } from './personal.ts';
import { TableReader } from './read-table.ts';
import type { LiveSchema } from './schema.ts';
import { openSnapshot, type LiveServer, type Snapshot } from './snapshot.ts';

export interface SampleOptions {
  readonly live: LiveServer;
  /** The name of the database for a person, in errors. */
  readonly from: string;
  readonly schema: LiveSchema;
  /** The whole database. */
  readonly tables: readonly Table[];
  /** The largest number of rows to take from each table that moves. */
  readonly rows: ReadonlyMap<string, number>;
  readonly personal: PersonalColumns;
  readonly seed: number;
  /** An empty database. */
  readonly connect: ConnectionOptions;
  readonly onProgress: (progress: Progress) => void;
  readonly note: (text: string) => void;
}

export interface LoadedSample {
  readonly rows: number;
  readonly rowsPerSecond: number;
}

/**
 * Loads a schema, a sample of its rows as one read-only transaction sees them, and the rows that these refer to. Rows
 * go from one server to the other a page at a time, so that a whole table is never in memory.
 *
 * @throws trouble if the live source does not answer; usage for a row that the source does not accept.
 */
export async function loadSample(options: SampleOptions): Promise<LoadedSample> {
  const { live, schema, tables, rows, connect, from, note, onProgress } = options;
  await runStatements(schema.tables, { connect, from });
  await using snapshot = await openSnapshot(live);
  await using sample = await openForReading(connect, 'the source');
  for (const sql of ["SET SESSION time_zone = '+00:00'", 'SET SESSION character_set_results = NULL']) {
    await sample.read(sql);
  }
  // There are no more rows than the tables are estimated to have.
  const total = tables.reduce((sum, table) => sum + Math.min(table.rows, rows.get(table.name) ?? 0), 0);
  const meter = new ProgressMeter({ total, unit: 'rows', onProgress });
  const readers = new Map(tables.map((table) => [table.name, new Sampled(table, snapshot, meter, options)]));
  const chosen = [...rows].flatMap(([name, wanted]) => {
    const sampled = wanted > 0 ? readers.get(name) : undefined;
    return sampled === undefined ? [] : [{ sampled, wanted }];
  });
  const load = async (inserts: AsyncIterable<string>) => await loadInserts(inserts, ROW_SETTINGS, { connect, from });
  for (const { sampled, wanted } of chosen) await load(sampled.sample(wanted));
  const { added, missing } = await addParents({
    tables,
    sample,
    load,
    fetch: (reference, keys) => readers.get(reference.parent.name)!.parents(reference, keys),
  });
  if (added > 0) note(`${added} row(s) beyond data.rows, as others refer to them`);
  if (missing > 0) note(`${missing} key(s) of foreign keys have no row in the live source itself`);
  await runStatements(schema.others, { connect, from });
  return { rows: meter.done, rowsPerSecond: meter.perSecond };
}

const ROW_SETTINGS = [`SET SESSION sql_mode = '${ROW_MODE}', time_zone = '+00:00'`];

/**
 * One table, read from the live source and written as INSERTs; its rows are numbered across all reads.
 */
class Sampled {
  readonly #table: Table;
  readonly #reader: TableReader;
  readonly #inserts: Inserts;
  readonly #meter: ProgressMeter;

  constructor(table: Table, snapshot: Snapshot, meter: ProgressMeter, { personal, seed }: SampleOptions) {
    this.#table = table;
    this.#meter = meter;
    this.#reader = new TableReader(table, snapshot);
    this.#inserts = new Inserts(table.name, this.#reader.columns, replacements(table, personal, seed));
  }

  async *sample(wanted: number): AsyncGenerator<string> {
    yield* this.#written(this.#reader.sample(wanted));
  }

  async *parents({ key }: Reference, keys: readonly (readonly string[])[]): AsyncGenerator<string> {
    const { parentColumns } = key;
    const isOne = !isUnique(this.#table, parentColumns);
    yield* this.#written(this.#reader.withKeys(parentColumns, keys, isOne));
  }

  async *#written(pages: AsyncIterable<readonly ByteRow[]>): AsyncGenerator<string> {
    for await (const page of pages) {
      yield* this.#inserts.of(page);
      this.#meter.add(page.length);
    }
  }
}

/** Whether these columns identify a row; with InnoDB, a foreign key may also refer to columns that do not. */
function isUnique(table: Table, columns: readonly string[]): boolean {
  const keys = table.indexes
    .filter(({ unique }) => unique)
    .map(({ parts }) => parts.map(({ column, length }) => (length === null ? column : null)));
  return [primaryKey(table), ...keys].some(
    (key) => key.length > 0 && key.every((column) => column !== null && columns.includes(column)),
  );
}
