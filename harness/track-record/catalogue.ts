import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { usage } from '../errors.ts';
import { WHEN } from '../vitess-version.ts';

/** What happens to data or to the migration, and to which part of it. */
const EFFECT = z.string().regex(/^(lost|changed|hidden|stops|holds|misleads)\b/);

/** A case of fidelity, or a scenario with its file, relative to `scenarios/`, and the titles of its tests. */
const SHOWN_BY = z.union([
  z.strictObject({ case: z.string() }),
  z
    .strictObject({ scenario: z.string(), test: z.union([z.string(), z.array(z.string()).min(1)]) })
    .transform(({ scenario, test }) => ({ scenario, tests: [test].flat() })),
]);

const BUG = z.strictObject({
  /** What a user sees, as Markdown. */
  sees: z.string(),
  effect: EFFECT,
  /** Whether it is about how vtgate handles a statement, which no comparison of the two sides can see. */
  ofVtgate: z.boolean().default(false),
  /** Which witness sees it; `VDiff` comes first if it does. */
  seenBy: z.string(),
  /** The report in Vitess' tracker, such as `vitessio/vitess#19880`, or `none found`. */
  report: z.string(),
  ...WHEN,
  shownBy: SHOWN_BY,
});

const NOT_SHOWN = z.strictObject({
  report: z.string(),
  /** What the report said. */
  said: z.string(),
  /** It passes because the bug is not there. */
  shownBy: SHOWN_BY,
});

const CATALOGUE = z.strictObject({
  /** Bugs that a test shows, by a name of their own. */
  bugs: z.record(z.string(), BUG),
  /** Reports that were tried and could not be reproduced on any version. */
  notShown: z.record(z.string(), NOT_SHOWN),
});

/** A bug of Vitess that a test shows. */
export type KnownBug = z.output<typeof BUG>;
/** A report in Vitess' tracker that could not be reproduced. */
export type BugNotShown = z.output<typeof NOT_SHOWN>;
/** What shows a bug; if several tests of a scenario do, each must be as declared. */
export type ShownBy = z.output<typeof SHOWN_BY>;
/** All bugs of Vitess that have a test here. */
export type BugCatalogue = z.output<typeof CATALOGUE>;

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILE = 'scenarios/vitess-bugs/catalogue.yaml';

/** @throws usage if the catalogue is not in the right form. */
export async function readBugCatalogue(): Promise<BugCatalogue> {
  const text = await readFile(path.join(ROOT, FILE), 'utf8');
  const catalogue = CATALOGUE.safeParse(parse(text));
  if (catalogue.success) return catalogue.data;
  throw usage({
    what: 'The catalogue of bugs is not in the right form.',
    seen: z.prettifyError(catalogue.error),
    where: FILE,
  });
}

/** @throws usage if the catalogue has no such bug. */
export function bugNamed(catalogue: BugCatalogue, name: string): KnownBug {
  const bug = catalogue.bugs[name];
  if (bug !== undefined) return bug;
  throw usage({
    what: 'The catalogue has no such bug.',
    expected: Object.keys(catalogue.bugs).join(', '),
    seen: name,
    where: FILE,
  });
}
