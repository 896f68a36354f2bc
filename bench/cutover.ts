import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { PROFILES, type ProfileName } from '../harness/cluster/profile.ts';
import type { Side } from '../harness/side.ts';
import { fixtureSubject } from '../harness/subject/fixture-subject.ts';
import { readFixture, scaled } from '../harness/fixture/fixture.ts';
import { CUTOVER_PARTS } from '../harness/history/observations.ts';
import { Recorder } from '../harness/history/recorder.ts';
import { checkTraffic, isFollowing } from '../harness/migration/coherence.ts';
import { forwardWorkflow, otherSide } from '../harness/migration/context.ts';
import { prepareCutover } from '../harness/migration/measure-cutover.ts';
import { rowsBehind } from '../harness/migration/rows-behind.ts';
import { trouble } from '../harness/errors.ts';
import { openArtifacts } from '../harness/report/artifacts.ts';
import { Run } from '../harness/run/run.ts';
import { setUp, type SetUp } from '../harness/run/set-up.ts';
import { switchTraffic } from '../harness/vtctl/move-tables.ts';
import { waitFor } from '../harness/wait.ts';
import { figuresOf, type CutoverBenchmark, type CutoverSample } from './cutover-figures.ts';

/**
 * `npm run bench:cutover` measures what a cutover costs the application, and how that is distributed. Writes are
 * switched and reversed again and again under load, on one cluster per profile; reads stay switched. The application
 * inserts single rows, each in a transaction of its own, because Vitess cannot hold back a transaction that the client
 * has begun.
 */
const RATES = [200, 1_000] as const;
const SEED = 1;
/** Enough that a thousand writes per second are not held up by them, each of which waits for the disk. */
const CONNECTIONS = 32;
/** The statements need no more rows than this, and the copy is not measured. */
const SCALE = 0.02;
/** The time before and after a switch in which its longest gap is looked for, as in a run's own figures. */
const MARGIN_MS = 1_000;
const TIMEOUT_MS = 60_000;
/** Vitess' default. */
const SWITCH_TIMEOUT_MS = 30_000;

async function benchProfile(ready: SetUp, profile: ProfileName, rates: readonly number[], switches: number) {
  const recorder = new Recorder();
  const artifacts = await openArtifacts(path.resolve('artifacts'));
  const fixture = scaled(await readFixture('commerce'), SCALE);
  await using run = await Run.start(ready, {
    subject: fixtureSubject(fixture),
    seed: SEED,
    recorder,
    artifacts,
    cluster: { profile },
  });
  const { migration } = run;
  await run.load();
  await Promise.all([migration.adopt(), migration.provision()]);
  await migration.create();
  await migration.copied();
  await migration.switchReads();
  const figures: CutoverBenchmark[] = [];
  for (const rate of rates) {
    await run.workload.start({ writesPerSecond: rate, kinds: { append: 1 }, connections: CONNECTIONS });
    const startedAtMs = recorder.now();
    // A second's writes; there is also a second between one switch and the next.
    await run.workload.untilAcknowledged(rate, TIMEOUT_MS);
    const samples: CutoverSample[] = [];
    for (let round = 0; round < switches; round++) {
      for (const to of ['target', 'source'] as const) samples.push(await sample(run, to, rate));
    }
    const endedAtMs = recorder.now();
    const acknowledged = (await run.workload.figures(startedAtMs, endedAtMs))?.acknowledged ?? 0;
    const acknowledgedPerSecond = Math.round((acknowledged * 1000) / (endedAtMs - startedAtMs));
    await run.workload.stop();
    for (const direction of ['forward', 'reverse'] as const) {
      const found = figuresOf(samples.filter((each) => each.direction === direction));
      figures.push({ profile, rate, acknowledgedPerSecond, direction, ...found });
      print(figures.at(-1)!);
    }
  }
  // This is done only once, because it takes longer than a switch.
  await checkTraffic(migration.context, { reads: 'target', writes: 'source' });
  return figures;
}

