import { expect, test } from '@jest/globals';
import { testOutcomeOf } from './test-outcome.ts';

test.each([
  ['an assertion', 'Error: expect(received).toBe(expected)', { matcherResult: { pass: false } }, 'failed'],
  ['a promise that was kept', 'Error: expect(received).rejects.toThrow()\n\nReceived promise resolved', {}, 'failed'],
  ['a failure of the migration', 'RoundtripError: x', { name: 'RoundtripError', outcome: 'fail' }, 'failed'],
  ['trouble with the machine', 'RoundtripError: x', { name: 'RoundtripError', outcome: 'unknown' }, 'unknown'],
  ['a promise that was broken', 'Error: expect(received).resolves.toBe()\n\nReceived promise rejected', {}, 'unknown'],
  ["Jest's limit", 'Error: thrown: "Exceeded timeout of 50 ms for a test.', {}, 'unknown'],
  ['a signal', 'TimeoutError: The operation was aborted due to timeout', {}, 'unknown'],
  ['a bug', 'TypeError: x is not a function', null, 'unknown'],
] as const)('a test that was ended by %s: what this says about Vitess', (_, message, detail, outcome) => {
  expect(testOutcomeOf({ status: 'failed', failureMessages: [message], failureDetails: [detail] })).toBe(outcome);
});

test('a test that passed', () => {
  expect(testOutcomeOf({ status: 'passed', failureMessages: [], failureDetails: [] })).toBe('passed');
});
