import { z } from 'zod';
import { happensIn, reaches } from '../vitess-version.ts';
import type { KnownBug, ShownBy } from './catalogue.ts';

const RESULT = z.strictObject({
  /** As Vitess' Go module has it, such as `v0.24.4` for Vitess 24.0.4. */
  vitess: z.string(),
  /** The image of the source's MySQL; null for the one that is built here. */
  mysqlImage: z.string().nullable(),
  /** What came of fidelity; null if it never ran to its end. */
  fidelity: z
    .strictObject({
      mysql: z.string(),
      cases: z.array(z.string()),
      /** What was not as declared, each with the name of its case before a colon. */
      surprises: z.array(z.string()),
    })
    .nullable(),
  /** Scenarios that ran; each with the title of its test. */
  tests: z.array(
    z.strictObject({
      scenario: z.string(),
      test: z.string(),
      /** Unknown if it ran out of time, which says as much of the machine as of Vitess. */
      outcome: z.enum(['passed', 'failed', 'unknown']),
    }),
  ),
});

/** A version of Vitess with a MySQL as its source: a column of the matrix. */
export type Combination = Pick<MatrixResult, 'vitess' | 'mysqlImage'>;
/** What came of a combination. */
export type MatrixResult = z.output<typeof RESULT>;

/** @throws ZodError for a `matrix.json` of another form. */
export function parseMatrix(json: unknown): readonly MatrixResult[] {
  return z.array(RESULT).parse(json);
}

/** Puts what came of tests in place of what came of them before. One that was to run, and did not, counts as not run. */
export function withTests(result: MatrixResult, asked: readonly ShownBy[], ran: MatrixResult['tests']): MatrixResult {
  const others = result.tests.filter(
    (each) => !asked.some((by) => 'scenario' in by && by.scenario === each.scenario && by.test === each.test),
  );
  return { ...result, tests: [...others, ...ran] };
}

/** Does so with cases of fidelity. @param asked null for all of them. */
export function withCases(
  result: MatrixResult,
  asked: readonly string[] | null,
  ran: MatrixResult['fidelity'],
): MatrixResult {
  const before = result.fidelity;
  if (asked === null || before === null) return { ...result, fidelity: ran };
  const isOther = (name: string) => !asked.includes(name);
  const others = before.surprises.filter((surprise) => isOther(caseOf(surprise)));
  return {
    ...result,
    fidelity: {
      mysql: ran?.mysql ?? before.mysql,
      cases: [...before.cases.filter(isOther), ...(ran?.cases ?? [])].toSorted(),
      surprises: [...others, ...(ran?.surprises ?? [])],
    },
  };
}

/** The case that something unexpected happened in. */
function caseOf(surprise: string): string {
  return surprise.split(': ', 1)[0]!;
}

/** What came of the test of something. */
export type MatrixOutcome = 'as declared' | 'otherwise' | 'unknown' | 'not run';

const OUTCOMES = { passed: 'as declared', failed: 'otherwise', unknown: 'unknown' } as const;

/** What came of the case or scenario that shows a bug. */
export function outcomeOf(by: ShownBy, { fidelity, tests }: MatrixResult): MatrixOutcome {
  if ('case' in by) {
    if (!fidelity?.cases.includes(by.case)) return 'not run';
    return fidelity.surprises.some((surprise) => caseOf(surprise) === by.case) ? 'otherwise' : 'as declared';
  }
  const ran = tests.find(({ scenario, test }) => scenario === by.scenario && test === by.test);
  if (ran === undefined) return 'not run';
  return OUTCOMES[ran.outcome];
}

/** How a bug stands in a version: its test passes while the bug is there, and once it is mended where it is mended. */
export function standingOf(
  bug: KnownBug,
  result: MatrixResult,
): 'shown' | 'mended' | 'not shown' | Exclude<MatrixOutcome, 'as declared'> {
  const outcome = outcomeOf(bug.shownBy, result);
  if (outcome !== 'as declared') return outcome;
  const release = releaseOf(result.vitess);
  if (happensIn(release, bug)) return 'shown';
  return reaches(release, bug.mended) ? 'mended' : 'not shown';
}

/** Returns the version as Vitess has it; its Go module has the major version in the second place. */
export function releaseOf(moduleVersion: string): string {
  const [, major, patch] = /^v0\.(\d+)\.(\d+)$/.exec(moduleVersion) ?? [];
  return major === undefined ? moduleVersion : `${major}.0.${patch}`;
}
