import path from 'node:path';
import { test } from '@jest/globals';
import type { ClusterOptions } from '../cluster/cluster.ts';
import { RoundtripError, usage } from '../errors.ts';
import { readFixture, scaled } from '../fixture/fixture.ts';
import { Recorder } from '../history/recorder.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { whereItFailed } from '../report/collect.ts';
import { layOutFailure, type FailureContext } from '../report/failure.ts';
import { untilAborted } from '../run/interruption.ts';
import { NO_FINDINGS, judge } from '../run/result.ts';
import { Run } from '../run/run.ts';
import { setUp, type SetUp } from '../run/set-up.ts';

export interface ScenarioOptions {
  readonly fixture?: string;
  /** Share of the fixture's rows; a fiftieth unless told, as most claims do not depend on the size. */
  readonly scale?: number;
  /** How far the run is brought before the story begins: `adopted` (as told: both keyspaces served), or only `loaded`. */
  readonly from?: 'loaded' | 'adopted';
  readonly cluster?: Omit<ClusterOptions, 'logDirectory'>;
  /** Images in place of the ones that set-up finds. */
  readonly images?: (ready: SetUp) => Promise<Partial<SetUp['images']>>;
  readonly timeoutMs?: number;
}

/** What a story is told with. */
export interface Stage extends Pick<
  Run,
  'cluster' | 'migration' | 'workload' | 'fixture' | 'recorder' | 'observe' | 'followRow'
> {
  readonly run: Run;
}

type Story = (stage: Stage) => Promise<void>;

/**
 * One claim and the story that tests it, on a cluster of its own that is gone afterwards.
 *
 * ROUNDTRIP_SEED replays a run; a seed is drawn, and printed with a failure, where it is not set.
 */
export function scenario(claim: string, options: ScenarioOptions, story: Story): void {
  const timeoutMs = options.timeoutMs ?? 300_000;
  // Jest only fails a test that is too late and lets it go on; ours ends first, and takes its servers down.
  test(claim, async () => await play(claim, options, story, AbortSignal.timeout(timeoutMs)), timeoutMs + 90_000);
}

async function play(claim: string, options: ScenarioOptions, story: Story, signal: AbortSignal): Promise<void> {
  const recorder = new Recorder();
  const seed = chosenSeed();
  const fixture = scaled(await readFixture(options.fixture ?? 'commerce'), options.scale ?? 0.02);
  const artifacts = await openArtifacts(path.resolve('artifacts'));
  const cluster = options.cluster ?? {};
  let findings = NO_FINDINGS;
  let thrown: unknown;
  try {
    const found = await setUp(recorder);
    const ready = { ...found, images: { ...found.images, ...(await options.images?.(found)) } };
    await using run = await Run.start(ready, { fixture, seed, recorder, artifacts, cluster });
    try {
      await untilAborted(signal, async () => {
        await run.load();
        if (options.from !== 'loaded') await Promise.all([run.migration.adopt(), run.migration.provision()]);
        await story(stageOf(run));
      });
    } finally {
      findings = run.findings;
    }
  } catch (error) {
    thrown = error;
  }
  const judged = { recorder, fixture, seed, profile: cluster.profile ?? 'rehearsal', findings };
  await artifacts.writeVerdict(judge(judged, [], thrown));
  if (thrown === undefined) return;
  const again = `ROUNDTRIP_SEED=${seed} npx jest scenarios -t '${claim}'`;
  const step = whereItFailed(recorder.events, 0);
  throw explained(thrown, { step, seed, again, artifacts: artifacts.path });
}

function chosenSeed(): number {
  const given = process.env['ROUNDTRIP_SEED'];
  if (given === undefined) return Math.floor(Math.random() * 2 ** 31);
  if (/^\d{1,10}$/.test(given)) return Number(given);
  throw usage({ what: 'The seed is not a whole number.', seen: given, where: 'ROUNDTRIP_SEED' });
}

/** A failed expectation keeps its own message and stack, and where to look is added; other errors are laid out. */
function explained(thrown: unknown, context: FailureContext): unknown {
  if (thrown instanceof RoundtripError) thrown.message = layOutFailure(thrown, context);
  else if (thrown instanceof Error) thrown.message += `\n\n${context.again}\nartifacts: ${context.artifacts}`;
  return thrown;
}

/** Methods are bound, so that a story can take them apart. */
function stageOf(run: Run): Stage {
  const { cluster, migration, workload, fixture, recorder } = run;
  const observe = async () => await run.observe();
  const followRow = async () => await run.followRow();
  return { run, cluster, migration, workload, fixture, recorder, observe, followRow };
}
