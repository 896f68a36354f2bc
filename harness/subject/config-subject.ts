import { ownWorkload, type Config } from '../config/config.ts';
import { rowsFor, tablesToMove } from '../config/table-globs.ts';
import { readVschema, unshardedVschema } from '../config/to-vschema.ts';
import { deriveStatements } from '../derive/derive-statements.ts';
import { sampleKeys } from '../derive/keys.ts';
import { loadDerived } from '../derive/load-derived.ts';
import { checkedWorkload } from '../derive/workload.ts';
import { usage } from '../errors.ts';
import { readDatabase, type Database, type Table } from '../schema/database.ts';
import { openForReading } from '../schema/read.ts';
import type { Loaded } from '../workload/load.ts';
import { dumpSource } from './dump-source.ts';
import { handlingOf } from './foreign-keys.ts';
import { liveSource } from './live-source.ts';
import type { SourceOptions, SubjectSource } from './source.ts';
import type { LoadedSubject, Subject, SubjectLoadOptions } from './subject.ts';

/** What a config is about, and what the source MySQL must be like for it. */
export interface ConfiguredSubject extends AsyncDisposable {
  readonly subject: Subject;
  /** The database of the tables; null if nothing names it. */
  readonly database: string | null;
  /** Variables that make the source MySQL like production's. */
  readonly settings: Readonly<Record<string, string>>;
  /** The volume to start the source MySQL on, if its data is there already. */
  readonly volume: string | undefined;
}

/** What was learned before any server started. */
interface InspectedConfig {
  readonly config: Config;
  readonly source: SubjectSource;
  readonly tables: readonly string[];
  /** Whether the caller has statements of its own. */
  readonly bringsStatements: boolean;
}

/**
 * Returns the schema and rows that a config names. A dump or a live source's schema is first read to its end by a
 * separate MySQL, so that anything wrong is reported before any server of the rehearsal starts. Disposing of the result
 * removes what was read.
 *
 * @throws usage for a file that is not a dump, a source that refuses the account, tables or rows that match nothing, or
 *   a VSchema that names other tables; trouble if a live source does not answer.
 */
export async function configSubject(config: Config, options: SourceOptions): Promise<ConfiguredSubject> {
  await using stack = new AsyncDisposableStack();
  const source = await sourceOf(config, options);
  stack.defer(async () => await source[Symbol.asyncDispose]?.());
  const { database, settings, volume, hidden = [] } = source;
  const tables = tablesToMove(config.tables, source.tables);
  if (config.data !== undefined) rowsFor(config.data.rows, tables);
  const vschema = config.vschema === undefined ? unshardedVschema(tables) : await readVschema(config.vschema, tables);
  const { bringsStatements = false } = options;
  const plan: InspectedConfig = { config, source, tables, bringsStatements };
  const name = config.name ?? database ?? 'schema';
  const kept = stack.move();
  return {
    subject: { name, tables, vschema, hidden, load: async (loading) => await load(plan, loading) },
    database,
    settings,
    volume,
    [Symbol.asyncDispose]: async () => await kept.disposeAsync(),
  };
}

async function sourceOf(config: Config, options: SourceOptions): Promise<SubjectSource> {
  const { file, live } = config.source;
  if (file !== undefined) return await dumpSource(config, file, options);
  if (live !== undefined) return await liveSource(config, live, options);
  throw usage({ what: 'The config names no source.', expected: 'source.file or source.live' });
}

async function load(plan: InspectedConfig, options: SubjectLoadOptions): Promise<LoadedSubject> {
  const { config, tables } = plan;
  const { rows, rowsPerSecond } = await loadData(plan, options);
  await using connection = await openForReading(options.connect, 'the source');
  const database = await readDatabase(connection.read);
  const moving = tablesOf(database, tables);
  const loaded = await sampleKeys(connection.read, moving);
  const own = plan.bringsStatements ? { statements: {} } : ownWorkload(config);
  const { connect, seed } = options;
  const { workload, notes } =
    own === null
      ? await deriveStatements({ connect, read: connection.read, seed, tables: moving, loaded })
      : { workload: plan.bringsStatements ? own : checkedWorkload(own, moving, loaded), notes: [] };
  for (const note of notes) options.note(`workload: ${note}`);
  return {
    rows,
    rowsPerSecond,
    application: { tables, seed: { tables: {} }, workload, loaded, isDerived: own === null },
    foreignKeys: handlingOf(config.foreignKeys, database, tables),
  };
}

/** Returns the schema with rows of the source, or with rows that are generated for it. */
async function loadData({ config, source, tables }: InspectedConfig, options: SubjectLoadOptions): Promise<Loaded> {
  const { connect, seed, onProgress, note } = options;
  const rows = rowsFor(config.data?.rows ?? ROWS, tables);
  const loaded = await source.load(options, rows);
  const generated = tables.filter((table) => source.generates.includes(table));
  if (generated.length === 0) return loaded;
  const columns = config.data?.columns ?? {};
  const telling = { onProgress, note: (text: string) => note(`data: ${text}`) };
  const made = await loadDerived({ connect, seed, tables: generated, rows, columns, ...telling });
  return { ...made, rows: loaded.rows + made.rows };
}

/** The number of rows of each table if a schema comes without rows and the config does not say how many. */
const ROWS = 1000;

function tablesOf({ tables }: Database, names: readonly string[]): Table[] {
  return names.flatMap((name) => tables.find((table) => table.name === name) ?? []);
}
