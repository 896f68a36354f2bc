import type { TestOutcome } from '../track-record/results.ts';

/** A test as Jest's answer has it. */
export interface AnsweredTest {
  readonly status: string;
  readonly failureMessages: readonly string[];
  /** The properties of the errors that ended it; one of a matcher has `matcherResult`. */
  readonly failureDetails: readonly unknown[];
}

/** What matchers say about a promise that was fulfilled and should not have been; they leave no `matcherResult`. */
const KEPT = /^Error: expect\([^)]*\)\.rejects\./;

/**
 * Returns what a test says about Vitess. Only an assertion that failed, or a failure of the migration, says that it
 * behaves otherwise: whatever else ends a test, such as a time limit, says as much about the machine.
 */
export function testOutcomeOf({ status, failureMessages, failureDetails }: AnsweredTest): TestOutcome {
  if (status === 'passed') return 'passed';
  return failureDetails.some(isOfVitess) || failureMessages.some((message) => KEPT.test(message))
    ? 'failed'
    : 'unknown';
}

function isOfVitess(detail: unknown): boolean {
  if (typeof detail !== 'object' || detail === null) return false;
  return 'matcherResult' in detail || ('outcome' in detail && detail.outcome === 'fail');
}
