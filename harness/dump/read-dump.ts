import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { ScratchMySql, type ScratchMySqlOptions } from '../cluster/scratch-mysql.ts';
import { readDatabase, type Database } from '../schema/database.ts';
import { countRows } from '../schema/count-rows.ts';
import { quoteName } from '../schema/quote.ts';
import { openForReading } from '../schema/read.ts';
import { chooseDatabase, readDatabaseNames } from './choose-database.ts';
import type { Dump } from './dump.ts';
import { createDefiners } from './definers.ts';
import { feedDump, type ClientSettings, type Fed, type FeedDumpOptions } from './feed.ts';
import { dumpFiles } from './files.ts';
import { leaveOut, type LeftOutKind } from './leave-out.ts';

export interface ReadIntoOptions extends FeedDumpOptions {
  /** The database to use from a dump that contains several, or for a dump that names none. */
  readonly database: string | undefined;
  readonly leaveOut: readonly LeftOutKind[];
  /** False to empty its tables. */
  readonly keepsRows: boolean;
}

export type ReadDumpOptions = ReadIntoOptions & Omit<ScratchMySqlOptions, 'logDirectory'>;

/** The contents of a dump, according to the server that read it. */
export interface DumpContents {
  /** The database, without what was left out. */
  readonly database: Database;
  /** The number of rows by table, counted. */
  readonly rows: ReadonlyMap<string, number>;
  /** The numbers of things that were left out, by kind. */
  readonly leftOut: ReadonlyMap<LeftOutKind, number>;
  readonly seconds: number;
}

/** The bound for a statement that reads a table of many gigabytes. */
const WHOLE_TABLE_MS = 3_600_000;
const SHOWN = 5;

/** A dump that a MySQL has read; its data is on a volume until it is disposed of. */
export class DumpOnVolume implements AsyncDisposable {
  readonly contents: DumpContents;
  readonly #server: ScratchMySql;
  readonly #folder: string;

  private constructor(contents: DumpContents, server: ScratchMySql, folder: string) {
    this.contents = contents;
    this.#server = server;
    this.#folder = folder;
  }

  /**
   * Has a separate MySQL read a schema or a dump, through MySQL's own client, with the settings of the source.
   *
   * @throws usage for a file that is not a dump, and for a statement that MySQL does not accept, with its place and
   *   what helps; trouble if the server does not start, or ends.
   */
  static async read(file: string, options: ReadDumpOptions): Promise<DumpOnVolume> {
    const dump = await dumpFiles(file);
    const folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-scratch-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => await rm(folder, { recursive: true, force: true }));
    const server = stack.use(await ScratchMySql.start({ ...options, logDirectory: folder }));
    const contents = await readInto(server, dump, file, options);
    options.signal?.throwIfAborted();
    await server.end();
    stack.move();
    return new DumpOnVolume(contents, server, folder);
  }

  /** The data directory, for a source with the same settings. */
  get volume(): string {
    return this.#server.volume;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#server[Symbol.asyncDispose]();
    } finally {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }
}

/**
 * Has a server that holds no database read a schema or a dump, and describes what it then holds.
 *
 * @throws usage for a statement that MySQL does not accept, with its place and what helps.
 */
