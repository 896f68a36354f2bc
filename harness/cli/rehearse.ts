import path from 'node:path';
import { planImages } from '../../docker/plan.ts';
import { PROFILES, type ProfileName } from '../cluster/profile.ts';
import { readFixture, scaled } from '../fixture/fixture.ts';
import { INVARIANT_IDS } from '../history/invariants.ts';
import { Recorder } from '../history/recorder.ts';
import type { StepName } from '../history/steps.ts';
import { refuseMismatches } from '../migration/vdiff.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { whereItFailed } from '../report/collect.ts';
import { layOutFailure } from '../report/failure.ts';
import { summarize } from '../report/summary.ts';
import type { RunResult } from '../report/verdict.ts';
import { refuseDifferences } from '../run/refuse-differences.ts';
import { perform } from '../run/perform.ts';
import type { Run } from '../run/run.ts';
import { fixtureSubject } from '../subject/fixture-subject.ts';
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
  /** Whether applications are locked out of the source while the target serves writes. */
  readonly fence: boolean;
  /** Whether writes are switched although clients are connected straight to the source. */
  readonly allowStrays: boolean;
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
  const steps: StepName[] = [...SEQUENCE, ...(options.end === 'complete' ? FORWARD_AGAIN : []), options.end];
  const { result, thrown } = await screen.show(recorder, async () => {
    recorder.note(`seed ${seed}; profile ${profile}: ${PROFILES[profile].about}`);
    const what = { subject: fixtureSubject(fixture), seed, recorder, artifacts, cluster: { profile }, signal };
    return await perform({ ...what, plannedSteps: steps, required: INVARIANT_IDS }, async (run) => {
      await story(run, options);
    });
  });
  const shown = path.relative(process.cwd(), artifacts.path) || artifacts.path;
  screen.print(`\n${summarize(result, { again, artifacts: shown, colour: screen.colour })}`);
  if (thrown !== undefined) {
    const step = whereItFailed(recorder.events, steps.length);
    const context = { step, seed, again, artifacts: shown, colour: screen.colour };
    screen.print(`\n${layOutFailure(thrown, context)}`);
  }
  return result;
}

/** The story that design.md tells, every line a recorded step. */
async function story(run: Run, { writesPerSecond, end, fence, allowStrays }: RehearseOptions): Promise<void> {
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

  await migration.switchTraffic({ fence, allowStrays });
  await run.followRow();
  await compare();

  await migration.reverseTraffic();
  await run.followRow();
  await compare();

  if (end === 'complete') {
    await migration.switchTraffic({ fence, allowStrays });
    await compare();
  }
  await workload.stop();
  refuseDifferences(await run.observe());
  await (end === 'complete' ? migration.complete() : migration.cancel());
}
