import { measure } from '../estimate/measure.ts';
import { INVARIANT_IDS } from '../history/invariants.ts';
import type { RunLine } from '../history/lines.ts';
import { decide } from '../report/decision.ts';
import type { RunResult } from '../report/verdict.ts';

/**
 * Returns the result of a run that could not record everything: neither go nor no-go. The reasons begin with what
 * hindered it, followed by what the incomplete record shows.
 */
export function hindered(result: RunResult, reasons: readonly string[]): RunResult {
  if (reasons.length === 0) return result;
  const { decision } = result;
  const all = (others: readonly string[]) => [...new Set([...reasons, ...others])];
  return {
    ...result,
    verdict: 'unknown',
    reasons: all(result.reasons),
    decision: { ...decision, verdict: 'unknown', reasons: all(decision.reasons) },
  };
}

/** Returns the result of a run whose history cannot be judged. */
export function notJudged(
  run: Pick<RunLine, 'fixture' | 'seed' | 'thresholds'>,
  totalMs: number,
  why: readonly string[],
): RunResult {
  const overall = { verdict: 'unknown' as const, reasons: why.length > 0 ? why : ['the history cannot be read'] };
  const seen = { cutovers: [], lagMs: null, preflight: [], totalMs: Math.round(totalMs) };
  return {
    ...overall,
    ...seen,
    decision: decide({ ...overall, ...seen }, run.thresholds),
    fixture: run.fixture,
    seed: run.seed,
    profile: 'rehearsal',
    versions: null,
    load: null,
    tables: [],
    copy: null,
    vdiffs: [],
    checksums: [],
    steps: [],
    phases: [],
    workload: { operations: {}, errors: {}, staleReads: { reads: 0, stale: 0, maxMs: 0 } },
    invariants: INVARIANT_IDS.map((id) => ({
      id,
      verdict: 'unknown',
      reason: overall.reasons.at(-1)!,
      judged: 0,
      count: 0,
      findings: [],
    })),
    measured: measure([]),
  };
}
