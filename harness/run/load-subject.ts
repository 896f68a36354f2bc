import type { ConnectionOptions } from 'mysql2/promise';
import type { MigrationServers } from '../cluster/servers.ts';
import { tablesThatNeedTheirKeys } from '../migration/deferred-keys.ts';
import type { Recorder } from '../history/recorder.ts';
import { binlogExpireSeconds } from '../preflight/binlog-retention.ts';
import type { LoadedSubject, Subject } from '../subject/subject.ts';
import type { TableKey } from '../workload/exact-key.ts';
import { prepareTables } from '../workload/prepare.ts';
import type { KindWeights, NewTableLine } from '../workload/tables.ts';

/** What is known about the subject once its rows are there. */
export interface LoadedTables {
  readonly subject: LoadedSubject;
  /** Tables that operations write to. */
  readonly written: readonly NewTableLine[];
  readonly keys: ReadonlyMap<string, TableKey | null>;
  /** Tables whose key has an auto_increment column, alone or with other columns. */
  readonly withAutoKey: ReadonlySet<string>;
  /** Tables that cannot be created without their secondary keys; see `tablesThatNeedTheirKeys`. */
  readonly needKeys: readonly string[];
}

export interface LoadOptions {
  readonly servers: Pick<MigrationServers, 'existing' | 'hasMysqls'>;
  readonly subject: Subject;
  readonly kinds: KindWeights;
  readonly seed: number;
  readonly recorder: Recorder;
}

/**
 * Loads the subject's schema and rows, and the workload's own tables, directly into the source MySQL. A source that was
 * already running is only read.
 */
export async function loadSubject(connect: ConnectionOptions, options: LoadOptions): Promise<LoadedTables> {
  const { servers, subject, kinds, recorder } = options;
  const isStarted = servers.existing === null;
  const loaded = await load(connect, options);
  const needKeys = servers.hasMysqls ? await tablesThatNeedTheirKeys(connect, subject.tables) : [];
  if (isStarted) recorder.observed({ of: 'load', rows: loaded.rows, rowsPerSecond: loaded.rowsPerSecond });
  recorder.observed({ of: 'source', binlogExpireSeconds: await binlogExpireSeconds(connect) });
  const application = { tables: subject.tables, workload: loaded.application.workload };
  const { tables, lines, keys, notes } = await prepareTables(connect, application, kinds, isStarted);
  for (const each of notes) recorder.note(`workload: ${each}`);
  recorder.observed({ of: 'tables', tables });
  return {
    subject: loaded,
    // Rows that were there before may have any key, and others may write while this run does.
    written: isStarted ? lines : lines.map((line) => ({ ...line, keyColumn: null })),
    keys,
    withAutoKey: new Set([...keys].flatMap(([table, key]) => (key !== null && key.handedOut !== null ? [table] : []))),
    needKeys,
  };
}

async function load(connect: ConnectionOptions, { servers, subject, seed, recorder }: LoadOptions) {
  const isStarted = servers.existing === null;
  return await recorder.step(
    'load',
    `${isStarted ? 'load' : 'read the tables of'} ${subject.name}`,
    async ({ progress, note }) => await subject.load({ connect, seed, onProgress: progress, note }),
    ({ rows, rowsPerSecond }) =>
      isStarted
        ? `${rows.toLocaleString('en')} rows, ${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`
        : `${subject.tables.length} there`,
  );
}
