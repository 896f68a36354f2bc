import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { Connection } from 'mysql2/promise';
import { SMALLEST_TARGET } from '../cluster/cluster-layout.ts';
import type { ClusterOptions } from '../cluster/cluster.ts';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { Recorder } from '../history/recorder.ts';
import { untilAtRest } from '../migration/at-rest.ts';
import { forwardWorkflow, primaryEndpoint } from '../migration/context.ts';
import { executedOn } from '../migration/executed.ts';
import type { Migration } from '../migration/migration.ts';
import { runningWorkflow } from '../migration/running-workflow.ts';
import { streamErrorOf } from '../migration/stream-errors.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { compareChecksums } from '../run/compare-checksums.ts';
import { migrationOfTables } from '../run/migration-of-tables.ts';
import { Run } from '../run/run.ts';
import { setUp } from '../run/set-up.ts';
import { quoteName } from '../schema/quote.ts';
import type { Side } from '../side.ts';
import type { Subject } from '../subject/subject.ts';
import { cancelMoveTables, showWorkflow, startCommand, type Stream } from '../vtctl/move-tables.ts';
import { waitFor } from '../wait.ts';
import type { DetectedBy } from './corruption.ts';
import { vtctldclient } from './operator.ts';

/** How long servers may take to start on a busy machine if their images exist. */
const START_MS = 300_000;

/** How long a stream may take to meet an error that it cannot avoid, or to follow. */
const STREAM_MS = 60_000;

/**
 * Flags with which the copy can continue after every row, and soon does so after an error. They are not set on the
 * workflow, because Vitess 23 does not pass a workflow's own settings to the source's tablet (grpctabletconn/conn.go,
 * VStreamRows).
 */
export const ROW_BY_ROW = [
  '--vstream-dynamic-packet-size=false',
  '--vstream-packet-size=1',
  '--vreplication-retry-delay=1s',
];

/** The error in the middle of a copy; its number is that of a statement that was killed. */
const BREAK = 'a break in the copy';

/** Servers need a table to start; it is not used. */
const NOTHING: Subject = {
  name: 'bystander',
  tables: ['bystander'],
  vschema: { sharded: false, tables: { bystander: {} } },
  load: async ({ connect }) => {
    await withConnection(connect, async (connection) => {
      await connection.query('CREATE TABLE bystander (id INT PRIMARY KEY)');
    });
    const application = { tables: ['bystander'], seed: { tables: {} }, workload: { statements: {} } };
    return { rows: 0, rowsPerSecond: 0, application, foreignKeys: 'none' };
  },
};

/** Servers on which the tests of a file move tables of their own, one test after another. */
export interface SharedServers {
  /** The servers, and what runs on them. */
  readonly run: () => Run;
  /** Runs statements on the source, then returns the migration of these tables, which has not begun. */
  readonly moving: (tables: readonly string[], statements: readonly string[]) => Promise<MovingTables>;
}

/**
 * Starts servers before the first test of a file, with one MySQL on each side, and stops them after the last. What
 * happens on them is not judged, so a test must assert everything that it claims.
 */
export function sharedServers(cluster: Omit<ClusterOptions, 'logDirectory'> = {}): SharedServers {
  let started: Run | undefined;
  beforeAll(async () => {
    const recorder = new Recorder();
    const artifacts = await openArtifacts(path.resolve('artifacts'));
    const options = { subject: NOTHING, kinds: {}, seed: 1, recorder, artifacts };
    started = await Run.start(await setUp(recorder), { ...options, cluster: { ...SMALLEST_TARGET, ...cluster } });
    await started.load();
    await Promise.all([started.migration.adopt(), started.migration.provision()]);
  }, START_MS);
  afterAll(async () => await started?.[Symbol.asyncDispose](), START_MS);
  const run = () => {
    if (started === undefined) throw new Error('The servers did not start.');
    return started;
  };
  return { run, moving: async (tables, statements) => await MovingTables.begin(run(), tables, statements) };
}

/** Tables that a test moves. They are removed from both sides afterwards. */
export class MovingTables implements AsyncDisposable {
  readonly run: Run;
  readonly migration: Migration;

  private constructor(run: Run, migration: Migration) {
    this.run = run;
    this.migration = migration;
  }

  static async begin(run: Run, tables: readonly string[], statements: readonly string[]): Promise<MovingTables> {
    const moving = new MovingTables(run, await migrationOfTables(run, tables));
    await moving.on('source', statements);
    return moving;
  }

  /** Copies the tables, with the flags that the steps of a rehearsal send. */
  async copied(): Promise<void> {
    await this.migration.create();
    await this.migration.copied();
  }

