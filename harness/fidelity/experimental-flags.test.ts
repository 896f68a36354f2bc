import { expect, test } from '@jest/globals';
import { experimentalFlags } from './experimental-flags.ts';

const HELP = `      --vreplication-enable-http-log      Enable the /debug/vrlog HTTP endpoint
      --vreplication-experimental-flags int   (Bitmask) of experimental features in vreplication to enable (default 7)
`;

function page(...flags: readonly string[]): string {
  return JSON.stringify({ cmdline: ['vttablet', '--port=15100', ...flags], Uptime: 1 });
}

test('the flags are those that the tablet was started with; if they are given twice, the last ones count', () => {
  expect(experimentalFlags(page('--vreplication-experimental-flags=3'), HELP)).toBe('3');
  expect(experimentalFlags(page('--vreplication_experimental_flags', '0', '--logtostderr'), HELP)).toBe('0');
  expect(
    experimentalFlags(page('--vreplication-experimental-flags=3', '--vreplication-experimental-flags=1'), HELP),
  ).toBe('1');
});

test('without flags, the default of the same program counts, and nothing is guessed', () => {
  expect(experimentalFlags(page(), HELP)).toBe('7');
  expect(() => experimentalFlags(page(), 'no such flag')).toThrow('experimental features');
  expect(() => experimentalFlags('{}', HELP)).toThrow('cmdline');
});
