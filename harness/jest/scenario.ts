import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { ClusterOptions } from '../cluster/cluster.ts';
import { RoundtripError, failure, usage } from '../errors.ts';
import { readFixture, scaled } from '../fixture/fixture.ts';
import { Recorder } from '../history/recorder.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { whereItFailed } from '../report/collect.ts';
import { layOutFailure, type FailureContext } from '../report/failure.ts';
import { perform, type PerformOptions } from '../run/perform.ts';
import type { Run } from '../run/run.ts';
import { shellCommand } from '../shell.ts';
import { fixtureSubject } from '../subject/fixture-subject.ts';
import { differencesFrom, type Expectation } from './expectation.ts';

export interface ScenarioOptions extends Pick<PerformOptions, 'images'> {
  readonly fixture?: string;
  /** A factor for the fixture's row counts; 0.02 by default, because most claims do not depend on the size. */
  readonly scale?: number;
  /**
   * How far the run gets before the story begins: `adopted` (the default, with both keyspaces served), or only
   * `loaded`.
   */
  readonly from?: 'loaded' | 'adopted';
  readonly cluster?: Omit<ClusterOptions, 'logDirectory'>;
  readonly timeoutMs?: number;
}

/** What a story receives. */
export interface Stage extends Pick<
  Run,
  'cluster' | 'migration' | 'workload' | 'subject' | 'recorder' | 'observe' | 'followRow'
> {
  readonly run: Run;
  /**
   * Says what the story breaks: this invariant must be found violated, at this place, and no invariant that is not
   * named may be. Without a call, none may be violated.
   */
  readonly mustFind: (expectation: Expectation) => void;
}

type Story = (stage: Stage) => Promise<void>;

/**
 * One claim and the story that tests it, on a cluster of its own that is removed afterwards. The history is judged by
 * all invariants, whatever the story is about.
 *
 * ROUNDTRIP_SEED replays a run; if it is not set, a seed is drawn, and printed with a failure.
 */
export function scenario(claim: string, options: ScenarioOptions, story: Story): void {
  const timeoutMs = options.timeoutMs ?? 300_000;
  // Jest only fails a test that takes too long, and lets it continue. Our own limit comes first, and stops the servers.
  test(claim, async () => await play(claim, options, story, AbortSignal.timeout(timeoutMs)), timeoutMs + 90_000);
}

async function play(claim: string, options: ScenarioOptions, story: Story, signal: AbortSignal): Promise<void> {
  const recorder = new Recorder();
  const seed = chosenSeed();
  const fixture = scaled(await readFixture(options.fixture ?? 'commerce'), options.scale ?? 0.02);
  const artifacts = await openArtifacts(path.resolve('artifacts'));
  const images = options.images === undefined ? {} : { images: options.images };
  const what = {
    subject: fixtureSubject(fixture),
    seed,
    recorder,
    artifacts,
    signal,
    cluster: options.cluster ?? {},
    ...images,
  };
  const expected: Expectation[] = [];
  const { result, thrown, troubles } = await perform({ ...what, plannedSteps: [], required: [] }, async (run) => {
    await run.load();
    if (options.from !== 'loaded') await Promise.all([run.migration.adopt(), run.migration.provision()]);
    await story(stageOf(run, (expectation) => void expected.push(expectation)));
  });
  const wrong = thrown ?? troubles[0] ?? unexpected(differencesFrom(expected, result.invariants));
  if (wrong === undefined) return;
  // Jest reads the name of a test as a regular expression.
  const again = `ROUNDTRIP_SEED=${seed} ${shellCommand(['npx', 'jest', storyFile(), '-t', literally(claim)])}`;
  const step = whereItFailed(recorder.events, 0);
  throw explained(wrong, { step, seed, again, artifacts: artifacts.path });
}

function unexpected(differences: readonly string[]): Error | undefined {
  if (differences.length === 0) return undefined;
  return failure({
    what: 'The history breaks other invariants than those that the scenario expects.',
    seen: differences.join('\n'),
    where: 'history.jsonl, findings.jsonl and verdict.json among the artifacts',
  });
}

function chosenSeed(): number {
  const given = process.env['ROUNDTRIP_SEED'];
  if (given === undefined) return Math.floor(Math.random() * 2 ** 31);
  if (/^\d{1,10}$/.test(given)) return Number(given);
  throw usage({ what: 'The seed is not a whole number.', seen: given, where: 'ROUNDTRIP_SEED' });
}

/** Returns a regular expression that a person can still read; `RegExp.escape` also writes blanks as numbers. */
function literally(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

/** Returns the path relative to where Jest was started. */
function storyFile(): string {
  return path.relative('.', expect.getState().testPath ?? 'scenarios');
}

/** A failed expectation keeps its own message and stack, with a note on where to look; other errors are laid out. */
function explained(thrown: unknown, context: FailureContext): unknown {
  if (thrown instanceof RoundtripError) thrown.message = layOutFailure(thrown, context);
  else if (thrown instanceof Error) thrown.message += `\n\n${context.again}\nartifacts: ${context.artifacts}`;
  return thrown;
}

/** Binds methods, so that a story can destructure them. */
function stageOf(run: Run, mustFind: Stage['mustFind']): Stage {
  const { cluster, migration, workload, subject, recorder } = run;
  const observe = async () => await run.observe();
  const followRow = async () => await run.followRow();
  return { run, cluster, migration, workload, subject, recorder, observe, followRow, mustFind };
}
