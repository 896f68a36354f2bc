import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../harness/config/read-config.ts';
import { estimateWork, type WorkEstimate } from '../../harness/estimate/work.ts';
import { Recorder } from '../../harness/history/recorder.ts';
import { roundtrip } from '../../harness/jest/roundtrip.ts';
import { Migration } from '../../harness/migration/migration.ts';
import { openArtifacts } from '../../harness/report/artifacts.ts';
import type { Measured, MeasuredWork } from '../../harness/report/estimate.ts';
import { measuredRun } from '../../harness/run/measured-run.ts';
import { perform } from '../../harness/run/perform.ts';
import type { Run } from '../../harness/run/run.ts';
import { configSubject } from '../../harness/subject/config-subject.ts';

/**
 * Far enough apart that a second more or less, which is what Vitess waits in between two tables, is little beside what
 * the small and the middle one differ by.
 */
const ROWS = { small: 50_000, middle: 200_000, large: 600_000 };
type SizeName = keyof typeof ROWS;
const SIZES: readonly SizeName[] = ['small', 'middle', 'large'];
/** Every size in turn, so many times: a machine that is slower for a while is so for all of them. */
const ROUNDS = 2;
/** After each copy: a VDiff of so few rows is mostly what does not grow with them. */
const VDIFFS = 2;
const MOST_OFF = 0.3;

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

function allRows(sizes: readonly SizeName[]): Record<string, number> {
  return Object.fromEntries(sizes.flatMap((size) => Object.entries(rowsOf(size))));
}

let folder = '';
let artifacts = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-estimate-'));
  artifacts = await measureAll();
}, 400_000);

afterAll(async () => await rm(folder, { recursive: true }));

async function writeConfig(production: object | undefined): Promise<string> {
  const rows = allRows(SIZES);
  const file = path.join(folder, 'roundtrip.config.json');
  await writeFile(path.join(folder, 'shop.sql'), SIZES.map(schemaOf).join('\n'));
  await writeFile(
    file,
    JSON.stringify({ source: { file: 'shop.sql' }, data: { from: 'generated', rows }, production }),
  );
  return file;
}

/** Each size on the same cluster, as far as is measured here, and given up again. */
async function rehearse({ migration: { context }, recorder }: Run): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const size of SIZES) {
      const migration = new Migration({ ...context, tables: Object.keys(rowsOf(size)) }, recorder);
      await migration.create();
      await migration.copied();
      for (let time = 0; time < VDIFFS; time++) expect(await migration.vdiff()).toFindNoMismatch();
      await migration.cancel();
    }
  }
}

/** @returns the folder of the run. */
async function measureAll(): Promise<string> {
  const { path: saved, ...rest } = await openArtifacts(path.resolve('artifacts'));
  const { config } = await readConfig(await writeConfig(undefined));
  const { subject } = await configSubject(config, {
    onProgress: () => undefined,
    allowHost: [],
    onStatement: () => undefined,
  });
  const { thrown } = await perform(
    {
      subject,
      kinds: { sql: 1 },
      seed: 11,
      recorder: new Recorder(),
      artifacts: { path: saved, ...rest },
      signal: AbortSignal.timeout(300_000),
      cluster: {},
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

/** The name that a table has in all sizes. */
function plain(table: string): string {
  return table.replace(/_[a-z]+$/, '');
}

/** The work on the tables of one size, under names that all sizes share. */
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
  /** The likely time, in proportion to what was measured. */
  readonly share: number;
}

function predict(run: Measured, kind: 'copies' | 'vdiffs'): Prediction {
  const [small, middle, large] = SIZES.map((size) => worksOf(run[kind], size));
  const times = kind === 'copies' ? ROUNDS : ROUNDS * VDIFFS;
  expect([small, middle, large].map((works) => works?.length)).toEqual(SIZES.map(() => times));
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

/** For a person who looks at why it is off. */
function told(run: Measured, kind: 'copies' | 'vdiffs', { lowMs, likelyMs, highMs, measuredMs }: Prediction): string {
  const sizes = SIZES.map(
    (size) =>
      `${size} ${worksOf(run[kind], size)
        .map(({ durationMs }) => seconds(durationMs))
        .join(' ')}`,
  );
  return `${kind}: ${seconds(lowMs)} to ${seconds(highMs)} s, likely ${seconds(likelyMs)} s, measured ${seconds(measuredMs)} s (${sizes.join(', ')})\n`;
}

// Claim: from two small sizes of the same data the copy and the VDiff of the largest are predicted within 30 %.
test('copy and VDiff of the largest of three sizes are predicted from the smaller two', async () => {
  const run = await measuredRun(artifacts);
  const predictions = { copies: predict(run, 'copies'), vdiffs: predict(run, 'vdiffs') };
  const text = (['copies', 'vdiffs'] as const).map((kind) => told(run, kind, predictions[kind])).join('');
  process.stderr.write(text);
  for (const { share } of Object.values(predictions)) {
    expect({ text, isNear: Math.abs(share - 1) <= MOST_OFF }).toEqual({ text, isNear: true });
  }
});

/** No engine is to be found, so that none can be used. */
const NO_ENGINE = { DOCKER_HOST: 'tcp://127.0.0.1:1' };

function productionOf(sizes: readonly SizeName[]): object {
  const rows = allRows(sizes);
  return { tables: Object.fromEntries(Object.entries(rows).map(([table, count]) => [table, { rows: count * 1000 }])) };
}

// Claim: a saved run is enough for an estimate; no container is started, and a table without a size is named.
test('roundtrip estimate tells from a saved run what production takes', async () => {
  const command = ['estimate', '--config', await writeConfig(productionOf(SIZES)), artifacts];
  const { exitCode, output } = await roundtrip(command, NO_ENGINE);
  expect(output).toMatch(/^estimate for production +low +likely +high$/m);
  expect(output).toMatch(/^copy( +\d+ [hm] \d\d [ms]){3}$/m);
  expect(output).toContain('1,000 times the rows of the largest rehearsal');
  expect(exitCode).toBe(0);

  await writeConfig(productionOf(['small', 'middle']));
  const refused = await roundtrip(command, NO_ENGINE);
  expect(refused.output).toContain('corder_large moves, and has no size');
  expect(refused.exitCode).toBe(64);

  await writeConfig(undefined);
  const unasked = await roundtrip(command, NO_ENGINE);
  expect(unasked.output).toContain('The config does not say how large production is.');
  expect(unasked.exitCode).toBe(64);
}, 60_000);
