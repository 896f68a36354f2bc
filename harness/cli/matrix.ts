import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import picomatch from 'picomatch';
import { z } from 'zod';
import { DEFAULT_VITESS_VERSION, insteadOf, vitessVersions } from '../../docker/plan.ts';
import { messageOf, usage } from '../errors.ts';
import { readIfThere, writeWhole } from '../report/artifacts.ts';
import { readBugCatalogue, type BugCatalogue } from '../track-record/catalogue.ts';
import { MATRIX_PAGES } from '../track-record/pages.ts';
import {
  notAsDeclared,
  parseMatrix,
  watched,
  WATCHED_ROUND_TRIP,
  withRun,
  type Combination,
  type MatrixResult,
  type MatrixRun,
  type Watched,
} from '../track-record/results.ts';
import { runJest } from './run-jest.ts';
import type { Screen } from './screen.ts';
import { testOutcomeOf } from './test-outcome.ts';

export interface MatrixOptions {
  /** A version of Vitess, such as `v0.24.4`; all by default. */
  readonly only?: string;
  /** A pattern of bugs; then nothing but these is run. */
  readonly bug?: string;
  /** The folder in which runs make their own. */
  readonly artifacts: string;
  /** The folder of `matrix.json`, and of the pages whose tables are written anew. */
  readonly docs: string;
}

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Runs the round trip, fidelity and the track record on every version of Vitess with every MySQL, one combination after
 * another, and writes what came of each as soon as it is known. What came of everything else before stays.
 *
 * @returns whether all that was to run did, and was as declared.
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
  const bugs = watched(askedBugs(catalogue, bug));
  const isWhole = bug === undefined;
  const asked = isWhole ? [WATCHED_ROUND_TRIP, ...bugs] : bugs;
  const file = path.join(options.docs, 'matrix.json');
  const all = versions.flatMap((vitess) => mysqlImages().map((mysqlImage) => ({ vitess, mysqlImage })));
  const chosen = all.filter(({ vitess }) => only === undefined || vitess === only);
  let results = await readResults(file, versions, all);
  const told: string[] = [];
  for (const combination of chosen) {
    const folder = path.join(options.artifacts, 'matrix', nameOf(combination));
    await mkdir(folder, { recursive: true });
    const part = { combination, folder, docs: options.docs, asked, isWhole, signal };
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

function askedBugs({ bugs, notShown }: BugCatalogue, pattern = '*'): BugCatalogue {
  const isAsked = picomatch(pattern);
  const chosen = <T>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isAsked(name)));
  const asked = { bugs: chosen(bugs), notShown: chosen(notShown) };
  if (Object.keys({ ...asked.bugs, ...asked.notShown }).length > 0) return asked;
  const names = Object.keys({ ...bugs, ...notShown }).join(', ');
  throw usage({ what: 'The catalogue has no such bug.', expected: names, seen: pattern, where: '--bug' });
}

/** The images that are named; null stands for ours. */
function mysqlImages(): readonly (string | null)[] {
  const named = (process.env['ROUNDTRIP_MYSQL_IMAGES'] ?? '').split(',').map((name) => name.trim());
  const images = named.filter((name) => name !== '');
  return images.length === 0 ? [null] : images;
}

/**
 * What came of the combinations before, and those of which nothing is known yet.
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
      what: 'What the matrix saw before is not in the right form.',
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
  for (const [name, written] of Object.entries(MATRIX_PAGES)) {
    const page = path.join(docs, name);
    await writeWhole(page, written((await readIfThere(page)) ?? '', catalogue, results));
  }
}

/** Where something is run, and what. */
interface MatrixPart {
  readonly combination: Combination;
  readonly folder: string;
  readonly docs: string;
  readonly asked: readonly Watched[];
  /** Whether all values are asked for. */
  readonly isWhole: boolean;
  readonly signal: AbortSignal;
}

