import path from 'node:path';
import type { ProfileName } from '../cluster/profile.ts';
import { messageOf } from '../errors.ts';
import { readFixture, scaled } from '../fixture/fixture.ts';
import { Recorder } from '../history/recorder.ts';
import type { StepName } from '../history/steps.ts';
import { refuseMismatches } from '../migration/vdiff.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { whereItFailed } from '../report/collect.ts';
import { layOutFailure } from '../report/failure.ts';
import { summarize } from '../report/summary.ts';
import type { RunResult } from '../report/verdict.ts';
import { refuseDifferences } from '../run/refuse-differences.ts';
import { Run } from '../run/run.ts';
import { setUp } from '../run/set-up.ts';
import type { Screen } from './screen.ts';

export interface RehearseOptions {
  readonly fixture: string;
  readonly seed: number;
  readonly profile: ProfileName;
  readonly writesPerSecond: number;
  /** Rows to load, as a share of what the fixture asks for. */
  readonly scale: number;
  readonly artifacts: string;
  readonly end: 'complete' | 'cancel';
  /** The command that runs the same again. */
  readonly again: string;
}

/** The whole sequence; the last step is `complete` or `cancel`. */
const SEQUENCE: readonly StepName[] = [
  'adopt',
  'provision',
  'create',
  'copy',
  'vdiff',
  'switchReads',
  'switchWrites',
  'vdiff',
  'reverseReads',
  'reverseWrites',
  'vdiff',
];
const FORWARD_AGAIN: readonly StepName[] = ['switchReads', 'switchWrites', 'vdiff'];

/**
 * Rehearses the migration of a fixture: forward, back, and forward again (but not when it ends in `cancel`, which
 * needs the writes on the source), with writes going on.
 *
 * @param signal aborted when the person wants it to end: the run ends with what it has learned so far.
 */
export async function rehearse(options: RehearseOptions, screen: Screen, signal: AbortSignal): Promise<RunResult> {
  const fixture = scaled(await readFixture(options.fixture), options.scale);
  const settingUp = new Recorder();
  const ready = await screen.show(settingUp, async () => await setUp(settingUp));
  const artifacts = await openArtifacts(path.resolve(options.artifacts));
  const recorder = new Recorder();
  const steps: StepName[] = [...SEQUENCE, ...(options.end === 'complete' ? FORWARD_AGAIN : []), options.end];
  let result: RunResult | undefined;
  let thrown: unknown;
  try {
    await screen.show(recorder, async () => {
      await using run = await Run.start(ready, {
        fixture,
        seed: options.seed,
        recorder,
        artifacts,
        cluster: { profile: options.profile },
      });
      try {
        await untilAborted(signal, async () => await story(run, options));
      } catch (error) {
        thrown = error;
      }
      await run.workload[Symbol.asyncDispose]();
      result = run.result(steps);
    });
  } catch (error) {
    thrown ??= error;
  }
  const { again } = options;
  const shown = path.relative(process.cwd(), artifacts.path) || artifacts.path;
  if (result) {
    if (thrown !== undefined && result.verdict === 'pass')
      result = { ...result, verdict: 'unknown', reasons: [messageOf(thrown)] };
    await artifacts.writeVerdict(result);
    screen.print(`\n${summarize(result, { again, artifacts: shown, colour: screen.colour })}`);
  }
  if (thrown !== undefined) {
    const step = whereItFailed(recorder.events, steps.length);
    screen.print(
      `\n${layOutFailure(thrown, { step, seed: options.seed, again, artifacts: shown, colour: screen.colour })}`,
    );
  }
  if (result) return result;
  throw thrown;
}

/** The story that design.md tells, every line a recorded step. */
async function story(run: Run, { writesPerSecond, end }: RehearseOptions): Promise<void> {
  const { migration, workload } = run;
  const compare = async () => refuseMismatches(await migration.vdiff());
  await run.load();
  await workload.start({ writesPerSecond, to: 'source' });

  await migration.adopt();
  await workload.moveToVtgate();
  await migration.provision();
  await migration.create();
  await migration.copied();
  await compare();

  await migration.switchTraffic();
  await run.followRow();
  await compare();

  await migration.reverseTraffic();
  await run.followRow();
  await compare();

  if (end === 'complete') {
    await migration.switchTraffic();
    await compare();
  }
  await workload.stop();
  refuseDifferences(await run.observe());
  await (end === 'complete' ? migration.complete() : migration.cancel());
}

async function untilAborted(signal: AbortSignal, body: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([body(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
