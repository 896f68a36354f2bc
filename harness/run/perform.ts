import { rm } from 'node:fs/promises';
import path from 'node:path';
import { orEngineGone } from '../../docker/engine-does.ts';
import type { ImageSettings } from '../../docker/plan.ts';
import type { ClusterOptions } from '../cluster/cluster.ts';
import type { ExistingOptions } from '../cluster/existing-cluster.ts';
import { PROFILES } from '../cluster/profile.ts';
import { isOfSystem, messageOf, outcomeOf, RoundtripError } from '../errors.ts';
import { HistoryFile, type NewLine } from '../history/history-file.ts';
import { writeJepsen } from '../history/jepsen.ts';
import type { InvariantId } from '../history/invariants.ts';
import type { RunLine } from '../history/lines.ts';
import type { Recorder } from '../history/recorder.ts';
import type { StepName } from '../history/steps.ts';
import type { Artifacts } from '../report/artifacts.ts';
import type { RunResult } from '../report/verdict.ts';
import type { Subject } from '../subject/subject.ts';
import { DEFAULT_KINDS, workloadTables, type KindWeights } from '../workload/tables.ts';
import { orServerEnded } from './ended-servers.ts';
import { exhaustedServers } from './exhausted-servers.ts';
import { hindered, notJudged } from './hindered.ts';
import { untilAborted } from './interruption.ts';
import { judgeFolder } from './judge.ts';
import { Run } from './run.ts';
import { setUp, type SetUp } from './set-up.ts';

export interface PerformOptions {
  readonly subject: Subject;
  /** The share of each kind of workload; by default the default mix. */
  readonly kinds?: KindWeights;
  /** The limits for the run's figures, what to estimate from them, and the config that requests it. */
  readonly asked?: Pick<RunLine, 'thresholds' | 'production' | 'config' | 'again'>;
  readonly seed: number;
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  readonly cluster: Omit<ClusterOptions, 'logDirectory'>;
  /** Servers that are already running, instead of a cluster that is started. */
  readonly existing?: ExistingOptions | undefined;
  /** The steps without which the run has shown too little to pass. */
  readonly plannedSteps: readonly StepName[];
  /** The invariants that must have been judged for the run to pass. */
  readonly required: readonly InvariantId[];
  /** Which images are built or found; our own by default. */
  readonly imageSettings?: ImageSettings;
  /** The engine with the images, if it was needed before. */
  readonly engine?: SetUp | undefined;
  /** Images to use instead of those that set-up finds. */
  readonly images?: (ready: SetUp) => Promise<Partial<SetUp['images']>>;
  /** Aborted when the run has to end; it then ends with what it has learned so far. */
  readonly signal: AbortSignal;
}

/** How a run ended: its result, and what was thrown during it. */
export interface Performed {
  readonly result: RunResult;
  readonly thrown: unknown;
  /** Where traffic was left on servers that outlive the run, and the commands that bring it back. */
  readonly wayBack: string | null;
  /** The artifacts that could not be written or created, in order of time; `result` says what follows from that. */
  readonly troubles: readonly unknown[];
}

/**
 * Sets up, runs a story on servers of its own, stops them, and judges the history. It never throws: whatever goes wrong
 * is reported, and there is always a verdict, however the run ended and whichever artifacts could be written. See “How
 * a run ends” in docs/artifacts.md.
 */
export async function perform(options: PerformOptions, story: (run: Run) => Promise<void>): Promise<Performed> {
  const { artifacts, recorder } = options;
  const { thrown, wayBack, unwritten } = await record(options, story);
  recorder.close();
  const { result, bugs } = await conclude(options, unwritten ?? thrown, unwritten);
  const hindrances = [...(unwritten === undefined ? [] : [unwritten]), ...artifacts.faults, ...bugs];
  const troubles = [...new Set([...hindrances, ...recorder.faults])].filter((each) => each !== thrown);
  return { result, thrown, wayBack, troubles };
}

interface Recording extends Pick<Performed, 'thrown' | 'wayBack'> {
  /** Why the history is incomplete; it then cannot be judged. */
  readonly unwritten: Error | undefined;
}

async function record(options: PerformOptions, story: (run: Run) => Promise<void>): Promise<Recording> {
  const { recorder } = options;
  const ending = new AbortController();
  let unwritten: Error | undefined;
  // There is no point in doing what cannot be recorded, so the run ends at once, as it would after a signal.
  const onFault = (fault: Error) => {
    unwritten = fault;
    ending.abort(fault);
  };
  const told: { thrown: unknown; wayBack: string | null } = { thrown: undefined, wayBack: null };
  try {
    const history = beginHistory(options, onFault);
    for (const event of recorder.events) history.listener(event);
    recorder.listen(history.listener);
    await tell({ ...options, signal: AbortSignal.any([options.signal, ending.signal]), history }, story, told);
    const { logs, failed } = options.artifacts;
    const exhausted = await exhaustedServers(logs).catch((error: unknown) => (failed(logs, error), []));
    for (const seen of exhausted) history.append({ type: 'observation', ...seen });
    if (told.thrown !== undefined) history.append(problemOf(told.thrown));
    history.append({ type: 'observation', of: 'end' });
    history.close();
  } catch (error) {
    if (error !== unwritten) unwritten ??= error instanceof Error ? error : new Error(messageOf(error));
    told.thrown ??= error;
  }
  return { ...told, unwritten };
}

