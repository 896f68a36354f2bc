import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import picomatch from 'picomatch';
import { z } from 'zod';
import { DEFAULT_VITESS_VERSION, vitessVersions } from '../../docker/plan.ts';
import { usage } from '../errors.ts';
import { writeWhole } from '../report/artifacts.ts';
import { readBugCatalogue, type BugCatalogue, type ShownBy } from '../track-record/catalogue.ts';
import { MATRIX_PAGES, notAsDeclared, ROUND_TRIP } from '../track-record/pages.ts';
import { parseMatrix, withCases, withTests, type Combination, type MatrixResult } from '../track-record/results.ts';
import { runJest } from './run-jest.ts';
import type { Screen } from './screen.ts';

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
 * @throws usage if there is no such version, or no such bug.
 */
export async function matrix(options: MatrixOptions, screen: Screen, signal: AbortSignal): Promise<boolean> {
  const versions = await vitessVersions();
  const { only, bug } = options;
  if (only !== undefined && !versions.includes(only)) {
    throw usage({ what: 'There is no such version.', expected: versions.join(', '), seen: only, where: '--only' });
  }
  const catalogue = await readBugCatalogue();
  const asked = { ...askedBugs(catalogue, bug), isWhole: bug === undefined };
  const file = path.join(options.docs, 'matrix.json');
  const all = versions.flatMap((vitess) => mysqlImages().map((mysqlImage) => ({ vitess, mysqlImage })));
  const chosen = all.filter(({ vitess }) => only === undefined || vitess === only);
  let results = await readResults(file, versions, all);
  for (const combination of chosen) {
    const folder = path.join(options.artifacts, 'matrix', nameOf(combination));
    await mkdir(folder, { recursive: true });
    for (const run of [runFidelity, runScenarios]) {
      if (signal.aborted) break;
      const came = await run({ combination, folder, docs: options.docs, signal }, asked);
      // What is cut off says nothing of Vitess.
      if (signal.aborted) break;
      results = results.map((each) => (isSame(each, combination) ? came(each) : each));
      await writeResults(file, results, catalogue, options);
    }
  }
  const ran = results.filter((each) => chosen.some((one) => isSame(each, one)));
  const told = ran.flatMap((result) => notAsDeclared(asked, result, asked.isWhole));
  screen.print(told.length === 0 ? 'everything as declared\n' : `not as declared:\n${told.join('\n')}\n`);
  if (signal.aborted) screen.print('ended before everything was run; the rest is as it was before\n');
  return told.length === 0 && !signal.aborted;
}

/** What is to run: bugs, and the round trip and all values unless bugs alone are asked for. */
interface AskedBugs extends BugCatalogue {
  readonly isWhole: boolean;
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

function shownByOf({ bugs, notShown, isWhole }: AskedBugs): readonly ShownBy[] {
  return [...(isWhole ? [ROUND_TRIP] : []), ...Object.values({ ...bugs, ...notShown }).map((each) => each.shownBy)];
}

/** The images that are named; null stands for ours. */
function mysqlImages(): readonly (string | null)[] {
  const named = (process.env['ROUNDTRIP_MYSQL_IMAGES'] ?? '').split(',').map((name) => name.trim());
  const images = named.filter((name) => name !== '');
  return images.length === 0 ? [null] : images;
}

/** What came of the combinations before, and those of which nothing is known yet. */
async function readResults(
  file: string,
  versions: readonly string[],
  all: readonly Combination[],
): Promise<readonly MatrixResult[]> {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  const before = parseMatrix(JSON.parse(text)).filter(({ vitess }) => versions.includes(vitess));
  const fresh = all.filter((one) => !before.some((each) => isSame(each, one)));
  const results = [...before, ...fresh.map((one) => ({ ...one, fidelity: null, tests: [] }))];
  return results.toSorted((a, b) => versions.indexOf(a.vitess) - versions.indexOf(b.vitess));
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
    await writeWhole(page, written(await readFile(page, 'utf8').catch(() => ''), catalogue, results));
  }
}

/** Where something is run. */
interface MatrixPart {
  readonly combination: Combination;
  readonly folder: string;
  readonly docs: string;
  readonly signal: AbortSignal;
}

/** What a part adds to what is known of its combination. */
type Came = (before: MatrixResult) => MatrixResult;

async function runScenarios({ combination, folder, signal }: MatrixPart, bugs: AskedBugs): Promise<Came> {
  const asked = shownByOf(bugs).flatMap((by) => ('scenario' in by ? [by] : []));
  if (asked.length === 0) return (before) => before;
  const scenarios = path.join(ROOT, 'scenarios');
  const { answer } = await runJest({
    project: 'scenarios',
    files: [...new Set(asked.map(({ scenario }) => path.join(scenarios, scenario)))],
    titles: asked.map(({ test }) => test),
    outputFile: path.resolve(folder, 'scenarios.json'),
    env: environmentOf(combination),
    signal,
  });
  const ran = (answer?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      // Tests of the same files with other titles are pending.
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ title, status, failureMessages }) => {
        const isOutOfTime = failureMessages.some((message) => message.startsWith('TimeoutError'));
        const outcome = status === 'passed' ? 'passed' : isOutOfTime ? 'unknown' : 'failed';
        return { scenario: path.relative(scenarios, name), test: title, outcome } as const;
      }),
  );
  return (before) => withTests(before, asked, ran);
}

const ranFidelity = z.object({
  cases: z.array(z.object({ name: z.string() })),
  surprises: z.array(z.string()),
  variables: z.array(z.object({ name: z.string(), source: z.string() })),
});

async function runFidelity({ combination, folder, docs, signal }: MatrixPart, bugs: AskedBugs): Promise<Came> {
  const cases = shownByOf(bugs).flatMap((by) => ('case' in by ? [by.case] : []));
  if (cases.length === 0) return (before) => before;
  const file = path.join(folder, 'fidelity.json');
  await rm(file, { force: true });
  const page = path.join(isDefault(combination) ? docs : folder, 'fidelity.md');
  // A comma makes a choice of a single case as well.
  const only = bugs.isWhole ? [] : ['--only', `{${cases.join(',')},}`];
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
  const ran = await readFidelity(file);
  return (before) => withCases(before, bugs.isWhole ? null : cases, ran);
}

async function readFidelity(file: string): Promise<MatrixResult['fidelity']> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const { cases, surprises, variables } = ranFidelity.parse(JSON.parse(text));
  const mysql = variables.find(({ name }) => name === 'version')?.source ?? 'unknown';
  return { mysql, cases: cases.map(({ name }) => name), surprises };
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
