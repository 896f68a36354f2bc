import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { golden } from './golden/golden.ts';
import { FAILED, PASSED, UNKNOWN, WITH_TRANSACTIONS } from './golden/results.ts';
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

test('transactions are summed up in a line, and errors that no user saw are shown separately', () => {
  const text = summarize(WITH_TRANSACTIONS, options);
  expect(text).toMatch(
    /^1 transaction +1,204 committed, 2 rolled back, as they found no row, 1 failed, 9 tried again, 1 given up; /m,
  );
  expect(text).toMatch(/; slowest checkout, 900 ms; 1,180 judged to be whole or absent$/m);
  expect(text).toMatch(/3 read-only; 3 of them tried again$/m);
});
