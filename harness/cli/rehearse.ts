import path from 'node:path';
import { planImages } from '../../docker/plan.ts';
import { PROFILES, type ProfileName } from '../cluster/profile.ts';
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
import { untilAborted } from '../run/interruption.ts';
import { NO_FINDINGS, judge, type Findings } from '../run/result.ts';
import { Run, type RunOptions } from '../run/run.ts';
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
  const { seed, profile, again } = options;
  const fixture = scaled(await readFixture(options.fixture), options.scale);
  // A setting that cannot be is told before anything is made.
  await planImages();
  const artifacts = await openArtifacts(path.resolve(options.artifacts));
  const recorder = new Recorder();
  const attempt = await screen.show(recorder, async () => {
    recorder.note(`seed ${seed}; profile ${profile}: ${PROFILES[profile].about}`);
    return await perform({ fixture, seed, recorder, artifacts, cluster: { profile } }, options, signal);
  });

  const steps: StepName[] = [...SEQUENCE, ...(options.end === 'complete' ? FORWARD_AGAIN : []), options.end];
  const result = judge({ recorder, fixture, seed, profile, findings: attempt.findings }, steps, attempt.thrown);
  await artifacts.writeVerdict(result);
  const shown = path.relative(process.cwd(), artifacts.path) || artifacts.path;
  screen.print(`\n${summarize(result, { again, artifacts: shown, colour: screen.colour })}`);
  if (attempt.thrown !== undefined) {
    const step = whereItFailed(recorder.events, steps.length);
    const context = { step, seed, again, artifacts: shown, colour: screen.colour };
    screen.print(`\n${layOutFailure(attempt.thrown, context)}`);
  }
  return result;
}

/** Sets up, tells the story on servers of its own, and stops them; what went wrong is told, not thrown. */
async function perform(
  runOptions: RunOptions,
  options: RehearseOptions,
  signal: AbortSignal,
): Promise<{ findings: Findings; thrown: unknown }> {
  let findings = NO_FINDINGS;
  let thrown: unknown;
  try {
    const ready = await untilAborted(signal, async () => await setUp(runOptions.recorder));
    await using run = await untilAborted(signal, async () => await Run.start(ready, runOptions));
    try {
      await untilAborted(signal, async () => await story(run, options));
    } catch (error) {
      thrown = error;
      if (signal.aborted) runOptions.recorder.close();
    }
    findings = run.findings;
  } catch (error) {
    thrown ??= error;
  }
  return { findings, thrown };
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
