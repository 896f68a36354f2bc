import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { golden } from './golden/golden.ts';
import { FAILED, PASSED, UNKNOWN } from './golden/results.ts';
import { summarize } from './summary.ts';

const options = { again: 'npm start -- --seed 42', artifacts: 'artifacts/2026-07-30T10-11-12-345Z-1a2b3c' };

test.each([
  ['summary-pass.txt', PASSED],
  ['summary-fail.txt', FAILED],
  ['summary-unknown.txt', UNKNOWN],
])('%s', (name, run) => {
  const text = summarize(run, options);
  expect(text).toBe(golden(name, text));
  expect(text).not.toMatch(/ \n/);
});

test('colour changes nothing but colour', () => {
  for (const run of [PASSED, FAILED, UNKNOWN]) {
    const coloured = summarize(run, { ...options, colour: true });
    expect(coloured).toContain('\u001B[');
    const trimmed = stripVTControlCharacters(coloured).replaceAll(/ +\n/g, '\n');
    expect(trimmed).toBe(summarize(run, options));
  }
});