/** Starts servers, runs the story, and stops the servers. Whatever is thrown goes into `told`. */
async function tell(
  options: PerformOptions & { readonly history: HistoryFile },
  story: (run: Run) => Promise<void>,
  told: { thrown: unknown; wayBack: string | null },
): Promise<void> {
  const { recorder, history, signal } = options;
  const { existing } = options;
  let engine: SetUp | null = null;
  try {
    // Running servers are reached from this machine, without an engine.
    const from = existing ? { existing } : (engine = await untilAborted(signal, async () => await engineOf(options)));
    await using run = await untilAborted(signal, async () => await Run.start(from, options));
    try {
      await untilAborted(signal, async () => await story(run));
    } catch (error) {
      told.thrown = error;
    }
    if (!signal.aborted) told.thrown = await orServerEnded(run.servers, recorder, told.thrown);
    if (told.thrown !== undefined) {
      if (signal.aborted) recorder.close();
      told.wayBack = await wayBackOf(run);
      if (told.wayBack !== null) note(history, told.wayBack);
    }
    await run.end();
  } catch (error) {
    // An error from stopping the servers must not hide what came before.
    told.thrown = told.thrown === undefined ? error : new SuppressedError(error, told.thrown);
  }
  if (told.thrown !== undefined && engine !== null) told.thrown = await orEngineGone(engine.docker, told.thrown);
}

async function engineOf({ recorder, cluster, imageSettings, images, engine }: PerformOptions): Promise<SetUp> {
  const found = engine ?? (await setUp(recorder, { ...imageSettings, toxiproxy: cluster.links === true }));
  return { ...found, images: { ...found.images, ...(await images?.(found)) } };
}

async function wayBackOf(run: Run): Promise<string | null> {
  try {
    return await run.wayBack();
  } catch (error) {
    return `It could not be found out where traffic goes: ${messageOf(error)}`;
  }
}

/** Appends a note, if it can: the history may be what ended the run. */
function note(history: HistoryFile, text: string): void {
  try {
    history.append({ type: 'note', text });
  } catch {
    // The error of the history is already known.
  }
}

function problemOf(thrown: unknown): NewLine {
  const verdict = outcomeOf(thrown) === 'fail' ? 'fail' : 'unknown';
  return { type: 'observation', of: 'problem', verdict, what: firstLineOf(thrown) };
}

function firstLineOf(error: unknown): string {
  const { suppressed = error } = error instanceof SuppressedError ? error : {};
  return messageOf(suppressed).split('\n')[0] || 'an error without a message';
}

/**
 * Judges the run and writes everything that is made from its history. The verdict is written last, because it depends
 * on whether the others could be written. A file that the system refuses to write makes the run `unknown`; a bug in
 * what is only another form of the history does not.
 *
 * @param first why the run ended early.
 */
async function conclude(
  options: PerformOptions,
  first: unknown,
  unwritten: Error | undefined,
): Promise<{ readonly result: RunResult; readonly bugs: readonly unknown[] }> {
  const { artifacts, recorder } = options;
  const folder = artifacts.path;
  const bugs: unknown[] = [];
  const attempt = async (body: () => Promise<unknown>) => {
    try {
      await body();
      return true;
    } catch (error) {
      const { cause, facts } = error instanceof RoundtripError ? error : {};
      if (isOfSystem(cause ?? error)) artifacts.failed(facts?.where ?? folder, cause ?? error);
      else bugs.push(error);
      return false;
    }
  };
  let judged: RunResult | undefined;
  await attempt(async () => (judged = await judgeFolder(folder, artifacts.failed)));
  const isReadable = judged !== undefined;
  // If the history never began, that has been reported already.
  if (!isReadable && unwritten !== undefined) bugs.length = 0;
  const why = [first, ...bugs].filter((each) => each !== undefined).map(firstLineOf);
  const whole = judged ?? notJudged(runLine(options), recorder.now(), why);
  const hindrances = () => [...(unwritten === undefined ? [] : [unwritten]), ...artifacts.faults].map(firstLineOf);
  const result = () => hindered(whole, hindrances());
  if (isReadable) await attempt(async () => await writeJepsen(folder));
  const write = async () => {
    // The plotting library takes a second of CPU to load, which must not be taken from the run's servers.
    const { writePage } = await import('../page/write-page.ts');
    await writePage(folder, result());
  };
  const page = async () => isReadable && (await attempt(write));
  const hasPage = await page();
  await attempt(async () => await artifacts.writeJunit(result()));
  const hasVerdict = await attempt(async () => await artifacts.writeVerdict(result()));
  // A page with another verdict than this would be worse than no page.
  if (hasPage && !hasVerdict && !(await page())) await attempt(async () => await rm(path.join(folder, 'report.html')));
  return { result: result(), bugs };
}

function runLine(options: PerformOptions): Omit<RunLine, 'index' | 'time'> {
  const { subject, kinds = DEFAULT_KINDS, seed, cluster, plannedSteps, required } = options;
  const profile = cluster.profile ?? 'rehearsal';
  const { vtgate, vttablet } = PROFILES[profile];
  return {
    type: 'run',
    version: 1,
    fixture: subject.name,
    seed,
    ...(options.existing ? { profile: 'existing' } : { profile, flags: { vtgate, vttablet } }),
    tables: [...subject.tables, ...workloadTables(kinds).map(({ name }) => name)],
    plannedSteps,
    required,
    ...options.asked,
  };
}

function beginHistory(options: PerformOptions, onFault: (fault: Error) => void): HistoryFile {
  const { recorder, artifacts } = options;
  const history = HistoryFile.begin(path.join(artifacts.path, 'history.jsonl'), () => recorder.now(), onFault);
  history.append(runLine(options));
  return history;
}
