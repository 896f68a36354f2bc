import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { readFixture } from '../harness/fixture/fixture.ts';
import { Recorder } from '../harness/history/recorder.ts';
import { openArtifacts } from '../harness/report/artifacts.ts';
import { runResultSchema } from '../harness/report/verdict-schema.ts';
import { Run } from '../harness/run/run.ts';
import { setUp, type SetUp } from '../harness/run/set-up.ts';
import { waitFor } from '../harness/wait.ts';
import { fixtureSubject } from '../harness/subject/fixture-subject.ts';
import { loadFixture } from '../harness/workload/load.ts';
import { ByHand } from '../harness/jest/by-hand.ts';
import { saveFigures, SHARE, shareOf } from './share.ts';

/**
 * `npm run bench` prints the harness' figures, each beside its counterpart by hand from the same run, because the speed
 * of these machines varies from hour to hour. Starts alternate between harness and hand, and the median is given.
 */
const ROUNDS = shareOf(3);
const SEED = 1;

const workflowState = z.object({
  workflows: z.array(
    z.object({
      shard_streams: z.record(
        z.string(),
        z.object({ streams: z.array(z.object({ state: z.string(), copy_states: z.array(z.unknown()) })) }),
      ),
    }),
  ),
});

async function timed(body: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await body();
  return Math.round(performance.now() - startedAt);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Everything from no container to both keyspaces served through vtgate. */
async function clusterReady(ready: SetUp): Promise<number> {
  const recorder = new Recorder();
  const artifacts = await openArtifacts(path.resolve('artifacts'));
  const fixture = await readFixture('commerce');
  const startedAt = performance.now();
  await using run = await Run.start(ready, { subject: fixtureSubject(fixture), seed: SEED, recorder, artifacts });
  await Promise.all([run.migration.adopt(), run.migration.provision()]);
  return Math.round(performance.now() - startedAt);
}

/** The same by hand; the last round goes on to copy the fixture. */
async function byHand(ready: SetUp, copies: boolean): Promise<{ readyMs: number; copyRowsPerSecond: number | null }> {
  await using hand = new ByHand(ready.images);
  const readyMs = await timed(async () => await hand.start());
  return { readyMs, copyRowsPerSecond: copies ? await copyByHand(hand) : null };
}

async function copyByHand(hand: ByHand): Promise<number> {
  const fixture = await readFixture('commerce');
  const { rows } = await loadFixture({ connect: hand.source, fixture, seed: SEED });
  await hand.vtctldclient(['ApplyVSchema', '--vschema', JSON.stringify(fixture.vschema), 'commerce']);
  const workflow = ['MoveTables', '--workflow=commerce2customer', '--target-keyspace=customer', '--format=json'];
  const create = [
    'create',
    '--source-keyspace=commerce',
    `--tables=${fixture.tables.join(',')}`,
    '--tablet-types=primary',
  ];
  const copyMs = await timed(async () => {
    await hand.vtctldclient([...workflow, ...create]);
    await waitFor({ what: 'the copy by hand to end', timeoutMs: 300_000, intervalMs: 50 }, async () => {
      const shown = workflowState.parse(
        JSON.parse(await hand.vtctldclient([...workflow, 'show', '--include-logs=false'])),
      );
      const streams = shown.workflows.flatMap((each) =>
        Object.values(each.shard_streams).flatMap((shard) => shard.streams),
      );
      const isDone =
        streams.length > 0 &&
        streams.every(({ state, copy_states }) => state === 'Running' && copy_states.length === 0);
      return { done: isDone || undefined, seen: streams.map(({ state }) => state).join() };
    });
  });
  return Math.round((rows * 1000) / copyMs);
}

async function rehearsal() {
  const rehearsalMs = await timed(async () => {
    await execa('node', ['harness/cli/main.ts', 'rehearse', '--seed', String(SEED), '--scale', String(SHARE)], {
      preferLocal: true,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
  const verdict = runResultSchema.parse(JSON.parse(await readFile('artifacts/latest/verdict.json', 'utf8')));
  return { rehearsalMs, load: verdict.load!, copy: verdict.copy!, steps: verdict.steps };
}

const ready = await setUp(new Recorder());
// The first start is not measured, because it prepares data directories.
await clusterReady(ready);
const starts: { harness: number; hand: number }[] = [];
let copyRowsPerSecondByHand = 0;
for (let round = 1; round <= ROUNDS; round++) {
  const harness = await clusterReady(ready);
  const hand = await byHand(ready, round === ROUNDS);
  copyRowsPerSecondByHand = hand.copyRowsPerSecond ?? copyRowsPerSecondByHand;
  starts.push({ harness, hand: hand.readyMs });
}
const { rehearsalMs, load, copy, steps } = await rehearsal();
const createMs = steps.find(({ name }) => name === 'create')!.durationMs;
const copyMs = (copy.rows * 1000) / copy.rowsPerSecond;
const figures = {
  clusterReadyMs: median(starts.map(({ harness }) => harness)),
  clusterReadyByHandMs: median(starts.map(({ hand }) => hand)),
  rehearsalMs,
  loadRowsPerSecond: Math.round(load.rowsPerSecond),
  // From create to every stream running, as by hand; it includes the checks of the step create.
  copyRowsPerSecond: Math.round((copy.rows * 1000) / (createMs + copyMs)),
  copyRowsPerSecondByHand,
};
await saveFigures('bench', { ...figures, starts });
const print = (name: string, figure: string, hand = '') =>
  process.stdout.write(`${name.padEnd(28)}${figure.padStart(14)}${hand && `   by hand ${hand}`}\n`);
print('cluster ready', `${figures.clusterReadyMs} ms`, `${figures.clusterReadyByHandMs} ms`);
print('rehearsal in all', `${figures.rehearsalMs} ms`);
print('load', `${figures.loadRowsPerSecond} rows/s`);
print(
  'copy, create included',
  `${figures.copyRowsPerSecond} rows/s`,
  `${figures.copyRowsPerSecondByHand} rows/s (no writes)`,
);
print('starts, in turn', starts.map(({ harness, hand }) => `${harness}/${hand}`).join(' '));
