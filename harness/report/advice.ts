import { INVARIANT_IDS } from '../history/invariants.ts';
import type { ThresholdResult } from './decision.ts';
import type { RunResult } from './verdict.ts';

/** One thing to do next, for a person. */
export interface NextStep {
  /** What it is about, in a few words. */
  readonly about: string;
  readonly text: string;
  /** A command or statement to run, if there is one. */
  readonly code?: string;
  /** The section of the page that says more. */
  readonly see?: 'cutovers' | 'exercised' | 'failed-statements' | 'invariants' | 'preflight' | 'runbook' | 'tables';
}

/**
 * A step or phase that did not pass, with the facts of its error, one per line, as `RoundtripError` lays them out.
 */
export interface FailedStep {
  readonly name: string;
  readonly error: string;
}

/** How to fix a figure that is beyond its limit. */
const ON_LIMITS: Readonly<Record<ThresholdResult['id'], Omit<NextStep, 'about'>>> = {
  writeGapMs: {
    text: 'Look at which part of the switch took the time, then shorten it, or allow a longer gap in thresholds.writeGapMs.',
    see: 'cutovers',
  },
  errorsPerCutover: {
    text: 'Let vtgate buffer writes for longer than a switch takes, and let the application retry refused statements.',
    see: 'failed-statements',
  },
  failedStatements: {
    text: 'Change each statement that Vitess does not accept, or what it relies on; it fails in production too.',
    see: 'failed-statements',
  },
  lagMs: {
    text: 'Find out why the stream falls behind: give the target more room, or switch when fewer rows are written.',
    see: 'cutovers',
  },
  totalMinutes: { text: 'Rehearse on fewer rows or a faster machine, or allow more in thresholds.totalMinutes.' },
};

/** Returns what to do about one of the reasons of a decision, preferably the advice of the cause itself. */
export function adviceOn(reason: string, run: RunResult, failed: readonly FailedStep[]): NextStep {
  return (
    onPreflight(reason, run) ??
    onStep(reason, failed) ??
    onLimit(reason, run) ??
    onInvariant(reason) ??
    onComparison(reason) ??
    onStatement(reason) ?? { about: 'Cause', text: reason }
  );
}

function onPreflight(reason: string, { preflight }: RunResult): NextStep | undefined {
  const found = preflight.find(({ rule, table, what }) =>
    [`preflight ${rule}: ${what}`, `preflight ${rule}, ${table}: ${what}`].includes(reason),
  );
  if (found === undefined) return undefined;
  const { rule, table, what, mend } = found;
  const text = `${table === null ? '' : `${table}: `}${what}.`;
  return { about: rule, text, ...(mend === null ? {} : { code: mend }), see: 'preflight' };
}

function onStep(reason: string, failed: readonly FailedStep[]): NextStep | undefined {
  const step = failed.find(({ name, error }) => reason === `${name}: ${firstOf(error)}`);
  const next = /^ {2}next:\s+(\S.*)$/m.exec(step?.error ?? '')?.[1];
  return step === undefined || next === undefined ? undefined : { about: step.name, text: next };
}

function onLimit(reason: string, { decision }: RunResult): NextStep | undefined {
  const missed = decision.thresholds.find(({ title }) => reason.startsWith(`${title}: `));
  return missed === undefined ? undefined : { about: missed.title, ...ON_LIMITS[missed.id] };
}

function onInvariant(reason: string): NextStep | undefined {
  const id = INVARIANT_IDS.find((each) => reason.startsWith(`${each}: `));
  if (id === undefined) return undefined;
  const text = 'Read its first and worst finding below, and do not migrate before you know what caused them.';
  return { about: id, text, see: 'invariants' };
}

function onComparison(reason: string): NextStep | undefined {
  const [, about] = /^(vdiff|checksum)\b.*\b(?:rows? mismatched|is not the same on both sides)\b/s.exec(reason) ?? [];
  if (about === undefined) return undefined;
  const text = 'Find out what makes the rows differ before you migrate: the table, its types, or who wrote to it.';
  return { about, text, see: 'tables' };
}

function onStatement(reason: string): NextStep | undefined {
  const [, about] = /^statement (.*) failed (?:once|[\d,]+ times), last: /.exec(reason) ?? [];
  return about === undefined ? undefined : { about, text: ON_LIMITS.failedStatements.text, see: 'failed-statements' };
}

function firstOf(error: string): string {
  return error.trimStart().split('\n', 1)[0]!.trim();
}
