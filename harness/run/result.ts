import type { JudgedRun } from '../checker/judge-run.ts';
import { estimate } from '../estimate/estimate.ts';
import { measure } from '../estimate/measure.ts';
import type { RunEvent } from '../history/events.ts';
import type { ObservationLine, StepLine } from '../history/lines.ts';
import { CUTOVER_MARGIN_MS } from '../history/around-cutovers.ts';
import type { Observation } from '../history/observations.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { WorkloadFailures } from '../history/workload-findings.ts';
import { costOf } from '../report/cost.ts';
import { collect, overallVerdict } from '../report/collect.ts';
import { decide } from '../report/decision.ts';
import { lagBeforeCutovers } from '../report/lag.ts';
import type { Problem } from '../report/shortcomings.ts';
import { formatDuration, formatQuantity } from '../report/format.ts';
import { firstLine } from '../report/text.ts';
import type { FaultResult, RunResult, VDiffResult } from '../report/verdict.ts';

/**
 * Returns the whole result of a run, using only its history. A run that just ended and a saved one are judged from the
 * same lines, so they cannot be judged differently.
 */
export function resultOf(judged: JudgedRun): RunResult {
  const { run, marks, results, operations, errors, staleReads, exercised, transactions } = judged;
  const failures = failuresOf(judged);
  const recorded = collect(marks.flatMap(eventsOf));
  const found = observationsOf(marks);
  const findings = findingsOf(judged, found, failures);
  const standstills = apart(found('standstill')).map(standstillProblem);
  const exhausted = [...found('exhausted').map(exhaustedProblem), ...failedProblems(failures)];
  const ended = found('serverEnded').map(({ what }): Problem => ({ verdict: 'unknown', what }));
  const excuses = [
    ...new Set(found('standstill').map(whoStoodStill)),
    ...(exhausted.length > 0 ? ['a server lacked resources'] : []),
    ...(ended.length > 0 ? ['a server had ended'] : []),
  ];
  const excuse = excuses.length > 0 ? { excuse: excuses.join(' and ') } : {};
  const { tables, plannedSteps, required, fixture, seed } = run;
  const isChecksummed = required.length === 0 || required.includes('sides-equal');
  const isJudgedBefore = found('preflight').some(({ judged: rules }) => rules > 0);
  // A run that ended before this did not need preflight.
  const isMade = plannedSteps.length > 0 && recorded.steps.some(({ name }) => name === 'create');
  const overall = overallVerdict({
    ...findings,
    recorded,
    plannedSteps,
    tables: plannedSteps.length > 0 ? tables : [],
    isChecksummed,
    lacksPreflight: isMade && isChecksummed && !isJudgedBefore,
    mayBeEmpty: new Set(marks.flatMap((line) => (line.type === 'table' && line.rows === 0 ? [line.table] : []))),
    problems: [
      ...found('problem').map(told),
      ...found('fault').flatMap(faultProblems),
      ...(isMade ? brokenOff(found) : []),
    ],
    lacked: [...standstills, ...exhausted, ...ended],
    invariants: results,
    required,
  });
  const measured = measure(marks);
  const { production } = run;
  const totalMs = Math.round((marks.at(-1)?.time ?? 0) / 1e6);
  return {
    ...overall,
    decision: decide(
      { ...overall, ...findings, cutovers: undisturbed(findings.cutovers, findings.faults ?? []), totalMs, ...excuse },
      run.thresholds,
    ),
    ...findings,
    fixture,
    seed,
    profile: profileOf(run.profile),
    steps: recorded.steps,
    phases: recorded.phases,
    workload: { operations, errors, staleReads },
    ...(exercised.length === 0 ? {} : { exercised }),
    ...(transactions.length === 0 ? {} : { transactions }),
    invariants: results,
    totalMs,
    ...machineOf(found),
    measured,
    ...(production === undefined ? {} : { estimate: estimate([measured], production) }),
  };
}

function retriedErrors(count: number): { readonly retriedErrors?: number } {
  return count === 0 ? {} : { retriedErrors: count };
}

