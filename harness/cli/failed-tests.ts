import path from 'node:path';
import { fit, manyLines } from '../report/text.ts';

/** A failure's message may contain the whole output of a command: what was expected is first, its verdict last. */
const FIRST_LINES = 8;
const LAST_LINES = 24;
const COLUMNS = 240;

/** A test file as Jest's answer has it. */
export interface AnsweredFile {
  readonly name: string;
  /** What went wrong in the file, its tests included; empty if nothing did. */
  readonly message: string;
  readonly status: string;
  readonly assertionResults: readonly {
    readonly title: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

/**
 * Returns what failed, a text for each: its file and title, and both ends of its messages without their stacks. A file
 * can also fail although none of its tests did, as when it cannot be loaded. A test that did not run proves nothing.
 *
 * @param root the paths of files are given relative to this folder.
 */
export function failedTests(files: readonly AnsweredFile[], root: string): readonly string[] {
  return files.flatMap(({ name, message, status, assertionResults }) => {
    const file = path.relative(root, name);
    const tests = assertionResults
      .filter((test) => test.status !== 'passed')
      .map(({ title, failureMessages, status: ended }) =>
        describeFailure(`${file} › ${title}`, ended === 'failed' ? failureMessages.join('\n') : `It is ${ended}.`),
      );
    return status === 'failed' && tests.length === 0 ? [describeFailure(file, message)] : tests;
  });
}

/** Returns a heading and both ends of a message, without stacks. */
export function describeFailure(heading: string, message: string): string {
  const lines = manyLines(message)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at .*:\d+:\d+\)?$/.test(line));
  const left = lines.length - FIRST_LINES - LAST_LINES;
  const kept =
    left <= 1 ? lines : [...lines.slice(0, FIRST_LINES), `[${left} lines left out]`, ...lines.slice(-LAST_LINES)];
  return [`✗ ${heading}`, ...kept.map((line) => `    ${fit(line.slice(0, 2 * COLUMNS), COLUMNS)}`), ''].join('\n');
}
