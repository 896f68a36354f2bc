import { expect, test } from '@jest/globals';
import type { VDiff } from '../vtctl/vdiff.ts';
import { VDiffEnd } from './vdiff-end.ts';

const table = { table: 'a', rowsCompared: 0, mismatchedRows: 0, samples: [] };
const GOING: VDiff = {
  state: 'started',
  hasMismatch: false,
  rowsCompared: 10,
  errors: [],
  tables: [{ ...table, state: 'started' }],
};
const FAILED = { ...GOING, state: 'error', tables: [{ ...table, state: 'error' }] };
const LOST = { ...FAILED, errors: ['lost connection (errno 2013) (sqlstate HY000)'] };
const GONE = { ...FAILED, errors: ['no such table (errno 1146) (sqlstate 42S02)'] };
const STUCK = { ...FAILED, state: 'started' };

test.each([
  ['completed', true],
  ['stopped', true],
  ['started', false],
  ['pending', false],
])('one that is %s has ended: %s', (state, hasEnded) => {
  expect(new VDiffEnd().look({ ...GOING, state }, 0)).toBe(hasEnded);
});

test('an error of the schema ends it at once', () => {
  expect(new VDiffEnd().look(GONE, 0)).toBe(true);
});

test.each([
  ['an error that heals by itself', LOST],
  ['a restart of the tablet', { ...FAILED, errors: ['rpc error: code = Canceled desc = context canceled'] }],
  ['a table in error while it seems to go on', STUCK],
])('%s ends it when it has not got further for two minutes', (_, failed) => {
  const end = new VDiffEnd();
  expect(end.look(failed, 0)).toBe(false);
  expect(end.look({ ...GOING, state: 'pending' }, 60_000)).toBe(false);
  expect(end.look(failed, 119_999)).toBe(false);
  expect(end.look(failed, 120_000)).toBe(true);
});

test('one that got further has two minutes again', () => {
  const end = new VDiffEnd();
  expect(end.look(LOST, 0)).toBe(false);
  expect(end.look({ ...GOING, rowsCompared: 11 }, 100_000)).toBe(false);
  expect(end.look({ ...LOST, rowsCompared: 11 }, 150_000)).toBe(false);
  expect(end.look({ ...LOST, rowsCompared: 11 }, 270_000)).toBe(true);
});
