import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { KeyIndex } from './key-index.ts';

const key = fc.oneof(
  fc.nat(50),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.nat(40).map((power) => 2 ** power),
);

test('keys are numbered as a Map would number them', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 3000 }), (keys) => {
      const index = new KeyIndex();
      const expected = new Map<number, number>();
      for (const each of keys) {
        expect(index.find(each)).toBe(expected.get(each) ?? -1);
        if (!expected.has(each)) expected.set(each, expected.size);
        expect(index.add(each)).toBe(expected.get(each));
      }
      expect([...index.keys()]).toEqual([...expected.keys()]);
    }),
  );
});

test('keys that are far apart or consecutive are found as fast as any others', () => {
  for (const stride of [1, 4096, 65_536, 1_000_003, 2 ** 32]) {
    const index = new KeyIndex();
    for (let number = 0; number < 200_000; number++) index.add(number * stride);
    expect(index.size).toBe(200_000);
    expect(index.find(199_999 * stride)).toBe(199_999);
  }
});
