import { expect, test } from '@jest/globals';
import { pathsIn } from './json-paths.ts';
import { readableChange } from './readable-change.ts';

test('if two documents have the same number of parts, only those that differ are shown', () => {
  const document = '{"a": "1", "b": 2} | $ OBJECT, $."a" DATE, $."b" INTEGER';
  const change = { from: document, to: document.replace('DATE', 'STRING') };
  expect(readableChange(change)).toEqual({ from: '$."a" DATE', to: '$."a" STRING' });
});

test('NULL is named, and long values are cut', () => {
  const { from, to } = readableChange({ from: 'F'.repeat(500), to: null });
  expect(from).toMatch(/^F{160}… \(500 characters\)$/);
  expect(to).toBe('NULL');
});

test('every part of a document has its path', () => {
  expect(pathsIn('{"a": [1, {"b\\"": null}], "": {}}')).toEqual([
    '$',
    '$."a"',
    '$."a"[0]',
    '$."a"[1]',
    String.raw`$."a"[1]."b\""`,
    '$.""',
  ]);
});
