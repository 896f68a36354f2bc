import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { closest } from 'fastest-levenshtein';
import picomatch from 'picomatch';
import { z } from 'zod';
import { insteadOf, vitessVersions } from '../../docker/plan.ts';
import { messageOf, usage } from '../errors.ts';
import { digestValueCases } from '../fidelity/digest-cases.ts';
import { readIfThere, writeWhole } from '../report/artifacts.ts';
import { readBugCatalogue, type BugCatalogue } from '../track-record/catalogue.ts';
import { MATRIX_PAGES } from '../track-record/pages.ts';
import {
  notAsDeclared,
  ofTheseValues,
  parseMatrix,
  watched,
  WATCHED_ROUND_TRIP,
  withRun,
  type Combination,
  type MatrixResult,
  type MatrixRun,
  type Watched,
} from '../track-record/results.ts';
import { runFidelity, runScenarios } from './matrix-runs.ts';
import type { Screen } from './screen.ts';

export interface MatrixOptions {
  /** A version of Vitess, such as `v0.24.4`; by default all of them. */
  readonly only?: string;
  /** A pattern of bugs and cases of fidelity, or `round trip`, or `fidelity` for all values; then nothing else is run. */
  readonly bug?: string;
  /** The folder in which each run makes its own. */
  readonly artifacts: string;
  /** The folder of `matrix.json`, and of the pages whose tables are rewritten. */
  readonly docs: string;
}

/** The name of all values, and of the bugs that they show, in place of a bug's. */
const FIDELITY = 'fidelity';

/**
 * Runs the round trip, fidelity and the track record on every version of Vitess with every MySQL, one combination after
 * another, and writes the results of each as soon as they are known. Earlier results of everything else stay.
 *
 * @returns whether everything that was to run did run, and was as declared.
 * @throws usage if there is no such version, or no such bug; whatever ended it before everything was run.
 */
export async function matrix(options: MatrixOptions, screen: Screen, signal: AbortSignal): Promise<boolean> {
  const versions = await vitessVersions();
  const { only, bug } = options;
  if (only !== undefined && !versions.includes(only)) {
    const expected = `one of ${versions.join(', ')}`;
    throw usage({
      what: 'There is no such version.',
      expected,
      seen: only,
      where: '--only',
      next: insteadOf(only, versions),
    });
  }
  const catalogue = await readBugCatalogue();
  const watchedOnes = [WATCHED_ROUND_TRIP, ...watched(catalogue)];
  const isFidelity = bug === FIDELITY;
  const cases = [...(await digestValueCases()).keys()];
  const { asked, askedCases } = isFidelity
    ? { asked: watchedOnes.filter(({ shownBy }) => 'case' in shownBy), askedCases: [] }
    : askedOf(watchedOnes, cases, bug);
  const file = path.join(options.docs, 'matrix.json');
  const all = versions.flatMap((vitess) => mysqlImages().map((mysqlImage) => ({ vitess, mysqlImage })));
  const chosen = all.filter(({ vitess }) => only === undefined || vitess === only);
  let results = await readResults(file, versions, all);
  const told: string[] = [];
  for (const combination of chosen) {
    const folder = path.join(options.artifacts, 'matrix', nameOf(combination));
    await mkdir(folder, { recursive: true });
    const isWhole = bug === undefined || isFidelity;
    const part = { combination, folder, docs: options.docs, asked, askedCases, isWhole, signal };
    let mysql: string | null = null;
    for (const take of [runFidelity, runScenarios]) {
      const run: MatrixRun | null = await take(part, mysql);
      // What is cut off says nothing of Vitess.
      signal.throwIfAborted();
      if (run === null) continue;
      ({ mysql } = run);
      results = results.map((each) => (isSame(each, combination) ? withRun(each, run) : each));
      await writeResults(file, results, catalogue, options);
      told.push(...notAsDeclared(run, combination));
    }
  }
  screen.print(told.length === 0 ? 'everything as declared\n' : `not as declared:\n${told.join('\n')}\n`);
  return told.length === 0;
}

/** Returns what a pattern names; a bug that a case shows is seen whenever the case is taken. */
function askedOf(
  all: readonly Watched[],
  cases: readonly string[],
  pattern = '*',
): { readonly asked: readonly Watched[]; readonly askedCases: readonly string[] } {
  const isAsked = picomatch(pattern);
  const askedCases = cases.filter((name) => isAsked(name));
  const asked = all.filter(({ name, shownBy }) => isAsked(name) || ('case' in shownBy && isAsked(shownBy.case)));
  if (asked.length + askedCases.length > 0) return { asked, askedCases };
  const names = [...new Set([FIDELITY, ...all.map(({ name }) => name), ...cases])];
  throw usage({
    what: 'Nothing has that name.',
    expected: `one of ${names.join(', ')}`,
    seen: pattern,
    where: '--bug',
    next: `Is it ${closest(pattern, names)}?`,
  });
}

/** The images that are named; null stands for ours. */
function mysqlImages(): readonly (string | null)[] {
  const named = (process.env['ROUNDTRIP_MYSQL_IMAGES'] ?? '').split(',').map((name) => name.trim());
  const images = named.filter((name) => name !== '');
  return images.length === 0 ? [null] : images;
}

/**
 * Returns the earlier results of the combinations, and an empty one for each of which nothing is known yet.
 *
 * @throws usage if the file cannot be read, or is of another form.
 */
async function readResults(
  file: string,
  versions: readonly string[],
  all: readonly Combination[],
): Promise<readonly MatrixResult[]> {
  const before = stored(file, await readIfThere(file)).filter(({ vitess }) => versions.includes(vitess));
  const fresh = all.filter((one) => !before.some((each) => isSame(each, one)));
  const results = [...before, ...fresh.map((one) => ({ ...one, cases: {}, bugs: {} }))];
  return results.toSorted((a, b) => versions.indexOf(a.vitess) - versions.indexOf(b.vitess));
}

function stored(file: string, text: string | null): readonly MatrixResult[] {
  try {
    return parseMatrix(JSON.parse(text ?? '[]'));
  } catch (cause) {
    throw usage({
      what: 'The earlier results of the matrix are not in the right form.',
      seen: cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause),
      where: file,
      next: 'Take it from the last commit, or delete it; everything then counts as not run.',
    });
  }
}

async function writeResults(
  file: string,
  results: readonly MatrixResult[],
  catalogue: BugCatalogue,
  { docs }: MatrixOptions,
): Promise<void> {
  await writeWhole(file, `${JSON.stringify(results, null, 2)}\n`);
  const values = await digestValueCases();
  for (const [name, written] of Object.entries(MATRIX_PAGES)) {
    const page = path.join(docs, name);
    await writeWhole(
      page,
      written((await readIfThere(page)) ?? '', catalogue, ofTheseValues(results, catalogue, values), [
        ...values.keys(),
      ]),
    );
  }
}

function isSame(a: Combination, b: Combination): boolean {
  return a.vitess === b.vitess && a.mysqlImage === b.mysqlImage;
}

/** Returns a name for the folder of a combination. */
function nameOf({ vitess, mysqlImage }: Combination): string {
  return [vitess, ...(mysqlImage === null ? [] : [mysqlImage.replaceAll(/[^\w.-]/g, '-')])].join('-');
}
