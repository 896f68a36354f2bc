import { readFile, rm } from 'node:fs/promises';
import { execa } from 'execa';
import { z } from 'zod';
import { endedBy } from '../process-group.ts';

export interface JestOptions {
  readonly project: 'unit' | 'scenarios';
  /** All of the project's tests if empty. */
  readonly files: readonly string[];
  /** Only tests with one of these titles; all if it is left out. */
  readonly titles?: readonly string[];
  /** Where Jest leaves its answer. */
  readonly outputFile: string;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

const jestAnswer = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numRuntimeErrorTestSuites: z.int(),
  numTotalTests: z.int(),
  numTotalTestSuites: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()),
          failureDetails: z.array(z.unknown()),
        }),
      ),
    }),
  ),
});

export interface JestRun {
  readonly exitCode: number | undefined;
  /** Null if Jest left none. */
  readonly answer: z.output<typeof jestAnswer> | null;
}

/** Runs tests; Jest's progress goes to standard error. */
export async function runJest(options: JestOptions): Promise<JestRun> {
  const { project, files, titles, outputFile, timeoutMs, env = {}, signal } = options;
  const chosen = files.length === 0 ? [] : ['--runTestsByPath', ...files];
  const named = titles === undefined ? [] : ['-t', `^(${titles.map((title) => RegExp.escape(title)).join('|')})$`];
  await rm(outputFile, { force: true });
  // A test that ran out of time may leave a connection to the engine open, for which Jest would wait for ever.
  const answering = ['--json', `--outputFile=${outputFile}`, '--forceExit'];
  const args = [...chosen, '--selectProjects', project, ...named, ...answering];
  const jest = execa('jest', args, {
    preferLocal: true,
    stdout: 'ignore',
    stderr: 'inherit',
    stdin: 'ignore',
    reject: false,
    env: { NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning', ...env },
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    // A group of its own, which ends as a whole. Without a signal it stays in ours, which a terminal ends.
    detached: signal !== undefined,
  });
  const { exitCode } = await endedBy(jest, signal);
  const text = await readFile(outputFile, 'utf8').catch(() => null);
  return { exitCode, answer: text === null ? null : jestAnswer.parse(JSON.parse(text)) };
}
