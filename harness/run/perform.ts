import path from 'node:path';
import type { ImageSettings } from '../../docker/plan.ts';
import type { ClusterOptions } from '../cluster/cluster.ts';
import type { ExistingOptions } from '../cluster/existing-cluster.ts';
import { PROFILES } from '../cluster/profile.ts';
import { messageOf, outcomeOf } from '../errors.ts';
import { HistoryFile } from '../history/history-file.ts';
import { writeJepsen } from '../history/jepsen.ts';
import type { InvariantId } from '../history/invariants.ts';
import type { RunLine } from '../history/lines.ts';
import type { Recorder } from '../history/recorder.ts';
import type { StepName } from '../history/steps.ts';
import { writePage } from '../page/write-page.ts';
import type { Artifacts } from '../report/artifacts.ts';
import type { RunResult } from '../report/verdict.ts';
import type { Subject } from '../subject/subject.ts';
import { DEFAULT_KINDS, workloadTables, type KindWeights } from '../workload/tables.ts';
import { exhaustedServers } from './exhausted-servers.ts';
import { untilAborted } from './interruption.ts';
import { judgeFolder } from './judge.ts';
import { Run } from './run.ts';
import { setUp, type SetUp } from './set-up.ts';

export interface PerformOptions {
  readonly subject: Subject;
  /** The share of each kind of workload; the default mix unless told. */
  readonly kinds?: KindWeights;
  /** What the run's figures are held against, what is estimated from them, and the config that asks for it. */
  readonly asked?: Pick<RunLine, 'thresholds' | 'production' | 'config'>;
  readonly seed: number;
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  readonly cluster: Omit<ClusterOptions, 'logDirectory'>;
  /** Servers that run already, in place of a cluster that is started. */
  readonly existing?: ExistingOptions | undefined;
  /** Those without which the run has shown too little to pass. */
  readonly plannedSteps: readonly StepName[];
  /** Those that must have been judged for the run to pass. */
  readonly required: readonly InvariantId[];
  /** Which images are built or found; our own unless told. */
  readonly imageSettings?: ImageSettings;
  /** Images in place of the ones that set-up finds. */
  readonly images?: (ready: SetUp) => Promise<Partial<SetUp['images']>>;
  /** Aborted when the run is to end: with what it has learned so far. */
  readonly signal: AbortSignal;
}

/** How a run ended: what it is judged, and what was thrown on the way. */
export interface Performed {
  readonly result: RunResult;
  readonly thrown: unknown;
  /** On servers that go on without the run: where traffic is left, and what brings it back. */
  readonly wayBack: string | null;
}

/**
 * Sets up, tells a story on servers of its own, stops them, and judges what the history says. What went wrong is told,
 * not thrown; `verdict.json` and `report.html` are written however it
 * ended.
 */
export async function perform(options: PerformOptions, story: (run: Run) => Promise<void>): Promise<Performed> {
  const { artifacts, recorder } = options;
  const { thrown, wayBack } = await record(options, story);
  const result = await judgeFolder(artifacts.path);
  await artifacts.writeVerdict(result);
  await writePage(artifacts.path, result);
  await writeJepsen(artifacts.path);
  recorder.close();
  return { result, thrown, wayBack };
}

async function record(
  options: PerformOptions,
  story: (run: Run) => Promise<void>,
): Promise<Pick<Performed, 'thrown' | 'wayBack'>> {
  const { recorder, artifacts, signal } = options;
  using history = beginHistory(options);
  for (const event of recorder.events) history.listener(event);
  recorder.listen(history.listener);
  let thrown: unknown;
  let wayBack: string | null = null;
  try {
    const found = await untilAborted(signal, async () => await setUp(recorder, options.imageSettings));
    const ready = { ...found, images: { ...found.images, ...(await options.images?.(found)) } };
    const starting = async () => await Run.start(ready, { ...options, history, artifacts });
    await using run = await untilAborted(signal, starting);
    try {
      await untilAborted(signal, async () => await story(run));
    } catch (error) {
      thrown = error;
      if (signal.aborted) recorder.close();
      wayBack = await run.wayBack();
      if (wayBack !== null) history.append({ type: 'note', text: wayBack });
    }
    run.end();
  } catch (error) {
    thrown ??= error;
  }
  for (const seen of await exhaustedServers(artifacts.logs)) history.append({ type: 'observation', ...seen });
  if (thrown !== undefined) {
    const verdict = outcomeOf(thrown) === 'fail' ? 'fail' : 'unknown';
    const [what = 'an error without a message'] = messageOf(thrown).split('\n');
    history.append({ type: 'observation', of: 'problem', verdict, what });
  }
  return { thrown, wayBack };
}

function beginHistory(options: PerformOptions): HistoryFile {
  const { subject, kinds = DEFAULT_KINDS, seed, recorder, artifacts, cluster, plannedSteps, required } = options;
  const profile = cluster.profile ?? 'rehearsal';
  const { vtgate, vttablet } = PROFILES[profile];
  const history = new HistoryFile(path.join(artifacts.path, 'history.jsonl'), () => recorder.now());
  history.append({
    type: 'run',
    version: 1,
    fixture: subject.name,
    seed,
    ...(options.existing ? { profile: 'existing' } : { profile, flags: { vtgate, vttablet } }),
    tables: [...subject.tables, ...workloadTables(kinds).map(({ name }) => name)],
    plannedSteps,
    required,
    ...options.asked,
  });
  return history;
}
