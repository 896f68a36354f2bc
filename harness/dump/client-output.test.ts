import { expect, test } from '@jest/globals';
import { changesRows, readClientError, readWarnings } from './client-output.ts';

test.each([
  [
    "ERROR 1064 (42000) at line 7: You have an error near 'x'\nat line 1\n",
    { errno: 1064, line: 7, message: "You have an error near 'x'\nat line 1" },
  ],
  ["ERROR at line 1: Unknown command '\\-'.\n", { errno: 0, line: 1, message: "Unknown command '\\-'." }],
  [
    "ERROR: ASCII '\\0' appeared in the statement\n",
    { errno: 0, line: 0, message: "ASCII '\\0' appeared in the statement" },
  ],
  ['ERROR 2013 (HY000) at line 3: Lost connection\n', { errno: 2013, line: 3, message: 'Lost connection' }],
  ['mysql: [Warning] something\n', null],
])('an error of the client is read: %j', (stderr, expected) => {
  expect(readClientError(stderr)).toEqual(expected);
});

test('warnings are read, and notes are not', () => {
  const warnings = readWarnings(
    "id\n1\nNote (Code 1051): Unknown table 'a'\nWarning (Code 1681): Integer display width is deprecated\n" +
      "Warning (Code 1366): Incorrect string value: '\\xE4' for column 'a' at row 1\n",
  );
  expect(warnings.map(({ code }) => code)).toEqual([1681, 1366]);
  expect(warnings.filter(changesRows).map(({ code }) => code)).toEqual([1366]);
});