/** Returns the figures of observations in the form of verdict.json. */
function findingsOf(
  { failures: judgedFailures }: JudgedRun,
  found: ReturnType<typeof observationsOf>,
  failures: WorkloadFailures | null,
) {
  const faults = found('fault').map(faultOf);
  return {
    versions: found('versions').map(({ mysql, vitess, etcd, node }) => ({ mysql, vitess, etcd, node }))[0] ?? null,
    load: found('load').map(({ rows, rowsPerSecond }) => ({ rows, rowsPerSecond }))[0] ?? null,
    tables: (found('tables').at(-1)?.tables ?? []).map(({ table, rows, bytes }) => ({ table, rows, bytes })),
    preflight: found('preflight').at(-1)?.findings ?? [],
    copy: found('copy').map(({ rows, rowsPerSecond, bytes }) => ({ rows, rowsPerSecond, bytes }))[0] ?? null,
    lagMs: lagBeforeCutovers(
      found('sample').map(({ time, streams }) => ({ atMs: time / 1e6, streams })),
      undisturbed(found('cutover'), faults),
    ),
    vdiffs: found('vdiff').map(vdiffOf),
    checksums: checksumsAtRest(found('checksums')),
    cutovers: found('cutover').map((line, at) => ({
      ...withoutKind(line),
      // These come from the operations, which say when each was due; older histories counted those that ended in time.
      statementErrors: judgedFailures.perCutover[at] ?? line.statementErrors,
      ...retriedErrors(judgedFailures.retriedPerCutover[at] ?? 0),
    })),
    ...(failures === null ? {} : { failures }),
    ...(faults.length === 0 ? {} : { faults }),
  };
}

/**
 * Returns the switches of writes without a fault during the switch or the time around it that counts, because the cost
 * of a fault is not a figure of an ordinary switch.
 */
function undisturbed<T extends { readonly startedAtMs: number; readonly endedAtMs: number }>(
  cutovers: readonly T[],
  faults: readonly FaultResult[],
): readonly T[] {
  const spans = faults.flatMap(({ struck, normalAfterMs }) =>
    struck === null ? [] : [[struck.atMs, struck.healedAtMs + (normalAfterMs ?? Infinity)] as const],
  );
  return cutovers.filter(({ startedAtMs, endedAtMs }) =>
    spans.every(([from, to]) => endedAtMs + CUTOVER_MARGIN_MS < from || startedAtMs - CUTOVER_MARGIN_MS > to),
  );
}

function told({ verdict, what }: Problem): Problem {
  return { verdict, what };
}

/** A rehearsal's last line is `end`. If another line is last, it is not known what happened after it. */
function brokenOff(found: ReturnType<typeof observationsOf>): readonly Problem[] {
  if (found('end').length > 0) return [];
  const what = 'the history breaks off, and what happened after its last line is not known';
  return [{ verdict: 'unknown', what }];
}

/** Returns null if there were no operations, because it is then unknown whether any would have failed. */
function failuresOf({ operations, failures }: JudgedRun): WorkloadFailures | null {
  if (Object.keys(operations).length === 0) return null;
  const { statements, resources } = failures;
  const blamed = statements.filter(({ cause }) => cause === 'migration');
  const outsideSwitches = blamed.reduce((sum, { count, aroundSwitches }) => sum + count - aroundSwitches, 0);
  return { statements, outsideSwitches, resources };
}

/** `not-vacuous` reports a fault that did not strike. */
function faultProblems({ fault, point, outcome, wrong }: Extract<Observation, { of: 'fault' }>): readonly Problem[] {
  if (outcome !== 'broken') return [];
  const what = `after ${fault} at ${point} nothing that was tried brought the migration back: ${wrong.join('; ')}`;
  return [{ verdict: 'fail', what }];
}

function exhaustedProblem({ server, line }: Extract<Observation, { of: 'exhausted' }>): Problem {
  return { verdict: 'unknown', what: `${server} lacked resources: ${firstLine(line)}` };
}

type Standstill = Extract<Observation, { of: 'standstill' }>;

/** A process that is stopped or starved uses little processor time; one that computes uses it nearly all the time. */
function isOwnFault({ fromMs, toMs, ownMs = 0 }: Standstill): boolean {
  return ownMs >= (toMs - fromMs) / 2;
}

function whoStoodStill(standstill: Standstill): string {
  return isOwnFault(standstill) ? 'this program itself computed' : 'this machine stood still';
}

