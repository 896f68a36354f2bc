import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fromPattern } from './pattern.ts';

/** Patterns whose meaning in MySQL and in JavaScript is the same. */
const PATTERNS = [
  '^[A-Z]{2}[0-9]{2}',
  '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
  String.raw`^\d{4}-(0[1-9]|1[0-2])$`,
  '^(?:red|green|blue)+$',
  '^[^@ ]+@[^@ ]+[.][a-z]{2,}$',
  String.raw`^\+?[0-9 ()-]{6,20}$`,
  'a.c*?x{0,2}',
  '^$',
  String.raw`^[\w.-]{3,}\.(png|jpe?g)$`,
];

test.each(PATTERNS)('%s matches the text that is generated for it', (pattern) => {
  const expected = new RegExp(pattern);
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      const below = (end: number) => (numbers.next().value ?? 0) % end;
      expect(fromPattern(pattern, below)).toMatch(expected);
    }),
  );
});

test('classes by name are those of POSIX', () => {
  expect(fromPattern('^[[:upper:]]{3}[[:digit:]_]{3}$', (end) => end - 1)).toBe('ZZZ___');
});

test('an incomplete pattern still gives a text', () => {
  for (const pattern of ['[a-', '(a|', '{', '\\', '[^', '(?', '*']) {
    expect(typeof fromPattern(pattern, () => 0)).toBe('string');
  }
});
