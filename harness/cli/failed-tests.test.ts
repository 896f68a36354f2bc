import { expect, test } from '@jest/globals';
import { failedTests } from './failed-tests.ts';

const passed = { title: 'passes', status: 'passed', failureMessages: [] };

test('a test that failed is named with its file and message, without its stack', () => {
  const failureMessages = ['Error: \u001B[31mexpected 1\u001B[39m\n\n    at story (scenarios/a.ts:3:4)'];
  const failed = { title: 'fails', status: 'failed', failureMessages };
  const file = { name: '/root/scenarios/a.ts', message: '', status: 'failed', assertionResults: [passed, failed] };
  expect(failedTests([file], '/root')).toEqual(['✗ scenarios/a.ts › fails\n    Error: expected 1\n']);
});

test('both ends of a long message are kept', () => {
  const failureMessages = [Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')];
  const failed = { title: 'fails', status: 'failed', failureMessages };
  const file = { name: '/root/a.ts', message: '', status: 'failed', assertionResults: [failed] };
  const [text] = failedTests([file], '/root');
  expect(text).toContain('    line 7\n    [68 lines left out]\n    line 76\n');
  expect(text).toContain('line 99');
});

test('a file that could not be loaded is named with the reason', () => {
  const file = { name: '/root/a.ts', message: 'SyntaxError: x', status: 'failed', assertionResults: [] };
  expect(failedTests([file], '/root')).toEqual(['✗ a.ts\n    SyntaxError: x\n']);
});

test('a file whose tests passed and that failed after them is named', () => {
  const file = { name: '/root/a.ts', message: 'Error: afterAll', status: 'failed', assertionResults: [passed] };
  expect(failedTests([file], '/root')).toEqual(['✗ a.ts\n    Error: afterAll\n']);
});

test('a test that did not run is named', () => {
  const skipped = { title: 'sleeps', status: 'pending', failureMessages: [] };
  const file = { name: '/root/a.ts', message: '', status: 'passed', assertionResults: [skipped] };
  expect(failedTests([file], '/root')).toEqual(['✗ a.ts › sleeps\n    It is pending.\n']);
});

test('nothing is said about what passed', () => {
  const file = { name: '/root/a.ts', message: '', status: 'passed', assertionResults: [passed] };
  expect(failedTests([file], '/root')).toEqual([]);
});
