import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { outcomeOf } from '../errors.ts';
import { Recorder } from '../history/recorder.ts';
import { layOutFailure } from '../report/failure.ts';
import { plainLines } from '../report/plain-lines.ts';
import { setUp } from '../run/set-up.ts';
import { describeFailure, failedTests } from './failed-tests.ts';
import { runJest } from './run-jest.ts';

/**
 * `npm test` does the set-up, then every check of the project, with a selection of the scenarios, or with all of them
 * under `--all`. Each static check counts as one test. All checks run, whatever fails. What failed is said again at the
 * end, and the last line says how many passed and failed. The exit status is 1 when any failed, and 2 when set-up did.
 */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** What failed, a text for each test. */
  readonly failures: readonly string[];
}

/** All scenarios together take about an hour on two slow cores. */
const JEST_TIMEOUT_MS = 3 * 3_600_000;

/**
 * The scenarios of `npm test`: the sequence and its interruptions, errors that a witness must see, preflight, a schema
 * of one's own, schemas that must get the right verdict, and a check that nothing is left behind. They take a quarter
 * of an hour on two cores, two files at a time; the others run before a release.
 */
const CHOSEN = [
  'migration/round-trip',
  'migration/row-there-and-back',
  'migration/cancel-in-mid-copy',
  'migration/steps-run-again',
  'migration/rows-throughout',
  'sensitivity/sessions',
  'sensitivity/stray-writer',
  'sensitivity/values',
  'sensitivity/write-gap',
  'preflight/command-line',
  'preflight/engine',
  'preflight/source-settings',
  'preflight/rules',
  'own-migration/schema-to-report',
  'own-migration/live-source',
  'own-migration/bad-input',
  'own-migration/dumps',
  'own-migration/dump-files',
  'own-migration/derived',
  'own-migration/fence',
  'regression/check',
  'regression/control',
  'regression/killed-run',
  'cluster/exposure',
  'cluster/statements',
  'faults/in-a-switch',
  'faults/while-it-follows',
  'harness/own-bugs',
  'verdict/cases',
].map((name) => `scenarios/${name}.ts`);

const STATIC_CHECKS: readonly (readonly string[])[] = [
  ['tsc', '--noEmit'],
  ['oxlint', '--type-aware', '--deny-warnings'],
  ['oxfmt', '--check'],
];

function say(text: string): void {
  process.stdout.write(text);
}

async function runCheck(command: readonly string[]): Promise<Counts> {
  const run = await execa(command[0]!, command.slice(1), { preferLocal: true, all: true, reject: false });
  const passed = run.exitCode === 0;
  const name = command.join(' ');
  say(passed ? `✓ ${name}\n` : `✗ ${name}\n${run.all}\n`);
  return { passed: Number(passed), failed: Number(!passed), failures: passed ? [] : [describeFailure(name, run.all)] };
}

/** @param files all of the project's tests if empty. */
async function countTests(project: 'unit' | 'scenarios', directory: string, files: readonly string[]): Promise<Counts> {
  const outputFile = path.join(directory, `${project}.json`);
  const { exitCode, answer } = await runJest({ project, files, outputFile, timeoutMs: JEST_TIMEOUT_MS });
  if (answer === null) {
    const message = `Jest ended with status ${exitCode} and left no result`;
    return { passed: 0, failed: 1, failures: [describeFailure(`${project} tests`, message)] };
  }
  // A suite that does not even load has no test that could fail. A skipped test, or no test at all, proves nothing.
  const broken = answer.numRuntimeErrorTestSuites + answer.numPendingTests + Number(answer.numTotalTests === 0);
  // Jest silently ignores a chosen file that does not exist.
  const missing = Math.max(0, files.length - answer.numTotalTestSuites);
  const counted = answer.numFailedTests + broken + missing;
  const failed = counted === 0 && exitCode !== 0 ? 1 : counted;
  const named = failedTests(answer.testResults, process.cwd());
  const seen = `${answer.numTotalTests} tests in ${answer.numTotalTestSuites} files, ${missing} missing; Jest ended with status ${exitCode}`;
  const failures = failed > named.length ? [...named, describeFailure(`${project} tests`, seen)] : named;
  return { passed: answer.numPassedTests, failed, failures };
}

async function verify(): Promise<Counts> {
  const counts: Counts[] = [];
  const directory = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-'));
  try {
    for (const check of STATIC_CHECKS) counts.push(await runCheck(check));
    counts.push(await countTests('unit', directory, []));
    counts.push(await countTests('scenarios', directory, process.argv.includes('--all') ? [] : CHOSEN));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const sum = (of: 'passed' | 'failed') => counts.reduce((total, { [of]: count }) => total + count, 0);
  return { passed: sum('passed'), failed: sum('failed'), failures: counts.flatMap(({ failures }) => failures) };
}

try {
  const recorder = new Recorder();
  recorder.listen(plainLines(say));
  await setUp(recorder);
  const { passed, failed, failures } = await verify();
  say(failures.join(''));
  say(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  say(`${layOutFailure(error)}\n0 passed, 1 failed\n`);
  process.exitCode = outcomeOf(error) === 'usage' ? 64 : 2;
}