/** @param mysql the version of the source's MySQL, if fidelity told it. */
async function runScenarios(
  { combination, folder, asked: all, signal }: MatrixPart,
  mysql: string | null,
): Promise<MatrixRun | null> {
  const asked = all.filter(({ shownBy }) => 'scenario' in shownBy);
  const shownBy = asked.flatMap(({ shownBy: by }) => ('scenario' in by ? [by] : []));
  if (shownBy.length === 0) return null;
  const scenarios = path.join(ROOT, 'scenarios');
  const { answer } = await runJest({
    project: 'scenarios',
    files: [...new Set(shownBy.map(({ scenario }) => path.join(scenarios, scenario)))],
    titles: shownBy.map(({ test }) => test),
    outputFile: path.resolve(folder, 'scenarios.json'),
    env: environmentOf(combination),
    signal,
  });
  const tests = (answer?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      // Tests of the same files with other titles are pending.
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map((each) => {
        return { scenario: path.relative(scenarios, name), test: each.title, outcome: testOutcomeOf(each) };
      }),
  );
  return { asked, askedCases: [], cases: new Map(), tests, on: today(), mysql };
}

const ranFidelity = z.object({
  cases: z.array(z.object({ name: z.string() })),
  leftOut: z.array(z.object({ name: z.string() })),
  surprises: z.array(z.string()),
  variables: z.array(z.object({ name: z.string(), source: z.string() })),
});

async function runFidelity({
  combination,
  folder,
  docs,
  asked: all,
  isWhole,
  signal,
}: MatrixPart): Promise<MatrixRun | null> {
  const asked = all.filter(({ shownBy }) => 'case' in shownBy);
  const cases = [...new Set(asked.flatMap(({ shownBy: by }) => ('case' in by ? [by.case] : [])))];
  if (cases.length === 0) return null;
  const file = path.join(folder, 'fidelity.json');
  await rm(file, { force: true });
  const page = path.join(isDefault(combination) ? docs : folder, 'fidelity.md');
  // A comma makes a choice of a single case as well.
  const only = isWhole ? [] : ['--only', `{${cases.join(',')},}`];
  await execa(
    'node',
    [path.join(ROOT, 'harness/cli/main.ts'), 'fidelity', '--artifacts', folder, '--table', page, ...only],
    {
      preferLocal: true,
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
      reject: false,
      env: { NODE_OPTIONS: '--disable-warning=ExperimentalWarning', ...environmentOf(combination) },
      cancelSignal: signal,
      // It removes its servers before it ends.
      forceKillAfterDelay: false,
    },
  );
  return { asked, askedCases: isWhole ? 'all' : cases, tests: [], on: today(), ...(await readFidelity(file)) };
}

async function readFidelity(file: string): Promise<Pick<MatrixRun, 'cases' | 'mysql'>> {
  const text = await readIfThere(file);
  if (text === null) return { cases: new Map(), mysql: null };
  const { cases, leftOut, surprises, variables } = ranFidelity.parse(JSON.parse(text));
  // Each begins with the name of its case.
  const isOtherwise = (name: string) => surprises.some((surprise) => surprise.startsWith(`${name}: `));
  return {
    cases: new Map([
      ...cases.map(({ name }) => [name, isOtherwise(name) ? 'otherwise' : 'as declared'] as const),
      ...leftOut.map(({ name }) => [name, 'left out'] as const),
    ]),
    mysql: variables.find(({ name }) => name === 'version')?.source ?? null,
  };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function environmentOf({ vitess, mysqlImage }: Combination): Record<string, string | undefined> {
  return {
    ROUNDTRIP_VITESS_VERSION: vitess,
    ROUNDTRIP_VITESS_IMAGE: undefined,
    ROUNDTRIP_MYSQL_IMAGE: mysqlImage ?? undefined,
  };
}

/** The page of fidelity is about what runs if nothing else is asked for. */
function isDefault({ vitess, mysqlImage }: Combination): boolean {
  return vitess === DEFAULT_VITESS_VERSION && mysqlImage === null;
}

function isSame(a: Combination, b: Combination): boolean {
  return a.vitess === b.vitess && a.mysqlImage === b.mysqlImage;
}

/** A name for its folder. */
function nameOf({ vitess, mysqlImage }: Combination): string {
  return [vitess, ...(mysqlImage === null ? [] : [mysqlImage.replaceAll(/[^\w.-]/g, '-')])].join('-');
}
