import type { Connection, ConnectionOptions, ResultSetHeader } from 'mysql2/promise';
import { messageOf, trouble, usage } from '../errors.ts';
import { openConnection } from '../mysql-connection.ts';
import { readDump, shown, type DumpStatement, type ReadOptions } from './read-dump.ts';
import { withoutDefiner } from './definer.ts';

/** Kinds of things that a rehearsal can leave out. */
export type LeftOutKind = 'views' | 'triggers' | 'routines' | 'events';

export interface LoadStatementsOptions {
  /** An empty database. */
  readonly connect: ConnectionOptions;
  /** The dump's own name for the database; null if it names none. */
  readonly database: string | null;
  readonly leaveOut: readonly LeftOutKind[];
  /** Whether to load everything, or everything but the rows. */
  readonly only: 'schema' | 'all';
  readonly note: (text: string) => void;
}

export interface LoadDumpOptions extends LoadStatementsOptions, ReadOptions {}

export interface LoadedDump {
  readonly rows: number;
  readonly rowsPerSecond: number;
}

const KIND_OF = { view: 'views', trigger: 'triggers', routine: 'routines', event: 'events' } as const;
/** The server is busy with one statement while the next is read; more connections gained nothing on 2 cores. */
const LOADERS = 3;
const STATEMENT_TIMEOUT_MS = 3_600_000;

/**
 * What every connection begins with, as mysqldump sets it, because tables and rows do not come in the order of their
 * references.
 */
const BEGIN = [
  // If the driver saw a dump's SET NAMES, it would encode in that character set what are bytes already (mysql2 3.24,
  // lib/packets/resultset_header.js).
  "SET SESSION session_track_system_variables = ''",
  'SET NAMES utf8mb4',
  'SET foreign_key_checks = 0, unique_checks = 0',
];

/**
 * Loads a dump into an empty database: tables, their rows, then whatever needs them. Statements go to the server byte
 * for byte, except for DEFINER, whose accounts do not exist.
 *
 * @throws usage that names the statement, its file and line, and what the server said.
 */
export async function loadDump(dump: string, options: LoadDumpOptions): Promise<LoadedDump> {
  return await loadStatements(readDump(dump, options), options);
}

/** Does what `loadDump` does, with statements that come from somewhere else. */
export async function loadStatements(
  statements: Iterable<DumpStatement> | AsyncIterable<DumpStatement>,
  options: LoadStatementsOptions,
): Promise<LoadedDump> {
  const { connect, database, leaveOut, only, note } = options;
  const left = new Map<string, number>();
  const later: DumpStatement[] = [];
  await using loader = await Loader.open(connect);
  for await (const statement of statements) {
    const { kind, of } = statement;
    if (kind === 'ignored')
      note(`left out, because it is about the server on which the dump was made: ${shown(statement.bytes)}`);
    if (database !== null && of !== null && of !== database) continue;
    if (kind === 'setting') {
      later.push(statement);
      await loader.everywhere(statement);
    } else if (kind === 'rows') {
      if (only === 'all') await loader.rows(statement);
    } else if (kind === 'table' || kind === 'alter') await loader.alone(statement);
    else if (kind === 'view' || kind === 'trigger' || kind === 'routine' || kind === 'event') {
      if (!leaveOut.includes(KIND_OF[kind])) later.push(statement);
      else left.set(KIND_OF[kind], (left.get(KIND_OF[kind]) ?? 0) + 1);
    }
  }
  const loaded = await loader.ended();
  for (const [kind, count] of left) note(`${count} statement(s) for ${kind} left out`);
  await runLater(connect, later);
  return loaded;
}

/** Views and routines are created with the settings that preceded them. */
async function runLater(connect: ConnectionOptions, later: readonly DumpStatement[]): Promise<void> {
  if (later.every(({ kind }) => kind === 'setting')) return;
  const session = await RawConnection.open(connect);
  try {
    for (const statement of later) {
      await session.run(
        statement.kind === 'setting' ? statement : { ...statement, bytes: withoutDefiner(statement.bytes) },
      );
    }
  } finally {
    session.close();
  }
}

