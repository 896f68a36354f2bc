import { existsSync } from 'node:fs';
import { access, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { freshShell, limitFor } from '../../harness/jest/fresh-shell.ts';
import { parseRunResult } from '../../harness/report/verdict-schema.ts';
import type { RunResult } from '../../harness/report/verdict.ts';

// Claim: the package from `npm pack` works in a project that has nothing else from this repository: types, command,
// config, and a scenario on a fixture of its own, which fails with seed and command when it should.

// No test here runs more than four commands.
jest.setTimeout(limitFor(4));

const ROOT = path.resolve(import.meta.dirname, '../..');
/** These are installed next to the package, in the versions that are tested here. */
const BESIDE = ['jest', '@jest/globals', '@types/node', 'typescript'];
const MAX_PACKAGE_BYTES = 2_000_000;

let folder = '';
let project = '';

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-packed-')));
  project = path.join(folder, 'project');
  await cp(path.join(ROOT, 'example'), project, { recursive: true });
  expect(await run(['npm', 'pack', '--pack-destination', folder], ROOT)).toMatchObject({ exitCode: 0 });
  const [tarball = 'no package'] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  expect((await stat(path.join(folder, tarball))).size).toBeLessThan(MAX_PACKAGE_BYTES);
  const [runner, globals, ...others] = await versionsOf(BESIDE);
  const how = ['--save-dev', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await setUpAsThePageSays();
  const install = ['npm', 'install', ...how, path.join(folder, tarball), `${runner}`, `${globals}`, ...others];
  expect(await run(install)).toMatchObject({ exitCode: 0 });
});

afterAll(async () => {
  // There are 15,000 files to remove.
  await rm(folder, { recursive: true });
}, 120_000);

/** The commands in docs/use-from-another-project.md make the settings that the example has. */
async function setUpAsThePageSays(): Promise<void> {
  const [manifest, npmrc] = [path.join(project, 'package.json'), path.join(project, '.npmrc')];
  const [expected, settings] = [await readFile(manifest, 'utf8'), await readFile(npmrc, 'utf8')];
  await writeFile(manifest, '{"name":"shop-rehearsal","private":true}');
  await rm(npmrc);
  await run('npm pkg set type=module jest.preset=vitess-roundtrip');
  await run("echo 'node-options=--experimental-vm-modules --disable-warning=ExperimentalWarning' > .npmrc");
  expect(JSON.parse(await readFile(manifest, 'utf8'))).toEqual(JSON.parse(expected));
  expect(await readFile(npmrc, 'utf8')).toBe(settings);
}

/** Runs a command, in the project by default. */
async function run(
  command: string | readonly string[],
  cwd = project,
  variables: Readonly<Record<string, string>> = {},
) {
  return await freshShell(command, { cwd, variables });
}

/** With `--no`, npx fetches nothing that is not installed. */
async function npx(command: readonly string[], more?: Readonly<Record<string, string>>) {
  return await run(['npx', '--no', '--', ...command], project, more);
}

async function versionsOf(names: readonly string[]): Promise<string[]> {
  const manifest = z.object({ devDependencies: z.record(z.string(), z.string()) });
  const { devDependencies } = manifest.parse(JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')));
  return names.map((name) => `${name}@${devDependencies[name]}`);
}

/** Each of these lines has a mistake that the compiler has to find. */
const MISTAKES = `
import { expect, scenario } from 'vitess-roundtrip';
import type { ConfigInput } from 'vitess-roundtrip/config';

// @ts-expect-error -- there is no such matcher
expect([]).toBeEqualOnBothSide();
// @ts-expect-error -- there is no such key
export const config = { source: { file: 'schema.sql' }, fance: true } satisfies ConfigInput;
// @ts-expect-error -- there is no such option
scenario('typed', { fixtuer: 'commerce' }, async ({ migration, workload }) => {
  // @ts-expect-error -- there is no such step
  await migration.switchWriters();
  // @ts-expect-error -- it is a number
  await workload.start({ writesPerSecond: 'many' });
});
`;

test('the exports are typed, including steps and matchers', async () => {
  await writeFile(path.join(project, 'mistakes.ts'), MISTAKES);
  expect(await npx(['tsc', '--noEmit'])).toEqual({ exitCode: 0, output: '' });
});

test('the pages that messages point to are in the package', async () => {
  const installed = path.join(project, 'node_modules/vitess-roundtrip');
  const compiled = (await readdir(path.join(installed, 'dist'), { recursive: true })).filter((name) =>
    name.endsWith('.js'),
  );
  const texts = await Promise.all(
    compiled.map(async (name) => await readFile(path.join(installed, 'dist', name), 'utf8')),
  );
  const named = new Set(texts.flatMap((text) => text.match(/\bdocs\/[\w-]+\.md\b/g) ?? []));
  expect(named.size).toBeGreaterThan(5);
  expect([...named].filter((name) => !existsSync(path.join(installed, name)))).toEqual([]);
});

test('the command judges a schema by a config in TypeScript, and leaves its artifacts in the project', async () => {
  const help = await npx(['roundtrip', '--help']);
  expect(help.output).toContain('rehearse');
  expect(help.exitCode).toBe(0);
  const judged = await npx(['roundtrip', 'preflight', '--config', 'roundtrip.config.ts']);
  expect(judged.output).toContain('start the source MySQL');
  expect(judged.exitCode).toBe(0);
  const { fixture } = await latestVerdict();
  expect(fixture).toBe('shop');
  const installed = path.join(project, 'node_modules/vitess-roundtrip');
  await expect(access(path.join(installed, 'artifacts'))).rejects.toThrow('ENOENT');
});

test('npx jest runs a scenario on real servers', async () => {
  const { exitCode, output } = await npx(['jest']);
  expect(output).toContain('✓ the shop is cut over and back');
  expect(output).toMatch(/^Tests: +1 passed, 1 total$/m);
  expect(exitCode).toBe(0);
  expect(await latestVerdict()).toMatchObject({ fixture: 'shop', verdict: 'pass' });
  const checked = await npx(['roundtrip', 'check', 'artifacts/latest']);
  expect(checked.output).toContain('verdict.json agrees: pass');
  expect(checked.output).toContain('npx roundtrip check artifacts/latest');
});

test('an expectation that does not hold fails the scenario, with the seed and the command', async () => {
  await mkdir(path.join(project, 'scenarios/broken'));
  const story = await readFile(path.join(project, 'scenarios/cutover.ts'), 'utf8');
  const broken = story.replace(/async \(.*\}\);/s, BROKEN).replace('{ fixture:', "{ from: 'loaded', fixture:");
  await writeFile(path.join(project, 'scenarios/broken/tables.ts'), broken);
  const { exitCode, output } = await npx(['jest', 'scenarios/broken'], { ROUNDTRIP_SEED: '7' });
  expect(exitCode).toBe(1);
  expect(output).toContain('"sale"');
  expect(output).toContain("ROUNDTRIP_SEED=7 npx jest scenarios/broken/tables.ts -t 'the shop is cut over and back'");
  expect(output).toContain(`artifacts: ${path.join(project, 'artifacts')}`);
});

const BROKEN = `async ({ subject }) => {
  expect(subject.tables).toEqual(['product', 'sails']);
});`;

async function latestVerdict(): Promise<RunResult> {
  const file = path.join(project, 'artifacts/latest/verdict.json');
  return parseRunResult(JSON.parse(await readFile(file, 'utf8')));
}
