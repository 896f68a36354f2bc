import type { Thresholds } from '../history/lines.ts';
import type { CutoverObservation, PreflightFinding } from '../history/observations.ts';
import type { Verdict } from '../history/steps.ts';
import type { WorkloadFailures } from '../history/workload-findings.ts';
import { reasonsOfStatements } from './statement-reasons.ts';

/** One figure against its limit. */
export interface ThresholdResult {
  readonly id: keyof Thresholds;
  /** What was measured, for a person to read. */
  readonly title: string;
  readonly unit: 'ms' | 'errors' | 'minutes';
  readonly limit: number;
  /** The worst figure that was seen; null if nothing was measured. */
  readonly measured: number | null;
  /** Null if nothing was measured. */
  readonly met: boolean | null;
  /** Why a limit that was not kept does not count against the migration, if it does not. */
  readonly excuse?: string;
}

/** Whether the real migration may be done. */
export interface Decision {
  readonly verdict: 'go' | 'no-go' | 'unknown';
  readonly thresholds: readonly ThresholdResult[];
  /** Why the decision is not `go`, starting with the first cause. */
  readonly reasons: readonly string[];
}

type CutoverFigures = Pick<CutoverObservation, 'writeGapMs' | 'statementErrors'>;

/** What a decision is based on. */
export interface DecisionParts {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly cutovers: readonly CutoverFigures[];
  readonly lagMs: number | null;
  readonly totalMs: number;
  readonly preflight: readonly PreflightFinding[];
  /** Absent if the run had no operations. */
  readonly failures?: WorkloadFailures;
  /** Why figures beyond their limits may be the machine's fault, as a clause; the verdict's reasons say more. */
  readonly excuse?: string;
}

/**
 * Decides `no-go` if the run failed, a blocker remains, or a figure is beyond its limit; otherwise `unknown` if the run
 * is unknown, a figure is missing, or preflight could not see a part of the database; otherwise `go`. If there is an
 * excuse, a figure beyond its limit is also `unknown`, and is marked.
 */
export function decide(parts: DecisionParts, thresholds: Thresholds | undefined): Decision {
  const { excuse } = parts;
  const results = thresholds === undefined ? [] : excused(measured(parts, thresholds), excuse);
  const blockers = parts.preflight.filter(({ severity }) => severity === 'blocker');
  const missed = results.filter(({ met }) => met === false);
  const beyond = [
    ...missed.map(({ title, limit, measured: seen, unit }) => `${title}: ${seen} ${unit}, limit ${limit}`),
    ...reasonsOfStatements(
      parts.failures?.statements ?? [],
      missed.map(({ id }) => id),
    ),
  ];
  const reasons = [
    ...blockers.map(({ rule, table, what }) => `preflight ${rule}${table === null ? '' : `, ${table}`}: ${what}`),
    ...(excuse === undefined ? beyond : []),
    // The blockers themselves say that preflight stopped the run.
    ...(parts.verdict === 'fail'
      ? parts.reasons.filter((reason) => blockers.length === 0 || !reason.startsWith('preflight: '))
      : []),
  ];
  if (parts.verdict === 'fail' && reasons.length === 0) reasons.push(unexplained(parts.verdict));
  if (reasons.length > 0) return { verdict: 'no-go', thresholds: results, reasons: [...new Set(reasons)] };
  const open = [
    ...(parts.verdict === 'unknown' ? parts.reasons : []),
    ...(excuse === undefined ? [] : beyond.map((each) => `not judged, as ${excuse}: ${each}`)),
    ...parts.preflight.filter(isUnseen).map(({ rule, what }) => `preflight ${rule}: ${what}`),
    ...notMeasured(results),
  ];
  if (parts.verdict !== 'pass' && open.length === 0) open.push(unexplained(parts.verdict));
  return { verdict: open.length > 0 ? 'unknown' : 'go', thresholds: results, reasons: open };
}

function excused(results: readonly ThresholdResult[], excuse: string | undefined): readonly ThresholdResult[] {
  if (excuse === undefined) return results;
  return results.map((each) => (each.met === false ? { ...each, excuse } : each));
}

function notMeasured(results: readonly ThresholdResult[]): readonly string[] {
  const titles = results.filter(({ met }) => met === null).map(({ title }) => title);
  return titles.length === 0 ? [] : [`not measured: ${titles.join(', ')}`];
}

function unexplained(verdict: Verdict): string {
  return `the run ended ${verdict}, and nothing says why`;
}

/** What preflight could not see may be lost. Once the config accepts it, it is a note. */
function isUnseen({ rule, severity }: PreflightFinding): boolean {
  return rule === 'not-seen' && severity === 'warning';
}

function measured({ cutovers, lagMs, totalMs, failures }: DecisionParts, thresholds: Thresholds): ThresholdResult[] {
  // JSON has no Infinity, so in a saved run it has become null, which would count as 0 in a careless comparison.
  const worst = (figure: (cutover: CutoverFigures) => number | null) => {
    const figures = cutovers.map(figure);
    const isMeasured = figures.length > 0 && figures.every((each) => Number.isFinite(each));
    return isMeasured ? Math.max(...figures.map(Number)) : null;
  };
  const { writeGapMs, errorsPerCutover, failedStatements, lagMs: lagLimit, totalMinutes } = thresholds;
  return [
    against('writeGapMs', 'longest write gap', 'ms', writeGapMs, roundedUp(worst((cutover) => cutover.writeGapMs))),
    against(
      'errorsPerCutover',
      'failed statements around a switch',
      'errors',
      errorsPerCutover,
      worst((cutover) => cutover.statementErrors),
    ),
    ...(failedStatements === undefined
      ? []
      : [
          against(
            'failedStatements',
            'failed statements at other times',
            'errors',
            failedStatements,
            failures?.outsideSwitches ?? null,
          ),
        ]),
    against('lagMs', 'lag before a switch of writes', 'ms', lagLimit, lagMs),
    ...(totalMinutes === undefined
      ? []
      : [against('totalMinutes', 'whole rehearsal', 'minutes', totalMinutes, Math.ceil(totalMs / 6_000) / 10)]),
  ];
}

/** Rounds up, so that a figure slightly beyond its limit does not look like one within it. */
function roundedUp(seen: number | null): number | null {
  return seen === null ? null : Math.ceil(seen);
}

function against(
  id: ThresholdResult['id'],
  title: string,
  unit: ThresholdResult['unit'],
  limit: number,
  seen: number | null,
): ThresholdResult {
  return { id, title, unit, limit, measured: seen, met: seen === null ? null : seen <= limit };
}
