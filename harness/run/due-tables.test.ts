import { expect, test } from '@jest/globals';
import { dueTables } from './due-tables.ts';

const TABLES = ['a', 'b', 'c', 'd'];

function seen(comparisons: Readonly<Record<string, [number: number, changed: number]>>) {
  return new Map(Object.entries(comparisons).map(([table, [number, changed]]) => [table, { number, changed }]));
}

test('all tables are due when there are no more than that', () => {
  expect(dueTables(TABLES, new Map(), new Map(), 4)).toEqual(TABLES);
});

test('the tables that changed most since they were last compared are due, in the order given', () => {
  const last = seen({ a: [0, 100], b: [0, 0], c: [0, 50], d: [0, 0] });
  const changed = new Map([
    ['a', 101],
    ['b', 7],
    ['c', 60],
  ]);
  expect(dueTables(TABLES, last, changed, 2)).toEqual(['b', 'c']);
});

test('when few have changed, those compared longest ago are due too', () => {
  const last = seen({ a: [2, 0], b: [1, 0], d: [2, 0] });
  expect(dueTables(TABLES, last, new Map([['d', 1]]), 3)).toEqual(['b', 'c', 'd']);
});

test('something is due even if nothing has changed', () => {
  expect(dueTables(TABLES, seen({ a: [0, 0], b: [0, 0], c: [0, 0], d: [0, 0] }), new Map(), 1)).toEqual(['a']);
});
