import type { RunEvent } from '../history/events.ts';
import { CHECKER_BROKE, INVARIANT_IDS, NOTHING_TO_JUDGE, type InvariantResult } from '../history/invariants.ts';
import type { Verdict } from '../history/steps.ts';
import { shortcomings, type ComparedParts, type Missing, type Problem } from './shortcomings.ts';
import { formatQuantity } from './format.ts';
import { placeOf } from './invariants-table.ts';
import { isStepName } from './step-names.ts';
import { firstLine } from './text.ts';
import type { PhaseResult, StepResult } from './verdict.ts';

/** What the recorder's events show about a run. */
export interface Recorded {
  readonly steps: readonly StepResult[];
  readonly phases: readonly PhaseResult[];
  /** One problem for each step and phase that did not pass, in the order in which they ended. */
  readonly problems: readonly Problem[];
}

/** The parts of a run that determine its verdict. */
export interface VerdictParts extends ComparedParts {
  readonly recorded: Recorded;
  /** What went wrong outside every step, such as a failed sweep. */
  readonly problems?: readonly Problem[];
  /** What servers or this machine lacked. If there is anything, the migration is not to blame for few writes. */
  readonly lacked?: readonly Problem[];
  readonly invariants?: readonly InvariantResult[];
  /** Invariants that must have been judged. */
  readonly required?: readonly string[];
}

/** The verdict of a run, and why. */
export interface Overall {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  /** Everything that was not done because something ended the run. One of the reasons summarizes it. */
  readonly missing?: readonly string[];
}

type Ended = Extract<RunEvent, { type: 'stepEnded' }>;

/**
 * Returns steps and phases in the order in which they began, with times in whole milliseconds. One that never ended is
 * `unknown`, with the time until the last event.
 */
export function collect(events: readonly RunEvent[]): Recorded {
  const lastAtMs = events.at(-1)?.atMs ?? 0;
  const ends = new Map(events.filter((event) => event.type === 'stepEnded').map((event) => [event.index, event]));
  const steps: StepResult[] = [];
  const phases: PhaseResult[] = [];
  const unended: Problem[] = [];
  for (const { index, name, atMs } of events.filter((event) => event.type === 'stepStarted')) {
    const end = ends.get(index);
    const durationMs = Math.max(0, Math.round(end?.durationMs ?? lastAtMs - atMs));
    const fault = end?.fault === undefined ? {} : { fault: end.fault };
    const result = { durationMs, verdict: end?.verdict ?? ('unknown' as const), ...fault };
    if (isStepName(name)) steps.push({ name, ...result });
    else phases.push({ name, ...result });
    if (end === undefined) unended.push({ verdict: 'unknown', what: `${name} began but did not end` });
  }
  return { steps, phases, problems: [...problemsOf([...ends.values()]), ...unended] };
}

/**
 * Returns the verdict: `fail` if any part failed; otherwise `unknown` if any part is unknown, is missing, or compared
 * nothing; otherwise `pass`. The reasons name every part that prevents a pass, failures first, each group in order of
 * time. The last reason is what was not done because something ended the run.
 */
export function overallVerdict(parts: VerdictParts): Overall {
  const { recorded, problems = [], lacked = [], invariants = [], required = [] } = parts;
  const ended = [
    ...recorded.problems,
    // An error thrown in a step has already been reported with the step's name.
    ...problems.filter(({ what }) => !recorded.problems.some((told) => told.what.endsWith(`: ${what}`))),
    ...unexplained(recorded),
  ];
  const all = [
    ...lacked,
    ...ended,
    ...shortcomings(recorded, parts),
    ...invariants.flatMap((each) => invariantFailures(each, lacked.length > 0)),
    ...notJudged(invariants.filter(({ id, reason }) => required.includes(id) || reason !== NOTHING_TO_JUDGE)),
    ...unheardOf(required),
  ];
  const missing = ended.length === 0 ? [] : all.flatMap((each) => (each.missing === undefined ? [] : [each]));
  const found = all.filter((each) => !missing.includes(each));
  const failures = found.filter(({ verdict }) => verdict === 'fail');
  const unknowns = found.filter(({ verdict }) => verdict !== 'fail');
  const reasons = [...new Set([...failures, ...unknowns].map(({ what }) => what)), ...inShort(missing)];
  const verdict = failures.length > 0 ? 'fail' : all.length > 0 ? 'unknown' : 'pass';
  return { verdict, reasons, ...(missing.length === 0 ? {} : { missing: missing.map(({ what }) => what) }) };
}

/** If there are more names than this, they are only counted; a table has all of them. */
const MOST_NAMED = 5;

