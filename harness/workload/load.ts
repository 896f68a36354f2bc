import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { messageOf, trouble } from '../errors.ts';
import type { Fixture } from '../fixture/fixture.ts';
import type { Seed } from '../fixture/generators.ts';
import { ProgressMeter } from '../history/progress-meter.ts';
import type { Progress } from '../history/steps.ts';
import { openForLoading } from '../mysql-connection.ts';
import { Generators, type Generate } from './generate.ts';
import { quoteName } from '../schema/quote.ts';
import { writeValue } from './literal.ts';

/** What was loaded; the rate covers the time from the first generated row to the last committed one. */
export interface Loaded {
  readonly rows: number;
  readonly rowsPerSecond: number;
}

export interface LoadFixtureOptions {
  /** A connection to the source, with its database. */
  readonly connect: ConnectionOptions;
  readonly seed: number;
  /** Called at most every 100 ms, and at the end. */
  readonly onProgress?: (progress: Progress) => void;
}

// Multi-row INSERTs rather than LOAD DATA LOCAL, although the server processes the latter faster: 200,000 finished
// rows, 5,000 per statement, 2 cores, production durability, one run: INSERT 145,000 to 163,000 rows/s, LOAD DATA
// 208,000 to 226,000. LOAD DATA needs SET GLOBAL local_infile=1, which stays set if the run is killed, and the rows
// have to be generated first: that takes 4 µs per row, so that altogether 80,000 to 110,000 rows/s are loaded. Three
// connections keep the server busy while the next rows are generated; a fourth gained nothing. Larger transactions are
// not what an application sends.
const rowsPerInsert = 4_000;
const connections = 3;
const textPerInsert = 1_000_000;
const progressEveryMs = 100;
// One batch takes a fraction of a second; a server that takes this long has stopped.
const batchTimeoutMs = 60_000;

/**
 * Creates the fixture's tables and loads its rows; the same seed generates the same rows, byte for byte.
 *
 * @throws trouble naming the statement and the server's message if the server refuses the schema or a row.
 */
export async function loadFixture({ fixture, ...options }: LoadFixtureOptions & { fixture: Fixture }): Promise<Loaded> {
  return await withConnections(options.connect, async (pool) => {
    for (const statement of fixture.schema) await send(pool[0], statement, 'schema.sql');
    return await fill(pool, fixture.tables, fixture.seed, options);
  });
}

type Pool = readonly [Connection, ...Connection[]];

/** Fills the tables in order, one after another, so that a foreign key finds its row. */
async function fill(pool: Pool, tables: readonly string[], rows: Seed, options: LoadFixtureOptions): Promise<Loaded> {
  const generators = new Generators(rows.tables, options.seed);
  const counts = tables.map((table) => ({ table, count: generators.rows(table) }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const { onProgress } = options;
  const meter = new ProgressMeter({ total, unit: 'rows', onProgress, intervalMs: progressEveryMs });
  for (const { table, count } of counts) {
    const columns = Object.keys(rows.tables[table]?.columns ?? {});
    if (count > 0) await loadTable(pool, batches(table, count, columns, generators), meter);
  }
  meter.report();
  return { rows: meter.done, rowsPerSecond: meter.perSecond };
}

async function withConnections<T>(connect: ConnectionOptions, body: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = await openAll(connect);
  try {
    return await body(pool);
  } finally {
    await Promise.all(pool.map((connection) => connection.end().catch(() => connection.destroy())));
  }
}

interface Batch {
  readonly sql: string;
  readonly rows: number;
  readonly where: string;
}

function* batches(table: string, rows: number, columns: readonly string[], generators: Generators): Generator<Batch> {
  const makers: Generate[] = columns.map((column) => generators.column(table, column));
  const head = `INSERT INTO ${quoteName(table)} (${columns.map(quoteName).join(', ')}) VALUES\n`;
  let from = 0;
  while (from < rows) {
    let sql = head;
    let at = from;
    for (; at < rows && at - from < rowsPerInsert && sql.length < textPerInsert; at += 1) {
      sql += at === from ? '(' : ',\n(';
      for (let column = 0; column < makers.length; column += 1) {
        const make = makers[column];
        if (make !== undefined) sql += (column === 0 ? '' : ',') + writeValue(make(at));
      }
      sql += ')';
    }
    yield { sql, rows: at - from, where: `${table}, rows ${from + 1} to ${at}` };
    from = at;
  }
}

// Each connection takes the next batch when it is free: while the server works on one, the next is generated.
async function loadTable(pool: readonly Connection[], source: Generator<Batch>, meter: ProgressMeter): Promise<void> {
  const work = async (connection: Connection) => {
    for (const batch of source) {
      await send(connection, batch.sql, batch.where);
      meter.add(batch.rows);
    }
  };
  await Promise.all(pool.map(work));
}

async function openAll(connect: ConnectionOptions): Promise<Pool> {
  const open = async () => await openForLoading(connect);
  try {
    const first = await open();
    const others = await Promise.all(Array.from({ length: connections - 1 }, open));
    return [first, ...others];
  } catch (error) {
    throw trouble({
      what: 'The source cannot be reached to load rows into it.',
      seen: messageOf(error),
      where: `${connect.host ?? 'localhost'}:${connect.port ?? 3306}, database ${connect.database ?? '(none)'}`,
      cause: error,
    });
  }
}

async function send(connection: Connection, sql: string, where: string): Promise<void> {
  try {
    await connection.query({ sql, timeout: batchTimeoutMs });
  } catch (error) {
    throw trouble({
      what: 'The source did not accept the rows that were generated for it.',
      expected: `every statement to finish within ${batchTimeoutMs} ms`,
      seen: messageOf(error),
      where: `${where}: ${sql.slice(0, 200)}`,
      next: messageOf(error).endsWith('is full')
        ? 'Make room on the disk of the engine, or load fewer rows.'
        : 'If it refused a value, correct seed.json of the fixture, or data.columns of the config.',
      cause: error,
    });
  }
}
