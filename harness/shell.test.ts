import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { array, assert, constantFrom, property, string } from 'fast-check';
import { shellCommand } from './shell.ts';

function readByShell(words: readonly string[]): string[] {
  const script = `printf '%s\\0' ${shellCommand(words)}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

const CHARACTERS = [...new Set('ab1 \'"`\\$!*?[]{}()<>|&;#~=,:/%@\n\t-éß'.split(''))];

test('a shell reads back the words that a command was made from', () => {
  const word = string({ unit: constantFrom(...CHARACTERS), maxLength: 12 });
  assert(
    property(array(word, { minLength: 50, maxLength: 100 }), (words) => {
      expect(readByShell(words)).toEqual(words);
    }),
    { numRuns: 8 },
  );
});

test('words that need no quotes get none', () => {
  expect(shellCommand(['MoveTables', "--tables=o'brien", '--tablet-types=replica,rdonly', ''])).toBe(
    `MoveTables "--tables=o'brien" --tablet-types=replica,rdonly ''`,
  );
});
