import type { Config } from '../config/config.ts';
import { rowsFor, tablesToMove } from '../config/table-globs.ts';
import { readVschema, unshardedVschema } from '../config/to-vschema.ts';
import { sampleKeys } from '../derive/keys.ts';
import { deriveSeed } from '../derive/seed.ts';
import { checkedWorkload, deriveWorkload } from '../derive/workload.ts';
import { loadDump } from '../dump/load-dump.ts';
import { scanDump, type DumpContents } from '../dump/scan-dump.ts';
import { usage } from '../errors.ts';
import type { Progress } from '../history/steps.ts';
import { readDatabase, type Database, type Table } from '../schema/database.ts';
import { openForReading } from '../schema/read.ts';
import { loadRows, type Loaded } from '../workload/load.ts';
import { handlingOf } from './foreign-keys.ts';
import type { LoadedSubject, Subject, SubjectLoadOptions } from './subject.ts';

/** What a config is about, and the name of the database that its tables are in. */
export interface ConfiguredSubject {
  readonly subject: Subject;
  /** Null where nothing says so. */
  readonly database: string | null;
}

/** What was found out before any server was started. */
interface Plan {
  readonly config: Config;
  readonly file: string;
  readonly contents: DumpContents;
  readonly tables: readonly string[];
}

/**
 * The schema and rows that a config names. A dump is read to its end first, so that whatever is wrong with it is told
 * before any server starts.
 *
 * @throws usage for a file that is no dump, tables or rows that fit nothing, or a VSchema that names other tables.
 */
export async function configSubject(
  config: Config,
  onProgress: (progress: Progress) => void,
): Promise<ConfiguredSubject> {
  const { file, database } = config.source;
  if (file === undefined) throw notYet();
  const contents = await scanDump(file, { onProgress, ...(database === undefined ? {} : { database }) });
  const tables = tablesToMove(
    config.tables,
    contents.tables.map(({ name }) => name),
  );
  if (config.data !== undefined) rowsFor(config.data.rows, tables);
  const vschema = config.vschema === undefined ? unshardedVschema(tables) : await readVschema(config.vschema, tables);
  const plan: Plan = { config, file, contents, tables };
  const name = config.name ?? contents.database ?? 'schema';
  return {
    subject: { name, tables, vschema, load: async (options) => await load(plan, options) },
    database: contents.database,
  };
}

async function load(plan: Plan, options: SubjectLoadOptions): Promise<LoadedSubject> {
  const { config, tables } = plan;
  const { rows, rowsPerSecond } = await loadData(plan, options);
  await using connection = await openForReading(options.connect, 'the source');
  const database = await readDatabase(connection.read);
  const moving = tablesOf(database, tables);
  const loaded = await sampleKeys(connection.read, moving);
  const own = config.workload.statements;
  const { workload, notes } =
    Object.keys(own).length > 0
      ? { workload: checkedWorkload(own, moving, loaded), notes: [] }
      : deriveWorkload(moving, loaded);
  for (const note of notes) options.note(`workload: ${note}`);
  return {
    rows,
    rowsPerSecond,
    application: { tables, seed: { tables: {} }, workload, loaded },
    foreignKeys: handlingOf(config.foreignKeys, database, tables),
  };
}

/** The schema with the rows of the dump, or with rows that are made for it. */
async function loadData({ config, file, contents, tables }: Plan, options: SubjectLoadOptions): Promise<Loaded> {
  const { connect, seed, onProgress, note } = options;
  const { leaveOut } = config.source;
  const { database } = contents;
  const isGenerated = isGeneratedBy(config, contents);
  const only = isGenerated ? 'schema' : 'all';
  const dumped = await loadDump(file, { connect, database, leaveOut, only, onProgress, note });
  if (!isGenerated) return dumped;
  await using connection = await openForReading(connect, 'the source');
  const moving = tablesOf(await readDatabase(connection.read), tables);
  const rows = rowsFor(config.data?.rows ?? ROWS, tables);
  const derived = deriveSeed(moving, { rows, columns: config.data?.columns ?? {} });
  for (const each of derived.notes) note(`data: ${each}`);
  return await loadRows({ connect, seed, onProgress, tables, rows: derived.seed });
}

/** Of each table, where a schema comes without rows and the config says nothing. */
const ROWS = 1000;

function isGeneratedBy({ data }: Config, { tables }: DumpContents): boolean {
  return data === undefined ? tables.every(({ bytes }) => bytes === 0) : data.from === 'generated';
}

function tablesOf({ tables }: Database, names: readonly string[]): Table[] {
  return names.flatMap((name) => tables.find((table) => table.name === name) ?? []);
}

function notYet() {
  return usage({
    what: 'A rehearsal from a live source is not there yet.',
    expected: 'source.file: a schema or a dump',
    seen: 'source.live',
    next: 'Make a dump of it: mysqldump --single-transaction --routines --triggers --events --hex-blob.',
  });
}
