import { z } from 'zod';
import { happensIn, reaches } from '../vitess-version.ts';
import type { BugCatalogue, ShownBy } from './catalogue.ts';

/** The test that takes a migration there, back, and there again under writes. */
export const ROUND_TRIP = {
  scenario: 'migration/round-trip.ts',
  tests: ['a round trip under writes keeps both sides equal'],
} satisfies ShownBy;

/** How a test stood when it ran. */
function seenAs<const Standings extends readonly string[]>(standings: Standings) {
  return z.strictObject({
    standing: z.enum(standings),
    /** The day in UTC. */
    on: z.iso.date(),
    /** The version of the source's MySQL; null if only scenarios ran, which do not report it. */
    mysql: z.string().nullable(),
  });
}

const RESULT = z.strictObject({
  /** As Vitess' Go module has it, such as `v0.24.4` for Vitess 24.0.4. */
  vitess: z.string(),
  /** The image of the source's MySQL; null for the one that is built here. */
  mysqlImage: z.string().nullable(),
  /** What was seen of the cases of fidelity, by name. */
  cases: z.record(
    z.string(),
    seenAs(['as declared', 'otherwise', 'left out']).extend({
      /** The digest of the case when it was tried. */
      values: z.string(),
    }),
  ),
  /**
   * What was seen of the bugs of the catalogue, and of the round trip, by name. A standing compares the test with the
   * catalogue at the time of the run; later entries in the catalogue do not change it.
   */
  bugs: z.record(z.string(), seenAs(['passes', 'shown', 'mended', 'not shown', 'otherwise', 'unknown'])),
});

/** The results of a combination. */
export type MatrixResult = z.output<typeof RESULT>;
/** A version of Vitess with a MySQL as its source: a column of the matrix. */
export type Combination = Pick<MatrixResult, 'vitess' | 'mysqlImage'>;
type BugStanding = MatrixResult['bugs'][string]['standing'];
type CaseStanding = MatrixResult['cases'][string]['standing'];

/** @throws ZodError for a `matrix.json` in another form. */
export function parseMatrix(json: unknown): readonly MatrixResult[] {
  return z.array(RESULT).parse(json);
}

/** Something whose test runs on every version. */
export interface Watched {
  readonly name: string;
  readonly shownBy: ShownBy;
  /** How it stands in a release where its test passes. */
  readonly whereItPasses: (release: string) => BugStanding;
}

/** A bug's test passes in versions that have the bug, and also in those where it is mended. */
export function watched({ bugs, notShown }: BugCatalogue): readonly Watched[] {
  return [
    ...Object.entries(bugs).map(([name, bug]) => ({
      name,
      shownBy: bug.shownBy,
      whereItPasses: (release: string) => {
        if (happensIn(release, bug)) return 'shown';
        return reaches(release, bug.mended) ? 'mended' : 'not shown';
      },
    })),
    ...Object.entries(notShown).map(([name, { shownBy }]) => {
      return { name, shownBy, whereItPasses: () => 'not shown' as const };
    }),
  ];
}

export const WATCHED_ROUND_TRIP: Watched = { name: 'round trip', shownBy: ROUND_TRIP, whereItPasses: () => 'passes' };

/** All cases of fidelity by name, each with a digest of its files, the legs and the zone. */
export type ValueDigests = ReadonlyMap<string, string>;

/** A part of a run of the matrix, and its outcome. */
export interface MatrixRun {
  /** What it was meant to see. */
  readonly asked: readonly Watched[];
  /** The cases of fidelity that it was meant to take. */
  readonly askedCases: readonly string[] | 'all';
  /** The outcomes of cases, by name. */
  readonly cases: ReadonlyMap<string, CaseStanding>;
  /** The cases that were tried. */
  readonly values: ValueDigests;
  /** The scenarios that ran, each with the title of its test. */
  readonly tests: readonly { readonly scenario: string; readonly test: string; readonly outcome: TestOutcome }[];
  readonly on: string;
  readonly mysql: string | null;
}