/** Several connections that load rows in parallel, and tables one after another. */
class Loader implements AsyncDisposable {
  readonly #sessions: readonly RawConnection[];
  readonly #startedAt = performance.now();
  #next = 0;
  #rows = 0;

  private constructor(sessions: readonly RawConnection[]) {
    this.#sessions = sessions;
  }

  static async open(connect: ConnectionOptions): Promise<Loader> {
    return new Loader(
      await Promise.all(Array.from({ length: LOADERS }, async () => await RawConnection.open(connect))),
    );
  }

  /** Runs a statement on each connection, after what it is doing already. */
  async everywhere(statement: DumpStatement): Promise<void> {
    for (const session of this.#sessions) await session.free();
    await Promise.all(this.#sessions.map(async (session) => await session.run(statement)));
  }

  /** Runs a statement when all rows before it are in. */
  async alone(statement: DumpStatement): Promise<void> {
    for (const session of this.#sessions) await session.free();
    await this.#sessions[0]!.run(statement);
  }

  /** Returns as soon as a connection has accepted the statement, so the next one can be read meanwhile. */
  async rows(statement: DumpStatement): Promise<void> {
    const session = this.#sessions[this.#next]!;
    this.#next = (this.#next + 1) % this.#sessions.length;
    await session.free();
    session.begin(statement, (rows) => (this.#rows += rows));
  }

  async ended(): Promise<LoadedDump> {
    for (const session of this.#sessions) await session.free();
    const seconds = (performance.now() - this.#startedAt) / 1000;
    return { rows: this.#rows, rowsPerSecond: Math.round(this.#rows / Math.max(seconds, 0.001)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) session.close();
  }
}

/** One connection that sends bytes as they are. */
class RawConnection {
  readonly #connection: Connection;
  #running: Promise<void> = Promise.resolve();
  #error: Error | undefined;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async open(connect: ConnectionOptions): Promise<RawConnection> {
    // With this character set the driver makes one byte a character, in both directions.
    const asBytes = { ...connect, charset: 'BINARY', queryFormat: (sql: string) => sql };
    const connection = await openConnection(asBytes, { isShown: false });
    for (const sql of BEGIN) await connection.query(sql);
    return new RawConnection(connection);
  }

  /** @throws what went wrong with the statement before. */
  async free(): Promise<void> {
    await this.#running;
    if (this.#error !== undefined) throw this.#error;
  }

  begin(statement: DumpStatement, onRows: (rows: number) => void): void {
    this.#running = this.run(statement).then(onRows, (error: unknown) => {
      this.#error = error instanceof Error ? error : new Error(messageOf(error));
    });
  }

  /** @returns how many rows it added. */
  async run({ bytes, file, line }: DumpStatement): Promise<number> {
    const sql = bytes.toString('latin1');
    try {
      const [result] = await this.#connection.query<ResultSetHeader>({ sql, timeout: STATEMENT_TIMEOUT_MS });
      return result.affectedRows;
    } catch (error) {
      throw (isTrouble(error) ? trouble : usage)({
        what: 'The source does not accept a statement of its schema or rows.',
        seen: messageOf(error),
        where: `${line === 0 ? file : `${file}:${line}`}: ${shown(bytes)}`,
        next: nextOf(error),
        cause: error,
      });
    }
  }

  close(): void {
    this.#connection.destroy();
  }
}

/** What helps, by MySQL error number (MySQL manual, “Server Error Message Reference”). */
const HELP: Readonly<Record<number, string>> = {
  1114: 'Make room on the disk of the engine, or load fewer rows.',
  1153: 'Give the source the production server’s max_allowed_packet with source.settings.',
  1418: 'Give the source what production has: source.settings: { log_bin_trust_function_creators: 1 }.',
  3161: 'Give the tables another engine: Vitess needs InnoDB.',
};

/** Whether the machine is to blame and not the statement: the disk is full, or the server gave no answer at all. */
function isTrouble(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 1114 || errno <= 0;
}

function errnoOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'errno' in error ? Number(error.errno) : 0;
}

function nextOf(error: unknown): string {
  if (errnoOf(error) <= 0) return 'See the end of its log among the artifacts.';
  return (
    HELP[errnoOf(error)] ?? 'Does production run with other settings, such as sql_mode? Put them in source.settings.'
  );
}
