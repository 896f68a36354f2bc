import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { firstLine, fit, hang, manyLines, oneLine, pad, widthOf, wrap } from './text.ts';

test('text from a program loses its escape codes, control characters and line breaks', () => {
  expect(oneLine('\u001B[31mred\u001B[0m\r\n two\tthree\u0007 ')).toBe('red two three');
  expect(manyLines('a\r\n  b\u001B[1m\rc\u0000\n')).toBe('a\n  b\nc');
  expect(firstLine('\n\n first \n second')).toBe('first');
});

test('wide characters take two columns', () => {
  expect(widthOf('客户✔é😀')).toBe(8);
  expect(fit('客户表', 5)).toBe('客户…');
  expect(pad('客', 4)).toBe('客  ');
});

test('a line is broken at its spaces', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('a-word-that-is-too-long b', 8)).toEqual(['a-word-that-is-too-long', 'b']);
  expect(hang('a\nb', '  ')).toBe('a\n  b');
});

test('fit never exceeds the width, and does not change what fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, columns) => {
      const fitted = fit(text, columns);
      expect(widthOf(fitted)).toBeLessThanOrEqual(columns);
      expect(widthOf(text) > columns || fitted === text).toBe(true);
    }),
  );
});
