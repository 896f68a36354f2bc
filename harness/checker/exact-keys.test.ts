import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ExactKeys, isGreater } from './exact-keys.ts';

const key = fc.oneof(
  fc.integer(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }).map(String),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', 'a', 'b', 'ab', '1', '10'),
);

test('numbers and texts are numbered as a Map would number them, and never mistaken for each other', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 200 }), (all) => {
      const keys = new ExactKeys();
      const expected = new Map<number | string, number>();
      for (const each of all) {
        expect(keys.find(each)).toBe(expected.get(each) ?? -1);
        const slot = keys.add(each);
        expect(slot).toBe(expected.get(each) ?? slot);
        expected.set(each, slot);
      }
      const found = new Map<number | string, number>();
      keys.each((each, slot) => found.set(each, slot));
      expect(found).toEqual(expected);
      expect(new Set(found.values()).size).toBe(found.size);
    }),
    { numRuns: 30 },
  );
});

const text = (number: number) => `${'x'.repeat(3000)}${number}`;

test('texts that fill more than one block of memory are found again', () => {
  const keys = new ExactKeys();
  for (let number = 0; number < 4000; number++) keys.add(text(number));
  expect(keys.find(text(0))).toBe(1);
  expect(keys.find(text(3999))).toBe(2 * 3999 + 1);
  expect(keys.find(text(4000))).toBe(-1);
});

test('whole numbers are compared exactly', () => {
  expect(isGreater('9007199254740993', '9007199254740992')).toBe(true);
  expect(isGreater('9007199254740992', '9007199254740993')).toBe(false);
  expect(isGreater(-1, '-9223372036854775808')).toBe(true);
});