export async function readInto(
  server: ScratchMySql,
  dump: Dump,
  file: string,
  options: ReadIntoOptions,
): Promise<DumpContents> {
  const { signal } = options;
  const before = await readGlobals(server);
  const accounts = await readAccountNames(server);
  const startedAt = performance.now();
  let client: ClientSettings = { database: null, keepsComments: true };
  let fed = await feedDump(server, dump, client, options);
  while (fed.instead !== null) {
    const { database } = fed.instead;
    client = { ...client, ...fed.instead, ...(database && options.database ? { database: options.database } : {}) };
    await beginAgain(server, client.database, accounts);
    fed = await feedDump(server, dump, client, options);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  tellAbout(fed, file, options.note);
  await tellGlobals(server, before, options.note);
  const name = await withConnection(
    server.endpoint(),
    async (connection) => await chooseDatabase(connection, file, options.database, client.database),
  );
  signal?.throwIfAborted();
  const whole = await lookAt(server, name);
  const finishing = async (connection: Connection) => await finish(connection, whole, options);
  return { ...(await withConnection(server.endpoint(name), finishing, { timeoutMs: WHOLE_TABLE_MS })), seconds };
}

/** Turns what was read into what the rehearsal needs, and describes it. */
async function finish(
  connection: Connection,
  whole: Database,
  { leaveOut: kinds, keepsRows, note, signal }: ReadIntoOptions,
): Promise<Omit<DumpContents, 'seconds'>> {
  await connection.query('SET sql_log_bin = 0');
  await leaveOut(connection, whole, kinds);
  const created = await createDefiners(connection, whole.name);
  if (created.length > 0) {
    note(`created, as the dump names them as definers, and locked, so that nobody can log in: ${created.join(', ')}`);
  }
  const names = whole.tables.map(({ name }) => name);
  return {
    database: { ...whole, ...Object.fromEntries(kinds.map((kind) => [kind, []])) },
    rows: keepsRows ? await countRows(connection, names, signal) : await empty(connection, names),
    leftOut: new Map(kinds.map((kind) => [kind, whole[kind].length])),
  };
}

/** Removes what was read, and creates the database in which the client begins, if any. */
export async function beginAgain(server: ScratchMySql, database: string | null, accounts: AccountNames): Promise<void> {
  const created = [...(await readAccountNames(server))].filter((name) => !accounts.has(name));
  await server.forgetHistory();
  await withConnection(server.endpoint(), async (connection) => {
    await connection.query('SET sql_log_bin = 0');
    for (const name of await readDatabaseNames(connection)) await connection.query(`DROP DATABASE ${quoteName(name)}`);
    for (const name of created) await connection.query(`DROP USER ${name}`);
    if (database !== null) await connection.query(`CREATE DATABASE ${quoteName(database)}`);
  });
}

/** Accounts in SQL form, such as `'app'@'%'`. */
export type AccountNames = ReadonlySet<string>;

export async function readAccountNames(server: ScratchMySql): Promise<AccountNames> {
  return await withConnection(server.endpoint(), async (connection) => {
    const found = await queryRows<{ account: string }>(
      connection,
      "SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) AS account FROM mysql.user",
    );
    return new Set(found.map(({ account }) => account));
  });
}

async function lookAt(server: ScratchMySql, database: string): Promise<Database> {
  await using connection = await openForReading(server.endpoint(database), 'the MySQL that read the dump');
  return await readDatabase(connection.read);
}

async function empty(connection: Connection, tables: readonly string[]): Promise<ReadonlyMap<string, number>> {
  await connection.query('SET foreign_key_checks = 0');
  for (const name of tables) await connection.query(`TRUNCATE TABLE ${quoteName(name)}`);
  return new Map(tables.map((name) => [name, 0]));
}

function tellAbout({ provenance, warnings }: Fed, file: string, note: (text: string) => void): void {
  const name = path.basename(file);
  if (provenance.lacksEnd) note(`${name} has no last line “-- Dump completed”: was it cut off?`);
  else if (!provenance.isLastEnded) note(`the last statement of ${name} has no end: is the file whole?`);
  if (provenance.isOfMariaDb) note(`MariaDB made ${name}; this rehearsal’s source is MySQL: see docs/mariadb.md`);
  if (warnings.length === 0) return;
  const shown = [...new Set(warnings.map(({ message }) => message))].slice(0, SHOWN);
  note(`MySQL changed values of ${name} as it read them, ${warnings.length} warning(s): ${shown.join('; ')}`);
}

/** Reports variables that the dump set on the whole server, because the source will not have them. */
async function tellGlobals(server: ScratchMySql, before: Globals, note: (text: string) => void): Promise<void> {
  const after = await readGlobals(server);
  const set = [...after].filter(([name, value]) => before.get(name) !== value && !name.startsWith('gtid_'));
  if (set.length === 0) return;
  const shown = set.map(([name, value]) => `${name} = ${value}`).join(', ');
  note(
    `not carried over, as it was set on the server that read the dump: ${shown}; source.settings sets variables of the source`,
  );
}

type Globals = ReadonlyMap<string, string>;

async function readGlobals(server: ScratchMySql): Promise<Globals> {
  return await withConnection(server.endpoint(), async (connection) => {
    const rows = await queryRows<{ Variable_name: string; Value: string }>(connection, 'SHOW GLOBAL VARIABLES');
    return new Map(rows.map(({ Variable_name: name, Value: value }) => [name, value]));
  });
}
