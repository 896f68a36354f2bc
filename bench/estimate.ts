import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../harness/config/read-config.ts';
import { estimateWork, type WorkEstimate } from '../harness/estimate/work.ts';
import { Recorder } from '../harness/history/recorder.ts';
import { Migration } from '../harness/migration/migration.ts';
import { openArtifacts } from '../harness/report/artifacts.ts';
import type { Measured, MeasuredWork } from '../harness/report/estimate.ts';
import { measuredRun } from '../harness/run/measured-run.ts';
import { refuseMismatches } from '../harness/migration/vdiff.ts';
import { perform } from '../harness/run/perform.ts';
import type { Run } from '../harness/run/run.ts';
import { setUp } from '../harness/run/set-up.ts';
import { configSubject } from '../harness/subject/config-subject.ts';
import { saveFigures, shareOf } from './share.ts';

/**
 * `npm run bench:estimate` copies the same data at three sizes, compares them by VDiff, and predicts the times of the
 * largest from the smaller two. It is a benchmark and not a scenario, because the accuracy of a prediction depends on
 * how steady the machine is.
 */

/**
 * The sizes are so far apart that one second, which is what Vitess waits between two tables, is little compared with
 * the difference between the small and the middle one.
 */
const ROWS = { small: shareOf(150_000), middle: shareOf(600_000), large: shareOf(1_800_000) };
type SizeName = keyof typeof ROWS;
const SIZES: readonly SizeName[] = ['small', 'middle', 'large'];
/** How often the sizes are taken in turn, so that a machine that is slow for a while is slow for all of them. */
const ROUNDS = 2;
/** How many VDiffs follow each copy: most of the time that one takes here does not grow with the rows. */
const VDIFFS = 2;

/** A quarter of the rows are customers. */
function schemaOf(size: SizeName): string {
  return `
    CREATE TABLE customer_${size} (
      customer_id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
      email VARCHAR(120) NOT NULL,
      full_name VARCHAR(80) NOT NULL,
      created_at DATETIME(6) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
    CREATE TABLE corder_${size} (
      order_id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
      customer_id BIGINT NOT NULL,
      sku VARCHAR(40) NOT NULL,
      price DECIMAL(8,2) NOT NULL,
      placed_at DATETIME NOT NULL,
      KEY customer_id (customer_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;`;
}

function rowsOf(size: SizeName): Record<string, number> {
  return { [`customer_${size}`]: ROWS[size] / 4, [`corder_${size}`]: (ROWS[size] * 3) / 4 };
}

/** Writes the schema and config of all sizes. @returns the config's file. */
async function writeConfig(folder: string): Promise<string> {
  const rows = Object.fromEntries(SIZES.flatMap((size) => Object.entries(rowsOf(size))));
  const file = path.join(folder, 'roundtrip.config.json');
  await writeFile(path.join(folder, 'shop.sql'), SIZES.map(schemaOf).join('\n'));
  await writeFile(file, JSON.stringify({ source: { file: 'shop.sql' }, data: { from: 'generated', rows } }));
  return file;
}

/** Runs each size on the same cluster, as far as is measured here, and cancels it. */
async function rehearse({ migration: { context }, recorder }: Run): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const size of SIZES) {
      const migration = new Migration({ ...context, tables: Object.keys(rowsOf(size)) }, recorder);
      await migration.create();
      await migration.copied();
      for (let time = 0; time < VDIFFS; time++) refuseMismatches(await migration.vdiff());
      await migration.cancel();
    }
  }
}

/** @returns the folder of the run. */
async function measureAll(folder: string): Promise<string> {
  const { path: saved, ...rest } = await openArtifacts(path.resolve('artifacts'));
  const { config } = await readConfig(await writeConfig(folder));
  const recorder = new Recorder();
  const engine = await setUp(recorder);
  await using configured = await configSubject(config, {
    recorder,
    engine: async () => engine,
    allowHost: [],
    onStatement: () => undefined,
  });
  const { subject, database, volume } = configured;
  const { thrown } = await perform(
    {
      subject,
      kinds: { sql: 1 },
      seed: 11,
      recorder,
      engine,
      artifacts: { path: saved, ...rest },
      signal: AbortSignal.timeout(900_000),
      cluster: { sourceVolume: volume, ...(database === null ? {} : { sourceDatabase: database }) },
      plannedSteps: [],
      required: [],
    },
    async (run) => {
      await run.load();
      await Promise.all([run.migration.adopt(), run.migration.provision()]);
      await rehearse(run);
    },
  );
  if (thrown instanceof Error) throw thrown;
  return saved;
}

/** Returns the name that a table has in all sizes. */
function plain(table: string): string {
  return table.replace(/_[a-z]+$/, '');
}

/** Returns the work on the tables of one size, under names that all sizes share. */
function worksOf(works: readonly MeasuredWork[], size: SizeName): MeasuredWork[] {
  return works
    .filter(({ parts }) => parts.every(({ tables }) => tables.every((table) => table.endsWith(`_${size}`))))
    .map((work) => ({
      ...work,
      parts: work.parts.map((part) => ({ ...part, tables: part.tables.map(plain) })),
      rates: work.rates.map((rate) => ({ ...rate, table: plain(rate.table) })),
    }));
}

function mean(works: readonly MeasuredWork[]): number {
  return works.reduce((sum, { durationMs }) => sum + durationMs, 0) / works.length;
}

interface Prediction extends WorkEstimate {
  readonly measuredMs: number;
  /** Returns the likely time, relative to what was measured. */
  readonly share: number;
}

function predict(run: Measured, kind: 'copies' | 'vdiffs'): Prediction {
  const [small, middle, large] = SIZES.map((size) => worksOf(run[kind], size));
  const tables = run.tables
    .filter(({ table }) => table.endsWith('_large'))
    .map((each) => ({ ...each, table: plain(each.table) }));
  const estimate = estimateWork([...small!, ...middle!], tables);
  const measuredMs = mean(large!);
  return { ...estimate, measuredMs, share: estimate.likelyMs / measuredMs };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** Returns the details for a person who wants to know why a prediction is off. */
function told(run: Measured, kind: 'copies' | 'vdiffs', { lowMs, likelyMs, highMs, measuredMs }: Prediction): string {
  const sizes = SIZES.map(
    (size) =>
      `${size} ${worksOf(run[kind], size)
        .map(({ durationMs }) => seconds(durationMs))
        .join(' ')}`,
  );
  return `${kind}: ${seconds(lowMs)} to ${seconds(highMs)} s, likely ${seconds(likelyMs)} s (${Math.round((likelyMs / measuredMs) * 100)} %), measured ${seconds(measuredMs)} s (${sizes.join(', ')})\n`;
}

const folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-estimate-'));
try {
  const run = await measuredRun(await measureAll(folder));
  const result = { copies: predict(run, 'copies'), vdiffs: predict(run, 'vdiffs') };
  for (const kind of ['copies', 'vdiffs'] as const) process.stdout.write(told(run, kind, result[kind]));
  await saveFigures('bench-estimate', { rows: ROWS, ...result });
} finally {
  await rm(folder, { recursive: true });
}
