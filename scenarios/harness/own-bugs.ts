import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { endedRun } from '../../harness/jest/ended-run.ts';
import { broken } from '../../harness/jest/faults.ts';

// Claim: a bug in the harness, or an output that cannot be written to, ends a run like any other trouble: with its
// verdict, which is UNKNOWN if the bug may have hidden something, and status 2. No run here gets an engine, so each
// ends early.

const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
const THROWS = "throw new Error('a bug of ours');";

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-bugs-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

test.each([
  ['a checker', 'checker/not-vacuous.ts', 'this.#at(line.index', /not-vacuous: .*its checker broke: a bug of ours/],
  ['the judge', 'checker/judge-run.ts', 'const run = runOf', / {2}- a bug of ours/],
  ['the page', 'page/write-page.ts', 'return document.text', /^ERROR {2}a bug of ours/m],
  ['the form for Jepsen', 'history/jepsen.ts', 'const tables = new Map', /^ERROR {2}a bug of ours/m],
  ['a listener', 'report/plain-lines.ts', "if (event.type === 'observation')", /^ERROR {2}a bug of ours/m],
])('a bug in %s', async (_, module, before, said) => {
  const artifacts = await mkdtemp(path.join(folder, 'run-'));
  const ended = await endedRun([], {
    artifacts,
    environment: { ...NO_ENGINE, ...broken([{ module, before, bug: THROWS }]) },
  });
  expect(ended.output).toMatch(said);
  expect([ended.word, ended.exitCode]).toEqual(['UNKNOWN', 2]);
  const verdict = await readFile(path.join(ended.folder, 'verdict.json'), 'utf8');
  expect(JSON.parse(verdict)).toMatchObject({ verdict: 'unknown' });
});

test.each([
  ['an uncaught error ends the run', "setImmediate(() => { throw new Error('a bug of ours'); });"],
  ['an unhandled rejection ends the run', "void Promise.reject(new Error('a bug of ours'));"],
])('%s', async (_, bug) => {
  const artifacts = await mkdtemp(path.join(folder, 'run-'));
  // The run would otherwise go on, so it has to be told to end.
  const wait = `${bug} await new Promise(() => setTimeout(() => undefined, 60_000));`;
  const bugs = broken([{ module: 'run/set-up.ts', before: 'const engine = await', bug: wait }]);
  const ended = await endedRun([], { artifacts, environment: { ...NO_ENGINE, ...bugs } });
  expect(ended.output).toMatch(/unknown because\n[^]* {2}- .*A bug in vitess-roundtrip ended the run/);
  expect(ended.output).toContain('a bug of ours');
  expect([ended.word, ended.exitCode]).toEqual(['UNKNOWN', 2]);
  const verdict = await readFile(path.join(ended.folder, 'verdict.json'), 'utf8');
  expect(verdict).toContain('A bug in vitess-roundtrip ended the run');
});

test.each([
  ['a full disk under standard output', '>/dev/full', /^UNKNOWN {2}no step ran/m],
  ['a reader that is gone', '| true', /^UNKNOWN {2}no step ran/m],
  // Node puts /dev/null in its place, so there is nobody to tell.
  ['no standard output at all', '>&-', /^status/m],
])('%s', async (_, redirection, told) => {
  const artifacts = await mkdtemp(path.join(folder, 'run-'));
  const { stderr } = await execa(
    'sh',
    ['-c', `{ node harness/cli/main.ts rehearse --artifacts "$0"; echo "status $?" >&2; } ${redirection}`, artifacts],
    { env: { ...NO_ENGINE, CI: 'true', NODE_OPTIONS: '--disable-warning=ExperimentalWarning' }, preferLocal: true },
  );
  expect(stderr).toMatch(told);
  expect(stderr).toMatch(/status 2$/);
  const verdict = await readFile(path.join(artifacts, 'latest', 'verdict.json'), 'utf8');
  expect(verdict).toContain('The container engine does not answer.');
});