/** Returns one line about everything that was not done. */
function inShort(problems: readonly Problem[]): readonly string[] {
  if (problems.length === 0) return [];
  const names = (of: Missing['of']) => problems.flatMap(({ missing }) => (missing?.of === of ? missing.names : []));
  const [steps, invariants] = [names('step'), names('invariant')];
  const counted =
    invariants.length > MOST_NAMED
      ? `${invariants.length} of ${INVARIANT_IDS.length} invariants`
      : invariants.join(', ');
  const told = [
    ...(steps.length === 0 ? [] : [`not run: ${steps.join(', ')}`]),
    ...(invariants.length === 0 ? [] : [`not judged: ${counted}`]),
  ];
  return [`because of that, ${(told.length > 0 ? told : problems.map(({ what }) => what)).join('; ')}`];
}

/**
 * Returns where a run went wrong: `4/11 copy`, or `load` for work around the steps; undefined if every step passed.
 *
 * @param plannedSteps how many steps the run should have had.
 */
export function whereItFailed(events: readonly RunEvent[], plannedSteps: number): string | undefined {
  const started = events.filter((event) => event.type === 'stepStarted');
  const bad = events.find((event): event is Ended => event.type === 'stepEnded' && event.verdict !== 'pass');
  // A step that is still running when the process gives up has no result, and is where it went wrong.
  const ended = new Set(events.filter((event) => event.type === 'stepEnded').map(({ index }) => index));
  const place = bad ?? started.findLast(({ index }) => !ended.has(index));
  if (place === undefined) return undefined;
  const steps = started.filter(({ name }) => isStepName(name));
  const position = steps.findIndex(({ index }) => index === place.index);
  return position < 0 ? place.name : `${position + 1}/${Math.max(plannedSteps, steps.length)} ${place.name}`;
}

function invariantFailures(
  { id, verdict, count, findings }: InvariantResult,
  lacksResources: boolean,
): readonly Problem[] {
  if (verdict !== 'fail') return [];
  const [first] = findings;
  const place = first === undefined ? '' : `, first ${placeOf(first)}: ${firstLine(first.what)}`;
  const isMachines = lacksResources && id === 'not-vacuous';
  return [{ verdict: isMachines ? 'unknown' : verdict, what: `${id}: ${formatQuantity(count, 'findings')}${place}` }];
}

/**
 * Returns one problem for all invariants with the same cause, because a run that ended early judged none of them. An
 * invariant that need not be judged is included if there was something to judge, and that was impossible.
 */
function notJudged(required: readonly InvariantResult[]): readonly Problem[] {
  const unknown = required.filter(({ verdict }) => verdict === 'unknown');
  const byReason = Map.groupBy(unknown, ({ reason }) => firstLine(reason ?? 'not judged'));
  return [...byReason].map(([reason, results]) => {
    const ids = results.map(({ id }) => id);
    const names = ids.length === INVARIANT_IDS.length ? 'all invariants' : ids.join(', ');
    const problem = { verdict: 'unknown', what: `${names}: ${reason}` } as const;
    // A bug in a checker is a cause of its own.
    return reason.includes(CHECKER_BROKE) ? problem : { ...problem, missing: { of: 'invariant', names: ids } };
  });
}

/**
 * Returns a problem for each required invariant that no checker here knows, as in a run that another version recorded.
 */
function unheardOf(required: readonly string[]): readonly Problem[] {
  const known: ReadonlySet<string> = new Set(INVARIANT_IDS);
  return required.filter((id) => !known.has(id)).map((id) => ({ verdict: 'unknown', what: `${id}: not judged` }));
}

/**
 * Returns the problems of steps and phases. An error that goes up through a step and the phase around it is one
 * problem, reported where it arose.
 */
function problemsOf(ends: readonly Ended[]): readonly Problem[] {
  const told = new Set<string>();
  return ends.flatMap(({ name, verdict, error, fault }) => {
    // A step that fails under a fault is judged by the outcome of the fault.
    if (verdict === 'pass' || fault !== undefined || (error !== undefined && told.has(error))) return [];
    if (error !== undefined) told.add(error);
    const said = firstLine(error ?? '');
    return [{ verdict, what: said === '' ? `${name} ended ${verdict}` : `${name}: ${said}` }];
  });
}

/** Returns results whose problem was not reported. Wherever they come from, they must still prevent a pass. */
function unexplained({ steps, phases, problems }: Recorded): readonly Problem[] {
  return [...steps, ...phases].flatMap(({ name, verdict, fault }) =>
    verdict === 'pass' || fault !== undefined || problems.some((problem) => problem.verdict === verdict)
      ? []
      : [{ verdict, what: `${name} ended ${verdict}` }],
  );
}
