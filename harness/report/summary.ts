import { formatBytes, formatCount, formatDuration, formatQuantity, formatRate } from './format.ts';
import { preflightOf, thresholdsOf } from './decision-table.ts';
import { DECISION_STYLE, painter, VERDICT_STYLE, type Paint } from './paint.ts';
import { columns } from './columns.ts';
import { costLine } from './cost.ts';
import { estimateLines } from './estimate-table.ts';
import { cutoverPartsOf, cutoversOf } from './cutover-tables.ts';
import { exercisedOf } from './exercised.ts';
import { findingsOf, invariantsOf } from './invariants-table.ts';
import { failedStatementsOf } from './statements-table.ts';
import { alarming, right, table } from './table.ts';
import { hang, manyLines } from './text.ts';
import type { RunResult } from './verdict.ts';
import { transactionsOf } from './transactions-line.ts';
import { workloadOf } from './workload-table.ts';

export interface SummaryOptions {
  /** The command that runs it again, with the seed. */
  readonly again: string;
  /** Where the artifacts are. */
  readonly artifacts: string;
  readonly colour?: boolean;
}

/** Returns what a person reads at the end of a run; it ends with a line break. */
export function summarize(run: RunResult, options: SummaryOptions): string {
  const paint = painter(options.colour ?? false);
  const blocks = [
    headerOf(run, paint),
    stepsOf(run, paint),
    figuresOf(run, paint),
    vdiffsOf(run, paint),
    checksumsOf(run, paint),
    cutoversOf(run, paint),
    cutoverPartsOf(run, paint),
    workloadOf(run, paint),
    transactionsOf(run, paint),
    failedStatementsOf(run, paint),
    invariantsOf(run, paint),
    findingsOf(run, paint),
    preflightOf(run, paint),
    run.estimate === undefined ? [] : estimateLines(run.estimate, paint),
    thresholdsOf(run, paint),
    exercisedOf(run, paint),
    reasonsOf(run, paint),
    verdictOf(run, options, paint),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function headerOf({ fixture, profile, versions }: RunResult, paint: Paint): readonly string[] {
  const known = versions === null ? [] : Object.entries(versions).map(([program, version]) => `${program} ${version}`);
  return [`${paint('bold', `fixture ${fixture}`)}  ${paint('dim', [`profile ${profile}`, ...known].join(', '))}`];
}

function stepsOf({ steps, phases }: RunResult, paint: Paint): readonly string[] {
  const rowOf = ({ name, durationMs, verdict }: RunResult['steps'][number] | RunResult['phases'][number], at = '') => [
    right(at),
    name,
    right(formatDuration(durationMs)),
    paint(VERDICT_STYLE[verdict], verdict),
  ];
  const rows = [...steps.map((step, at) => rowOf(step, `${at + 1}`)), ...phases.map((phase) => rowOf(phase))];
  return table(['#', 'step', right('time'), 'verdict'], rows, paint);
}

function figuresOf({ load, copy, lagMs, capacity }: RunResult, paint: Paint): readonly string[] {
  const rowsOf = (name: string, { rows, rowsPerSecond }: NonNullable<RunResult['load']>, size: string) => [
    paint('dim', name),
    right(formatQuantity(rows, 'rows')),
    right(formatRate(rowsPerSecond)),
    right(size),
  ];
  return columns([
    ...(load === null ? [] : [rowsOf('load', load, '')]),
    ...(copy === null ? [] : [rowsOf('copy', copy, formatBytes(copy.bytes))]),
    ...(capacity === undefined ? [] : [rateOf(capacity, paint)]),
    ...(lagMs === null ? [] : [[paint('dim', 'lag'), right(formatDuration(lagMs)), 'at most, before a switch']]),
  ]);
}

function rateOf({ perSecond, rate }: NonNullable<RunResult['capacity']>, paint: Paint) {
  const taken = `${formatQuantity(perSecond, 'operations')} a second taken alone`;
  return [paint('dim', 'rate'), right(formatRate(rate, 'operations')), taken];
}

function vdiffsOf({ vdiffs }: RunResult, paint: Paint): readonly string[] {
  const rows = vdiffs.map(({ workflow, keyspace, rowsCompared, mismatchedRows }) => [
    workflow,
    keyspace,
    right(alarming(formatCount(rowsCompared), rowsCompared === 0 ? 'unknown' : 'pass', paint)),
    right(alarming(formatCount(mismatchedRows), mismatchedRows > 0 ? 'fail' : 'pass', paint)),
  ]);
  return table(['vdiff', 'keyspace', right('rows compared'), right('mismatches')], rows, paint);
}

function checksumsOf({ checksums }: RunResult, paint: Paint): readonly string[] {
  const rows = checksums.map(({ table: name, rows: count, equal }) => [
    name,
    right(alarming(formatCount(count), count === 0 ? 'unknown' : 'pass', paint)),
    equal ? 'equal' : alarming('different', 'fail', paint),
  ]);
  return table(['checksum', right('rows'), 'both sides'], rows, paint);
}

/**
 * Returns how the run ended, in one word: the decision if limits were requested or preflight found a blocker, otherwise
 * the verdict.
 */
function conclusionOf({ verdict, decision, preflight }: RunResult) {
  if (decision.thresholds.length === 0 && preflight.length === 0)
    return { word: verdict, style: VERDICT_STYLE[verdict] };
  return { word: decision.verdict, style: DECISION_STYLE[decision.verdict] };
}

function reasonsOf(run: RunResult, paint: Paint): readonly string[] {
  const { word, style } = conclusionOf(run);
  const { reasons } = run.decision;
  if (reasons.length === 0) return [];
  return [
    paint('dim', `${word} because`),
    ...reasons.map((reason) => `  ${paint(style, '-')} ${hang(manyLines(reason), '    ')}`),
  ];
}

function verdictOf(run: RunResult, { again, artifacts }: SummaryOptions, paint: Paint): readonly string[] {
  const passed = run.steps.filter(({ verdict }) => verdict === 'pass').length;
  const total = run.steps.length;
  const steps = total === 0 ? 'no step ran, ended after' : `${passed} of ${formatQuantity(total, 'steps')} passed in`;
  const { word, style } = conclusionOf(run);
  return [
    `${paint(['bold', style], word.toUpperCase())}  ${steps} ${formatDuration(run.totalMs)}`,
    ...columns([
      ...(run.cost === undefined ? [] : [[`  ${paint('dim', 'cost')}`, costLine(run.cost)]]),
      [`  ${paint('dim', 'seed')}`, `${run.seed}`],
      [`  ${paint('dim', 'again')}`, again],
      [`  ${paint('dim', 'artifacts')}`, artifacts],
    ]),
  ];
}
