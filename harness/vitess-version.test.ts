import { expect, test } from '@jest/globals';
import { reaches } from './vitess-version.ts';

test.each([
  ['24.0.2', false],
  ['24.0.3', true],
  ['24.0.10', true],
  ['24.1.0', true],
  ['24.0.4-SNAPSHOT', true],
  ['23.0.5', false],
  ['23.0.6', true],
  // Release lines that are not named, before and after those that are.
  ['22.0.9', false],
  ['25.0.0-rc1', true],
])('a fix of 23.0.6 and 24.0.3 is in %s: %s', (version, isIn) => {
  expect(reaches(version, ['23.0.6', '24.0.3'])).toBe(isIn);
});

test('a fix in only one release line is not in the line before', () => {
  expect(reaches('23.0.9', ['24.0.3'])).toBe(false);
});

test('a bug without a fix is fixed in no version', () => {
  expect(reaches('99.0.0', [])).toBe(false);
});
