import type { StepName, Verdict } from '../history/steps.ts';
import { formatQuantity } from './format.ts';
import type { PhaseResult, RunResult, StepResult, VDiffResult } from './verdict.ts';

/** Something that prevents a pass. */
export interface Problem {
  readonly verdict: Exclude<Verdict, 'pass'>;
  /** One sentence. */
  readonly what: string;
  /** Present for something that was not done, which may be a consequence of what ended the run. */
  readonly missing?: Missing;
}

/** Steps that did not run, or invariants that were not judged, by name; or results that steps should have given. */
export interface Missing {
  readonly of: 'step' | 'invariant' | 'result';
  readonly names: readonly string[];
}

/** What a run compared, and what it should have compared. */
export interface ComparedParts extends Pick<RunResult, 'copy' | 'vdiffs' | 'checksums' | 'cutovers'> {
  /** Every step that must run, as often as it must; empty if no steps are required beyond those that ran. */
  readonly plannedSteps: readonly StepName[];
  /** Every table that each VDiff, and the checksums, must have compared. */
  readonly tables: readonly string[];
  /** Whether tables were moved that preflight did not look at. */
  readonly lacksPreflight?: boolean;
  /** False if no checksums should be taken; true by default. */
  readonly isChecksummed?: boolean;
  /** Tables that were empty when the run began; if they still are, there is nothing to compare. */
  readonly mayBeEmpty?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** The steps and phases that ran. */
export interface Ran {
  readonly steps: readonly StepResult[];
  readonly phases: readonly PhaseResult[];
}

/** Returns what a comparison found, and what was never compared, because a check that saw nothing proves nothing. */
export function shortcomings({ steps, phases }: Ran, parts: ComparedParts): readonly Problem[] {
  return [
    ...(parts.lacksPreflight === true ? [unknown('preflight did not run')] : []),
    ...stepsNotRun(steps, parts.plannedSteps),
    ...notCompared(steps, phases, parts),
    ...parts.vdiffs.flatMap((vdiff, at) => vdiffProblems(vdiff, at + 1, parts)),
    ...checksumProblems(parts),
    ...cutoverProblems(parts),
  ];
}

/** Returns planned steps that ran less often than planned. */
export function stepsLeftOut(
  steps: readonly StepResult[],
  planned: readonly StepName[],
): readonly { readonly name: StepName; readonly ran: number; readonly wanted: number }[] {
  return [...new Set(planned)].flatMap((name) => {
    const wanted = planned.filter((each) => each === name).length;
    const ran = steps.filter((step) => step.name === name).length;
    return ran >= wanted ? [] : [{ name, ran, wanted }];
  });
}

function stepsNotRun(steps: readonly StepResult[], planned: readonly StepName[]): readonly Problem[] {
  if (steps.length === 0) return [missing('no step ran', 'step', ['every step'])];
  return stepsLeftOut(steps, planned).map(({ name, ran, wanted }) => {
    if (ran === 0) return missing(`${name} did not run`, 'step', [name]);
    return missing(`${name} ran ${times(ran)}, not ${times(wanted)}`, 'step', [`${name} (ran ${ran} of ${wanted})`]);
  });
}

function notCompared(
  steps: readonly StepResult[],
  phases: readonly PhaseResult[],
  parts: ComparedParts,
): readonly Problem[] {
  // A step in which a fault struck may have ended without a result; the outcome of the fault says more.
  const ran = (...names: StepName[]) =>
    steps.filter(({ name, fault }) => names.includes(name) && fault === undefined).length;
  const undisturbed = parts.cutovers.filter(({ fault }) => fault === undefined).length;
  const cutovers = ran('switchWrites', 'reverseWrites');
  // Each step must have a result of its own, so that one at rest does not hide a missing one.
  const compared = ran('vdiff') + phases.filter(({ name }) => name === 'vdiffAtRest').length;
  const { copy, vdiffs, checksums } = parts;
  return [
    ...(vdiffs.length === 0 && checksums.length === 0 ? [missing('nothing was compared')] : []),
    ...(vdiffs.length < compared ? [missing(`vdiff ran ${times(compared)}, results: ${vdiffs.length}`)] : []),
    ...(undisturbed < cutovers ? [missing(`writes were switched ${times(cutovers)}, results: ${undisturbed}`)] : []),
    ...(ran('copy') > 0 && (copy === null || copy.rows === 0) ? [missing('copy: no row was copied')] : []),
  ];
}

function vdiffProblems(
  vdiff: VDiffResult,
  number: number,
  { tables, mayBeEmpty = NONE }: ComparedParts,
): readonly Problem[] {
  const name = `vdiff ${number} (${vdiff.workflow})`;
  const compared = new Map(vdiff.tables.map(({ table, rowsCompared }) => [table, rowsCompared]));
  const inTables = vdiff.tables.filter(({ mismatchedRows }) => mismatchedRows > 0);
  const mismatched = Math.max(vdiff.mismatchedRows, ...inTables.map(({ mismatchedRows }) => mismatchedRows));
  const empty = [...new Set([...(vdiff.asked ?? tables), ...compared.keys()])].filter(
    (table) => (compared.get(table) ?? 0) === 0 && !(compared.has(table) && mayBeEmpty.has(table)),
  );
  const places = inTables.length === 0 ? '' : ` in ${inTables.map(({ table }) => table).join(', ')}`;
  return [
    ...(mismatched > 0 ? [fail(`${name}: ${formatQuantity(mismatched, 'rows')} mismatched${places}`)] : []),
    ...(vdiff.rowsCompared === 0 || compared.size === 0 ? [unknown(`${name}: no row was compared`)] : []),
    ...empty.map((table) => unknown(`${name}: no row of ${table} was compared`)),
  ];
}

function checksumProblems(parts: ComparedParts): readonly Problem[] {
  const { checksums, tables, mayBeEmpty = NONE, isChecksummed = true } = parts;
  const left = (isChecksummed ? tables : []).filter((table) => checksums.every((checksum) => checksum.table !== table));
  return [
    ...checksums.flatMap(({ table, rows, equal }) => {
      if (!equal) return [fail(`checksum: ${table} is not the same on both sides`)];
      return rows === 0 && !mayBeEmpty.has(table)
        ? [unknown(`checksum: ${table} has no row, so nothing was compared`)]
        : [];
    }),
    ...(left.length === 0 ? [] : [missing(`checksum: ${notComparedOf(left, tables)}`)]),
  ];
}

/** Leaves out the names if all are missing, as in a run that ended early. */
function notComparedOf(left: readonly string[], tables: readonly string[]): string {
  return left.length === tables.length ? 'no table was compared' : `${left.join(', ')} not compared`;
}

function cutoverProblems({ cutovers }: ComparedParts): readonly Problem[] {
  return cutovers.flatMap(({ direction, acknowledged, errors }, at) => {
    const name = `cutover ${at + 1} (${direction})`;
    const notSent = errors['not-sent'] ?? 0;
    const operations = formatQuantity(notSent, 'operations');
    return [
      ...(acknowledged === 0 ? [unknown(`${name}: no write was acknowledged around it`)] : []),
      ...(notSent === 0
        ? []
        : [unknown(`${name}: ${operations} not sent, as this machine did not keep the workload's rate`)]),
    ];
  });
}

function fail(what: string): Problem {
  return { verdict: 'fail', what };
}

function unknown(what: string): Problem {
  return { verdict: 'unknown', what };
}

/** Returns a problem for something missing: by default, for a result that a step should have given. */
function missing(what: string, of: Missing['of'] = 'result', names: readonly string[] = []): Problem {
  return { ...unknown(what), missing: { of, names } };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
