import type { ProfileName } from '../cluster/profile.ts';
import type { Fixture } from '../fixture/fixture.ts';
import { messageOf, outcomeOf } from '../errors.ts';
import type { Recorder } from '../history/recorder.ts';
import type { StepName } from '../history/steps.ts';
import { collect, overallVerdict } from '../report/collect.ts';
import type { RunResult } from '../report/verdict.ts';

/** What a run found, as far as it came. */
export type Findings = Pick<RunResult, 'versions' | 'load' | 'copy' | 'vdiffs' | 'checksums' | 'cutovers' | 'lagMs'>;

/** A run whose servers did not even start. */
export const NO_FINDINGS: Findings = {
  versions: null,
  load: null,
  copy: null,
  vdiffs: [],
  checksums: [],
  cutovers: [],
  lagMs: null,
};

/**
 * Judges a run.
 *
 * @param plannedSteps those without which it has shown too little to pass.
 * @param thrown what ended it early, whether or not it ended a step.
 */
export function judge(
  run: { recorder: Recorder; fixture: Fixture; seed: number; profile: ProfileName; findings: Findings },
  plannedSteps: readonly StepName[],
  thrown?: unknown,
): RunResult {
  const { recorder, fixture, seed, profile, findings } = run;
  const recorded = collect(recorder.events);
  const problems =
    thrown === undefined
      ? []
      : [{ verdict: outcomeOf(thrown) === 'fail' ? ('fail' as const) : ('unknown' as const), what: firstLine(thrown) }];
  return {
    ...overallVerdict({ ...findings, recorded, plannedSteps, tables: fixture.tables, problems }),
    ...findings,
    fixture: fixture.name,
    seed,
    profile,
    steps: recorded.steps,
    phases: recorded.phases,
    totalMs: Math.round(recorder.now()),
  };
}

function firstLine(thrown: unknown): string {
  return messageOf(thrown).split('\n')[0]!;
}
