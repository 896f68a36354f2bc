import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Suspects } from './settle.ts';
import type { UnequalRows, Unequal } from './looks.ts';

function suspectsAfter(...looks: readonly UnequalRows[]): Suspects {
  const [first = new Map(), ...more] = looks;
  const suspects = new Suspects({}, first);
  for (const each of more) suspects.again(each);
  return suspects;
}

function looked(rows: Readonly<Record<string, [string?, string?]>>): UnequalRows {
  return new Map(Object.entries(rows).map(([id, [source, target]]) => [id, { source, target }]));
}

test('a row that differs in the same way in every look is different', () => {
  const suspects = suspectsAfter(looked({ a: ['1', '2'] }), looked({ a: ['1', '2'] }), looked({ a: ['1', '2'] }));
  expect([...suspects.different.keys()]).toEqual(['a']);
  expect([suspects.open, suspects.unsettled, suspects.looks]).toEqual([1, 0, 3]);
});

test('a row that was seen equal once is settled, whatever comes later', () => {
  const suspects = suspectsAfter(looked({ a: ['1', '2'], b: ['1'] }), looked({ b: ['1'] }), looked({ a: ['1', '2'] }));
  expect([suspects.open, suspects.unsettled]).toEqual([0, 0]);
});

test('a row that differs in another way each time is unsettled, and not called different', () => {
  const suspects = suspectsAfter(looked({ a: ['1', '2'] }), looked({ a: ['3', '2'] }), looked({ a: ['3', '2'] }));
  expect([suspects.open, suspects.unsettled]).toEqual([1, 1]);
  expect(suspects.different.size).toBe(0);
});

test('a row that begins to differ later was equal at first', () => {
  expect(suspectsAfter(looked({ a: ['1', '2'] }), looked({ b: ['1', '2'] })).open).toBe(0);
});

const image = fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined });
const moments = fc.array(fc.record({ source: image, target: image }), { minLength: 1, maxLength: 6 });

/** What a row looks like in each look; the last value stays. */
function momentOf(row: readonly Unequal[], index: number): Unequal {
  return row[Math.min(index, row.length - 1)]!;
}

test('whether a row is equal, different or unsettled depends only on its own moments', () => {
  fc.assert(
    fc.property(fc.array(moments, { maxLength: 5 }), (rows) => {
      const count = Math.max(1, ...rows.map((row) => row.length));
      const looks = Array.from({ length: count }, (_, index) => {
        const now = rows.map((row, id) => [String(id), momentOf(row, index)] as const);
        return new Map(now.filter(([, { source, target }]) => source !== target));
      });
      const suspects = suspectsAfter(...looks);
      const always = rows.filter((row) => row.every(({ source, target }) => source !== target));
      const still = always.filter(
        (row) => new Set(row.map((each) => JSON.stringify([each.source, each.target]))).size === 1,
      );
      expect(suspects.open).toBe(always.length);
      expect(suspects.different.size).toBe(still.length);
      expect(suspects.unsettled).toBe(always.length - still.length);
    }),
  );
});