/** One switch, and what the application and the servers say about it. */
async function sample(run: Run, to: Side, rate: number): Promise<CutoverSample> {
  const { migration, workload, recorder } = run;
  const { context } = migration;
  const from = otherSide(to);
  const direction = to === 'target' ? 'forward' : 'reverse';
  await untilReady(run, from, rate);
  const servers = await prepareCutover(context, from);
  const startedAtMs = recorder.now();
  await switchTraffic(context.vtctl, forwardWorkflow(context), {
    direction,
    types: 'writes',
    timeoutMs: SWITCH_TIMEOUT_MS,
  });
  const endedAtMs = recorder.now();
  const figures = await servers();
  await waitFor({ what: 'a second after the switch', timeoutMs: TIMEOUT_MS }, async () => {
    const sinceMs = recorder.now() - endedAtMs;
    return { done: sinceMs >= MARGIN_MS || undefined, seen: `${Math.round(sinceMs)} ms` };
  });
  const before = await workload.figures(startedAtMs - MARGIN_MS, startedAtMs);
  const after = await workload.figures(endedAtMs, endedAtMs + MARGIN_MS);
  const around = await workload.figures(startedAtMs - MARGIN_MS, endedAtMs + MARGIN_MS);
  if (around === null || !before?.acknowledged || !after?.acknowledged) {
    throw trouble({
      what: 'No write was acknowledged before a switch, or none after it: there is no gap to measure.',
      expected: `about ${rate} in the second before, and in the second after`,
      seen: `${before?.acknowledged ?? 0} before, ${after?.acknowledged ?? 0} after`,
      where: run.artifacts.path,
    });
  }
  return { direction, writeGapMs: around.writeGapMs, errors: around.errors, ...figures };
}

/** Waits until the stream that follows the serving side is running, and is less than half a second's writes behind. */
async function untilReady({ migration: { context } }: Run, serving: Side, rate: number): Promise<void> {
  const wait = { what: `the ${otherSide(serving)} to follow the ${serving} closely`, timeoutMs: TIMEOUT_MS };
  await waitFor(wait, async () => {
    const behind = await rowsBehind(context, serving);
    const isClose = behind !== null && behind < rate / 2 && (await isFollowing(context, serving));
    return { done: isClose || undefined, seen: `${behind ?? 'no stream'} transactions behind` };
  });
}

function print(found: CutoverBenchmark): void {
  const { profile, rate, direction, writeGapMs, gapsMs, errors, partsMs, buffered } = found;
  const { p50, p95, max } = writeGapMs;
  const failed = Object.entries(errors).map(([kind, count]) => `${count} ${kind}`);
  const parts = partsMs === null ? 'parts unknown' : CUTOVER_PARTS.map((part) => `${part} ${partsMs[part]}`).join(', ');
  process.stdout.write(
    `${profile.padEnd(10)}${`${rate}/s`.padStart(8)}  ${direction.padEnd(8)}` +
      `gap p50 ${p50} ms, p95 ${p95} ms, max ${max} ms, first ${gapsMs[0]} ms; errors: ${failed.join(', ') || 'none'}\n` +
      `${' '.repeat(20)}${parts}; buffered ${buffered ?? '?'}, behind ${found.rowsBehind ?? '?'}; ` +
      `${found.acknowledgedPerSecond} writes acknowledged per second\n`,
  );
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number of at least 1.');
  return value;
}

const names = Object.keys(PROFILES);
const program = new Command('bench:cutover')
  .addOption(new Option('--switches <number>', 'in each direction').argParser(whole).default(30))
  .addOption(new Option('--profile <name>', 'only this one').choices(names))
  .addOption(new Option('--rate <writes a second>', 'only this one').argParser(whole))
  .parse();
const options = program.opts<{ switches: number; profile?: ProfileName; rate?: number }>();
const profiles = options.profile === undefined ? (['stock', 'rehearsal'] as const) : [options.profile];
const rates = options.rate === undefined ? RATES : [options.rate];

const ready = await setUp(new Recorder());
const figures: CutoverBenchmark[] = [];
for (const profile of profiles) {
  figures.push(...(await benchProfile(ready, profile, rates, options.switches)));
  // The file is written after each, so that an interrupted run leaves what it has measured.
  await mkdir('artifacts', { recursive: true });
  await writeFile('artifacts/bench-cutover.json', `${JSON.stringify(figures, null, 2)}\n`);
}
