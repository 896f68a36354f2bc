import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { commandsOf, readPage, readPages, ROOT, type CommandLine } from './pages.ts';
import { runsOf, runsOfTests, UNKNOWN } from './runs-of-tests.ts';

/** Commands that no scenario runs, but CI or `npm test` itself does: with the file, and its words, that run them. */
const RUN_ELSEWHERE: readonly (readonly [command: string, file: string, words: string])[] = [
  ['npm test', '.ci/run', 'npm test'],
  ['npm run test:all', 'harness/cli/verify.ts', "process.argv.includes('--all')"],
  ['npm run test:unit', 'harness/cli/verify.ts', "countTests('unit'"],
  ['npm run typecheck', 'harness/cli/verify.ts', "['tsc', '--noEmit']"],
  ['npm run lint', 'harness/cli/verify.ts', "['oxlint', '--type-aware', '--deny-warnings']"],
  ['npm run format:check', 'harness/cli/verify.ts', "['oxfmt', '--check']"],
  ['npm ci', 'docker/dependencies.sh', 'npm ci'],
  ['npm run build', 'package.json', '"prepack": "npm run build"'],
];

/** What no test can run, and why. */
const NOT_RUN: readonly (readonly [command: RegExp, reason: string])[] = [
  [/kubectl/, 'it needs a cluster of Kubernetes with the operator of Vitess'],
  [
    /^roundtrip clean$/,
    'it ends every run on the engine, also the scenarios beside it; it was tried by hand on an engine of its own',
  ],
  [/^(?:xargs )?docker (?:image|volume) rm\b/, 'every run on the machine needs what it removes'],
];

let scripts: Readonly<Record<string, string>>;
let runs: readonly CommandLine[];

beforeAll(async () => {
  const { text } = await readPage('package.json');
  ({ scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(text)));
  runs = (await runsOfTests()).map(plain);
});

test('every command in the pages is run by a test', async () => {
  const missing = (await readPages()).flatMap(({ name, text }) => notRun(text).map((line) => `${name}: ${line}`));
  expect([...new Set(missing)]).toEqual([]);
});

test('the files that run commands elsewhere exist', async () => {
  for (const [, file, words] of RUN_ELSEWHERE) expect((await readPage(file)).text).toContain(words);
});

test.each([
  '`npm start -- --fence --plan`',
  '`npm run fidelity -- --table FILE --only names --artifacts DIR`',
  '`npm run roundtrip -- check DIR`, `npm run roundtrip -- estimate DIR --json`',
  '`ROUNDTRIP_ETCD_IMAGE=etcd:4 npm start`',
  '`npx jest scenarios --shard 1/2`',
  '```sh\nnpm run bench:nothing # measures\n```',
  '```sh\ncurl our.example\n```',
  '`sh docker/build.sh v0.25.0`',
  '`npx roundtrip report artifacts/latest artifacts/other`',
])('%j is run by no test', (text) => {
  expect(notRun(text)).toHaveLength(1);
});

test.each([
  ["roundtrip(['check', folder, '--json'])", 'roundtrip check … --json'],
  ["const c = ['a', ...HOW, `${b}/x`] as const;\nconst HOW = ['-h'];\nnpx(c)", 'npx a -h …/x'],
  ["const c = ['a'];\nfunction f(c: string[]) { startRoundtrip(c); }", null],
  ["roundtrip(['a'], { ROUNDTRIP_SEED: '7', ...more })", 'ROUNDTRIP_SEED= roundtrip a'],
  ['run(`npm start -- --config ${file} | cat`)', 'npm start -- --config …, cat'],
  ["say(['npm', 'start'])", null],
])('the commands that %j runs are found in it', (source, expected) => {
  const lines = runsOf(source).map(({ variables, words }) => [...variables, ...words].join(' '));
  expect(lines).toEqual(expected === null ? [] : expected.split(', '));
});

/** The commands in a page that no test runs. */
function notRun(text: string): string[] {
  return commandsOf(text)
    .filter((command) => !isRun(plain(command)))
    .map(({ variables, words }) => [...variables, ...words].join(' '));
}

function isRun(command: CommandLine): boolean {
  const line = command.words.join(' ');
  const isElsewhere = RUN_ELSEWHERE.some(([each]) => each === line) && command.variables.length === 0;
  return isElsewhere || NOT_RUN.some(([each]) => each.test(line)) || runs.some((run) => proves(run, command));
}

/**
 * A command in the one form that all its forms stand for. A script of npm that is a command of ours becomes that; of
 * Jest the patterns are left out, because any pattern that matches a test runs it.
 */
function plain({ variables, words }: CommandLine): CommandLine {
  const [program = '', name = '', ...rest] = words.filter((word) => word !== '--' && word !== '--no');
  if (program === 'npx' && name === 'roundtrip') return { variables, words: [name, ...rest] };
  if (program === 'npx' && name === 'jest') return { variables, words: [program, name, ...rest.filter(isOption)] };
  const [script = '', ...args] = name === 'run' ? rest : [name, ...rest];
  const ours = program === 'npm' ? /harness\/cli\/main\.ts\b(.*)$/.exec(scripts[script] ?? '') : null;
  if (ours === null) return { variables, words: [program, name, ...rest].filter((word) => word !== '') };
  const [, command = ''] = ours;
  return { variables, words: ['roundtrip', ...command.split(' ').filter((word) => word !== ''), ...args] };
}

function isOption(word: string): boolean {
  return word.startsWith('-');
}

/**
 * Whether a run has the command, all of its options and variables, and its other words. A placeholder on either side
 * stands for any word. A run can have more.
 */
function proves(run: CommandLine, command: CommandLine): boolean {
  const variables = new Set(run.variables.map(nameOf));
  if (run.words[0] !== command.words[0]) return false;
  if (!command.variables.every((variable) => variables.has(nameOf(variable)))) return false;
  const left = [...run.words];
  const otherwise = command.words.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const words = left.filter((word) => !isOption(word));
  const isUnknown = words.some((word) => word.includes(UNKNOWN));
  return otherwise.length <= words.length && otherwise.every((word) => isStandIn(word) || (isUnknown && isFile(word)));
}

function nameOf(variable: string): string {
  return variable.replace(/=.*/, '');
}

/** A file, folder, pattern, version, number or title of one's own. A path or name in the repository is not one. */
function isStandIn(word: string): boolean {
  if (isOption(word) || isFile(word)) return false;
  return /[A-Z./*…\d ]/.test(word) || existsSync(path.join(ROOT, 'scenarios/fidelity/cases', word));
}

/** The path of a file here; the plain name of a folder can be any other word. */
function isFile(word: string): boolean {
  return /[./]/.test(word) && existsSync(path.join(ROOT, word));
}
