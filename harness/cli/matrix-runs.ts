import { rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { DEFAULT_VITESS_VERSION } from '../../docker/plan.ts';
import { digestValueCases } from '../fidelity/digest-cases.ts';
import { readIfThere } from '../report/artifacts.ts';
import type { Combination, MatrixRun, Watched } from '../track-record/results.ts';
import { runJest } from './run-jest.ts';
import { testOutcomeOf } from './test-outcome.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Where something is run, and what. */
export interface MatrixPart {
  readonly combination: Combination;
  readonly folder: string;
  readonly docs: string;
  readonly asked: readonly Watched[];
  /** Cases of fidelity that are asked for by name. */
  readonly askedCases: readonly string[];
  /** Whether all values are asked for. */
  readonly isWhole: boolean;
  readonly signal: AbortSignal;
}

/** @param mysql the version of the source's MySQL, if fidelity told it. */
export async function runScenarios(
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
    titles: shownBy.flatMap(({ tests: titles }) => titles),
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
  return { asked, askedCases: [], cases: new Map(), values: new Map(), tests, on: today(), mysql };
}

const ranFidelity = z.object({
  cases: z.array(z.object({ name: z.string() })),
  leftOut: z.array(z.object({ name: z.string() })),
  surprises: z.array(z.string()),
  variables: z.array(z.object({ name: z.string(), source: z.string() })),
});

export async function runFidelity({
  combination,
  folder,
  docs,
  asked: all,
  askedCases,
  isWhole,
  signal,
}: MatrixPart): Promise<MatrixRun | null> {
  const asked = all.filter(({ shownBy }) => 'case' in shownBy);
  const shownBy = asked.flatMap(({ shownBy: by }) => ('case' in by ? [by.case] : []));
  const cases = [...new Set([...shownBy, ...askedCases])];
  if (cases.length === 0) return null;
  const file = path.join(folder, 'fidelity.json');
  await rm(file, { force: true });
  const values = await digestValueCases();
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
  const seen = await readFidelity(file);
  return { asked, askedCases: isWhole ? 'all' : cases, tests: [], on: today(), values, ...seen };
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