/** Unknown if anything but an assertion ended it, which may be due to the machine and not to Vitess. */
export type TestOutcome = 'passed' | 'failed' | 'unknown';

/** Replaces earlier results with those of a run. What it was meant to see and did not counts as not run. */
export function withRun(result: MatrixResult, run: MatrixRun): MatrixResult {
  const { asked, askedCases, on, mysql, values } = run;
  const names = new Set(asked.map(({ name }) => name));
  const bugs = asked.flatMap((each): [string, MatrixResult['bugs'][string]][] => {
    const standing = standingIn(run, each, releaseOf(result.vitess));
    return standing === null ? [] : [[each.name, { standing, on, mysql }]];
  });
  const cases = [...run.cases].map(
    ([name, standing]) => [name, { standing, on, mysql, values: values.get(name) ?? '' }] as const,
  );
  return {
    ...result,
    bugs: { ...without(result.bugs, (name) => names.has(name)), ...Object.fromEntries(bugs) },
    cases: {
      ...without(result.cases, (name) => askedCases === 'all' || askedCases.includes(name)),
      ...Object.fromEntries(cases),
    },
  };
}

/** Leaves out what was seen of cases that are others by now, and of the bugs that they show. */
export function ofTheseValues(
  results: readonly MatrixResult[],
  { bugs, notShown }: BugCatalogue,
  values: ValueDigests,
): readonly MatrixResult[] {
  return results.map((result) => {
    const isOther = (name: string) => result.cases[name]?.values !== values.get(name);
    const isShownByOther = (name: string) => {
      const by = (bugs[name] ?? notShown[name])?.shownBy;
      return by !== undefined && 'case' in by && isOther(by.case);
    };
    return { ...result, cases: without(result.cases, isOther), bugs: without(result.bugs, isShownByOther) };
  });
}

function without<T>(all: Readonly<Record<string, T>>, isLeftOut: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !isLeftOut(name)));
}

/** Returns how something stands according to a run; null if one of its tests did not run. */
export function standingIn(
  { cases, tests }: MatrixRun,
  { shownBy, whereItPasses }: Watched,
  release: string,
): BugStanding | null {
  if ('case' in shownBy) {
    const standing = cases.get(shownBy.case) ?? 'left out';
    if (standing === 'left out') return null;
    return standing === 'otherwise' ? standing : whereItPasses(release);
  }
  const outcomes = shownBy.tests.map(
    (title) => tests.find(({ scenario, test }) => scenario === shownBy.scenario && test === title)?.outcome ?? null,
  );
  // One failed test is enough, whatever the others showed.
  if (outcomes.includes('failed')) return 'otherwise';
  if (outcomes.includes(null)) return null;
  return outcomes.includes('unknown') ? 'unknown' : whereItPasses(release);
}

/** Returns what a run should have seen and did not, or saw otherwise than declared. */
export function notAsDeclared(run: MatrixRun, { vitess, mysqlImage }: Combination): string[] {
  const release = releaseOf(vitess);
  const bugs = run.asked
    .map((each) => [each.name, standingIn(run, each, release) ?? 'not run'] as const)
    .filter(([, standing]) => ['otherwise', 'unknown', 'not run'].includes(standing));
  const cases = [...run.cases].filter(([, standing]) => standing === 'otherwise');
  const missing = run.askedCases === 'all' && run.cases.size === 0 ? [['fidelity', 'not run'] as const] : [];
  const column = `${release}, ${run.mysql === null ? (mysqlImage ?? 'our MySQL') : `MySQL ${run.mysql}`}`;
  return [...bugs, ...cases, ...missing].map(([name, standing]) => `${column}: ${name}: ${standing}`);
}

/** Returns the version as Vitess has it; its Go module has the major version in the second place. */
export function releaseOf(moduleVersion: string): string {
  const [, major, patch] = /^v0\.(\d+)\.(\d+)$/.exec(moduleVersion) ?? [];
  return major === undefined ? moduleVersion : `${major}.0.${patch}`;
}
