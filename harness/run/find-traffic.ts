import type { ParameterGenerator } from '../fixture/generators.ts';
import { readDatabase } from '../schema/database.ts';
import { openForReading } from '../schema/read.ts';
import { groupByDigest, type GroupedTraffic } from '../traffic/digests.ts';
import type { SeenTraffic } from '../traffic/seen-traffic.ts';
import { writeWorkload, type TrafficWorkload } from '../traffic/write-workload.ts';
import { StatementPlanner } from '../workload/statement-planner.ts';
import type { TransactionRefusal } from '../traffic/write-workload.ts';
import { textOf } from './compare-sides.ts';
import type { Run } from './run.ts';
import { tryDigests, type TriedDigest } from './try-digests.ts';
import { runTransaction } from './try-transaction.ts';

export interface FindTrafficOptions {
  /** Generators for columns that are personal, by `table.column`. */
  readonly personal: Readonly<Record<string, ParameterGenerator>>;
  /** Whether double quotes enclose names. */
  readonly isAnsi: boolean;
}

/** The result of trying a log on servers. */
export interface FoundTraffic {
  readonly grouped: GroupedTraffic;
  readonly workload: TrafficWorkload;
  readonly tried: readonly TriedDigest[];
}

/** How often a transaction is tried, each time with other values. */
const SAMPLES = 5;

/**
 * Loads the subject, groups the statements of a log by MySQL's own digest, makes a workload from them, and tries every
 * digest on the source and through vtgate. Each of these is a recorded step; nothing moves.
 */
export async function findTraffic(run: Run, seen: SeenTraffic, options: FindTrafficOptions): Promise<FoundTraffic> {
  await run.load();
  const grouped = await run.recorder.step(
    'statements',
    'statements of the log by MySQL’s digest, on the source',
    async ({ progress }) => await groupByDigest(run.servers.source.applicationEndpoint, seen, progress),
    ({ digests }) => `${digests.length.toLocaleString('en')} digests`,
  );
  const workload = await run.recorder.step(
    'statements',
    'a workload of the most frequent, each tried on the source',
    async () => await workloadOf(run, grouped, options),
    ({ statements, transactions }) => `${statements.length} statements, ${transactions.length} transactions`,
  );
  await run.migration.adopt();
  const tried = await run.recorder.step(
    'statements',
    'every digest, on the source and through vtgate',
    async ({ progress }) => {
      const { source, sourceKeyspace } = run.servers;
      const vtgate = (await run.servers.vtgate()).applicationEndpoint(sourceKeyspace);
      return await tryDigests(grouped.digests, { source: source.applicationEndpoint, vtgate }, progress);
    },
    (all) => `${all.filter(({ found }) => found === 'different').length} do not run alike`,
  );
  return { grouped, workload, tried };
}

async function workloadOf(
  run: Run,
  grouped: GroupedTraffic,
  { personal, isAnsi }: FindTrafficOptions,
): Promise<TrafficWorkload> {
  const { servers, subject, seed } = run;
  const { loaded = new Map() } = run.application;
  const connect = servers.source.harnessEndpoint;
  await using connection = await openForReading(connect, 'the source');
  const database = await readDatabase(connection.read);
  const tables = database.tables.filter(({ name }) => subject.tables.includes(name));
  const source = { name: 'source', options: servers.source.applicationEndpoint } as const;
  const tryTransaction: TransactionRefusal = async (steps) => {
    const tried = { ...steps, weight: 1, steps: [...steps.steps], parameters: { ...steps.parameters } };
    const workload = { statements: {}, transactions: { tried } };
    const planner = new StatementPlanner({ tables: [], seed: { tables: {} }, workload, loaded }, seed, 1);
    for (let index = 0; index < SAMPLES; index++) {
      const planned = planner.plan(index);
      if (planned.kind !== 'transaction') continue;
      const { outcome } = await runTransaction(planned, source);
      if ('error' in outcome) return textOf(outcome);
    }
    return null;
  };
  return await writeWorkload(grouped, {
    connect,
    read: connection.read,
    tables,
    loaded,
    personal,
    seed,
    isAnsi,
    tryTransaction,
  });
}