  /**
   * Copies the tables, with an error of the target's MySQL at the first row of a table that meets a condition, after
   * which the copy resumes. The servers must have been started with `ROW_BY_ROW`.
   *
   * @param condition in SQL, with `NEW` for the row, such as `NEW.id = 3`.
   */
  async copiedWithABreak(table: string, condition: string): Promise<void> {
    const { context } = this.migration;
    const { workflow, targetKeyspace } = forwardWorkflow(context);
    const name = [`--workflow=${workflow}`, `--target-keyspace=${targetKeyspace}`];
    await vtctldclient(this.run.cluster, [
      'MoveTables',
      ...name,
      'create',
      `--source-keyspace=${context.cluster.sourceKeyspace}`,
      `--tables=${context.tables.join(',')}`,
      '--tablet-types=primary',
      '--auto-start=false',
    ]);
    await this.on('target', [
      `CREATE TRIGGER break_copy BEFORE INSERT ON ${quoteName(table)} FOR EACH ROW
         IF ${condition} THEN SIGNAL SQLSTATE '70100' SET MYSQL_ERRNO = 1317, MESSAGE_TEXT = '${BREAK}'; END IF`,
    ]);
    await context.vtctl.run(startCommand({ workflow, targetKeyspace }));
    // A copy that was not broken, or was broken before its first row, is not resumed, and would show nothing.
    if (!(await this.stopsWith(new RegExp(BREAK)))) throw new Error(`The copy of ${table} was not broken.`);
    const kept = await this.rows('target', `SELECT 1 FROM ${quoteName(table)} LIMIT 1`);
    if (kept.length === 0) throw new Error(`The copy of ${table} was broken before it had kept a row.`);
    await this.on('target', ['DROP TRIGGER break_copy']);
    await this.copied();
  }

  /** Runs statements on a side's primary MySQL, in one session. */
  async on(side: Side, statements: readonly string[]): Promise<void> {
    await this.#with(side, async (connection) => {
      for (const statement of statements) await connection.query(statement);
    });
  }

  /** Returns the rows of a query on a side's primary MySQL. */
  async rows<T>(side: Side, sql: string): Promise<readonly T[]> {
    return await this.#with(side, async (connection) => await queryRows<T>(connection, sql));
  }

  /** Returns how many rows a table has on each side, once the stream has delivered everything. */
  async counts(table: string): Promise<Readonly<Record<Side, number>>> {
    await this.atRest();
    const count = async (side: Side) => {
      const [row] = await this.rows<{ count: string }>(side, `SELECT COUNT(*) AS count FROM ${quoteName(table)}`);
      return Number(row!.count);
    };
    return { source: await count('source'), target: await count('target') };
  }

  /** Waits until the other side has what was written. */
  async atRest(): Promise<void> {
    await untilAtRest(this.migration.context, this.migration.writesOn);
  }

  /** Returns which of the two comparisons calls the sides different. */
  async differenceSeenBy(): Promise<DetectedBy> {
    await this.atRest();
    const { mismatchedRows } = await this.migration.vdiffAtRest();
    const { tables } = this.migration.context;
    const compared = await compareChecksums(this.migration, this.run.recorder, { tables });
    return { vdiff: mismatchedRows > 0, checksum: compared.some(({ equal }) => !equal) };
  }

  /** Waits until the stream has a matching error or has delivered everything; returns whether it stopped. */
  async stopsWith(like: RegExp): Promise<boolean> {
    const { context, writesOn } = this.migration;
    const name = runningWorkflow(context, writesOn);
    const { executed } = await executedOn(await primaryEndpoint(context, writesOn));
    const wait = { what: `a stream that says ${like.source}, or that has followed`, timeoutMs: STREAM_MS };
    return await waitFor(wait, async () => {
      const streams = (await showWorkflow(context.vtctl, name))?.streams ?? [];
      const errors = streams.flatMap((stream) => streamErrorOf(stream)?.text ?? []);
      const hasStopped = errors.some((text) => like.test(text));
      const hasFollowed = !hasStopped && (await this.#areAt(streams, executed));
      const seen = streams.map(({ state, position, message }) => `${state} at ${position}: ${message}`).join('\n');
      return { done: hasStopped || hasFollowed ? hasStopped : undefined, seen };
    });
  }

  /** Whether streams have copied everything, and their positions contain a GTID set. */
  async #areAt(streams: readonly Stream[], executed: string): Promise<boolean> {
    if (streams.length === 0 || streams.some(({ copying }) => copying.length > 0)) return false;
    return await this.#with(this.migration.writesOn, async (connection) => {
      for (const { position } of streams) {
        const sql = 'SELECT GTID_SUBSET(?, ?) AS isSubset';
        const values = [executed, position.replace(/^.*\//, '')];
        const [answer] = await queryRows<{ isSubset: number | string }>(connection, sql, values);
        if (String(answer!.isSubset) !== '1') return false;
      }
      return true;
    });
  }

  async #with<T>(side: Side, body: (connection: Connection) => Promise<T>): Promise<T> {
    return await withConnection(await primaryEndpoint(this.migration.context, side), body);
  }

  /** Also cancels a stream that has stopped, for which the checks of the step `cancel` would be too strict. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { context, writesOn } = this.migration;
    const name = forwardWorkflow(context);
    if (writesOn === 'target') await this.migration.complete('drop');
    else if ((await showWorkflow(context.vtctl, name)) !== null) await cancelMoveTables(context.vtctl, name);
    for (const side of ['source', 'target'] as const) {
      await this.on(side, [
        'SET foreign_key_checks = OFF',
        ...context.tables.map((table) => `DROP TABLE IF EXISTS ${quoteName(table)}`),
      ]);
    }
  }
}
