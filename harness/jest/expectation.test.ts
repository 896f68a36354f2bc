import { expect, test } from '@jest/globals';
import type { InvariantResult } from '../history/invariants.ts';
import { differencesFrom } from './expectation.ts';

const FINDING = { index: 3, weight: 1, which: ['first' as const], around: [], what: 'gone' };
const LOST: InvariantResult = {
  id: 'no-lost-write',
  verdict: 'fail',
  judged: 9,
  count: 1,
  findings: [{ ...FINDING, table: 'roundtrip_rows', key: 17 }],
};
const HELD: InvariantResult = { id: 'monotonic', verdict: 'pass', judged: 9, count: 0, findings: [] };

test('finding exactly what was planted is not a difference', () => {
  expect(differencesFrom([], [HELD])).toEqual([]);
  expect(
    differencesFrom([{ id: 'no-lost-write', table: 'roundtrip_rows', key: '17', count: 1 }], [LOST, HELD]),
  ).toEqual([]);
});

test('a violation that nobody planted is a difference', () => {
  expect(differencesFrom([], [LOST, HELD])).toEqual([expect.stringContaining('no-lost-write: fail')]);
});

test.each([
  ['another key', { id: 'no-lost-write', key: 18 } as const],
  ['another table', { id: 'no-lost-write', table: 'corder' } as const],
  ['another count', { id: 'no-lost-write', count: 2 } as const],
])('a planted violation that was found with %s is a difference', (_, expectation) => {
  expect(differencesFrom([expectation], [LOST])).toHaveLength(1);
});

test('a planted violation that was not found, or not judged, is a difference', () => {
  expect(differencesFrom([{ id: 'monotonic' }], [HELD])).toHaveLength(1);
  expect(differencesFrom([{ id: 'monotonic' }], [])).toHaveLength(1);
});
