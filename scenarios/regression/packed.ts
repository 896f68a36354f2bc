import { access, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { z } from 'zod';
import { parseRunResult } from '../../harness/report/verdict-schema.ts';
import type { RunResult } from '../../harness/report/verdict.ts';

// Claim: the package from `npm pack` works in a project that has nothing else from this repository: types, command,
// config, and a scenario on a fixture of its own, which fails with seed and command when it should.

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Installed beside the package, in the versions that are tested here. */
const BESIDE = ['@jest/globals', '@types/node', 'jest', 'typescript'];
/** Settings of the machine that npm passes to its scripts; all other variables are about this repository. */
const MACHINE = /^npm_config_(userconfig|globalconfig|cache|registry|cafile|.*proxy)$/;
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
  const packages = [path.join(folder, tarball), ...(await versionsOf(BESIDE))];
  const how = ['--save-dev', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  expect(await run(['npm', 'install', ...how, ...packages])).toMatchObject({ exitCode: 0 });
}, 420_000);

afterAll(async () => {
  // 15,000 files.
  await rm(folder, { recursive: true });
}, 120_000);

/** Runs a command, in the project by default, as in a shell that has never seen this repository, but with our Node. */
async function run(command: readonly string[], cwd = project, more: Readonly<Record<string, string>> = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => name !== 'NODE_OPTIONS' && (!name.startsWith('npm_') || MACHINE.test(name)),
  );
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => !each.includes('node_modules'));
  const PATH = [path.dirname(process.execPath), ...folders].join(path.delimiter);
  const [program = '', ...args] = command;
  const { exitCode, all } = await execa(program, args, {
    cwd,
    env: { ...Object.fromEntries(kept), CI: 'true', PATH, ...more },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: 300_000,
  });
  return { exitCode, output: all };
}

/** Nothing is fetched that is not installed. */
async function npx(command: readonly string[], more?: Readonly<Record<string, string>>) {
  return await run(['npx', '--no', '--', ...command], project, more);
}

async function versionsOf(names: readonly string[]): Promise<string[]> {
  const manifest = z.object({ devDependencies: z.record(z.string(), z.string()) });
  const { devDependencies } = manifest.parse(JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')));
  return names.map((name) => `${name}@${devDependencies[name]}`);
}

/** Each of these lines is a mistake that the compiler has to see. */
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

test('the exports are typed, steps and matchers too', async () => {
  await writeFile(path.join(project, 'mistakes.ts'), MISTAKES);
  expect(await npx(['tsc', '--noEmit'])).toEqual({ exitCode: 0, output: '' });
}, 120_000);

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
}, 300_000);

test('npx jest runs a scenario on real servers', async () => {
  const { exitCode, output } = await npx(['jest']);
  expect(output).toContain('✓ the shop is cut over and back');
  expect(output).toMatch(/^Tests: +1 passed, 1 total$/m);
  expect(exitCode).toBe(0);
  expect(await latestVerdict()).toMatchObject({ fixture: 'shop', verdict: 'pass' });
  const checked = await npx(['roundtrip', 'check', 'artifacts/latest']);
  expect(checked.output).toContain('verdict.json agrees: pass');
  expect(checked.output).toContain('npx roundtrip check artifacts/latest');
}, 400_000);

test('an expectation that does not hold fails it, with the seed and the command', async () => {
  await mkdir(path.join(project, 'scenarios/broken'));
  const story = await readFile(path.join(project, 'scenarios/cutover.ts'), 'utf8');
  const broken = story.replace(/async \(.*\}\);/s, BROKEN).replace('{ fixture:', "{ from: 'loaded', fixture:");
  await writeFile(path.join(project, 'scenarios/broken/tables.ts'), broken);
  const { exitCode, output } = await npx(['jest', 'scenarios/broken'], { ROUNDTRIP_SEED: '7' });
  expect(exitCode).toBe(1);
  expect(output).toContain('"sale"');
  expect(output).toContain("ROUNDTRIP_SEED=7 npx jest scenarios/broken/tables.ts -t 'the shop is cut over and back'");
  expect(output).toContain(`artifacts: ${path.join(project, 'artifacts')}`);
}, 300_000);

const BROKEN = `async ({ subject }) => {
  expect(subject.tables).toEqual(['product', 'sails']);
});`;

async function latestVerdict(): Promise<RunResult> {
  const file = path.join(project, 'artifacts/latest/verdict.json');
  return parseRunResult(JSON.parse(await readFile(file, 'utf8')));
}
