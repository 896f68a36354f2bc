import { expect, test } from '@jest/globals';
import { PartTimer } from './part-timer.ts';

test('a table gets the time since the one before it ended, and the last one also the time after it', () => {
  const parts = new PartTimer(['a', 'b', 'c'], 1_000);
  parts.look([], 1_200);
  parts.look(['b'], 1_500);
  parts.look(['b'], 1_700);
  parts.look(['a', 'b', 'c'], 4_500);
  expect(parts.end(5_000)).toEqual([
    { tables: ['b'], ms: 500 },
    { tables: ['a', 'c'], ms: 3_500 },
  ]);
});

test('if no table was seen to end, there are no parts', () => {
  expect(new PartTimer(['a'], 0).end(10)).toEqual([]);
});

test('a name that is not one of the tables is not a part', () => {
  const parts = new PartTimer(['a'], 0);
  parts.look(['z'], 5);
  parts.look(['a', 'z'], 9);
  expect(parts.end(9)).toEqual([{ tables: ['a'], ms: 9 }]);
});