/** A process that is stopped stands still in both of its threads, which is one standstill. */
function apart(standstills: readonly Standstill[]): readonly Standstill[] {
  return standstills.filter(
    ({ fromMs, toMs }, at) => !standstills.slice(0, at).some((other) => other.fromMs < toMs && fromMs < other.toMs),
  );
}

function standstillProblem(standstill: Standstill): Problem {
  const long = formatDuration(standstill.toMs - standstill.fromMs);
  const what = isOwnFault(standstill)
    ? `this program itself computed for ${long}: what was due then is late by a fault of its own; please report it`
    : `this machine stood still for ${long}: what was due then is late by its fault`;
  return { verdict: 'unknown', what };
}

function failedProblems(failures: WorkloadFailures | null): readonly Problem[] {
  if (failures === null || failures.resources === null) return [];
  const { count, message } = failures.resources;
  const what = `a server lacked resources: ${formatQuantity(count, 'operations')} failed, last: ${firstLine(message)}`;
  return [{ verdict: 'unknown', what }];
}

function profileOf(name: string): RunResult['profile'] {
  return name === 'stock' || name === 'existing' ? name : 'rehearsal';
}

/** Returns the recorder's events, as far as the history keeps them. */
export function eventsOf(line: OtherLine): RunEvent[] {
  const atMs = line.time / 1e6;
  if (line.type === 'note') return [{ type: 'note', text: line.text, atMs }];
  if (line.type !== 'step') return [];
  return [stepEventOf(line, atMs)];
}

function stepEventOf(
  { event, step: index, name, title, verdict, durationMs, error, fault }: StepLine,
  atMs: number,
): RunEvent {
  if (event === 'start') return { type: 'stepStarted', index, name, title, atMs };
  const ended = { type: 'stepEnded' as const, index, name, title, atMs };
  const rest = { ...(error === undefined ? {} : { error }), ...(fault === undefined ? {} : { fault }) };
  return { ...ended, verdict: verdict ?? 'unknown', durationMs: durationMs ?? 0, ...rest };
}

function observationsOf(marks: readonly OtherLine[]) {
  const all = marks.filter((line): line is ObservationLine => line.type === 'observation');
  return <K extends Observation['of']>(of: K) =>
    all.filter((line): line is Extract<ObservationLine, { of: K }> => line.of === of);
}

/** Returns what the run cost in CPU, and the rate that the servers could sustain. */
function machineOf(found: ReturnType<typeof observationsOf>): Pick<RunResult, 'cost' | 'capacity'> {
  const cost = found('cost').at(-1);
  const [capacity] = found('capacity').map(({ perSecond, rate }) => ({ perSecond, rate }));
  return {
    ...(cost === undefined ? {} : { cost: costOf(cost) }),
    ...(capacity === undefined ? {} : { capacity }),
  };
}

/**
 * Returns the checksums that were taken at rest. Those taken under writes are only judged by `sides-equal`, because
 * rows may have changed all the time.
 */
function checksumsAtRest(all: readonly Extract<Observation, { of: 'checksums' }>[]): RunResult['checksums'] {
  const tables = all.findLast(({ underWrites }) => underWrites === undefined)?.tables ?? [];
  return tables.map(({ table, rows, equal }) => ({ table, rows, equal }));
}

function vdiffOf({ workflow, keyspace, tables, asked }: Extract<Observation, { of: 'vdiff' }>): VDiffResult {
  const sum = (field: 'rowsCompared' | 'mismatchedRows') => tables.reduce((total, table) => total + table[field], 0);
  return {
    workflow,
    keyspace,
    rowsCompared: sum('rowsCompared'),
    mismatchedRows: sum('mismatchedRows'),
    ...(asked === undefined ? {} : { asked }),
    tables: tables.map(({ table, rowsCompared, mismatchedRows }) => ({ table, rowsCompared, mismatchedRows })),
  };
}

function faultOf(line: Extract<ObservationLine, { of: 'fault' }>): FaultResult {
  const { index: _index, time: _time, type: _type, of: _of, ...result } = line;
  return result;
}

function withoutKind(line: Extract<ObservationLine, { of: 'cutover' }>) {
  const { index: _index, time: _time, type: _type, of: _of, ...figures } = line;
  return figures;
}
