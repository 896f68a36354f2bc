import { hostname } from 'node:os';
import { expect, test } from '@jest/globals';
import { isGone, ownerOf } from './labels.ts';

/** Linux gives no process a number this large (kernel.pid_max is at most 2^22). */
const NO_PROCESS = 2 ** 22 + 1;

test('this process is not gone', () => {
  expect(isGone(ownerOf(process.pid))).toBe(false);
});

test('a process that is not there is gone', () => {
  expect(isGone(`${hostname()} ${NO_PROCESS} 1`)).toBe(true);
});

test('another process that has the same number by now does not keep the old one alive', () => {
  expect(isGone(`${hostname()} ${process.pid} 1`)).toBe(true);
});

test('an owner on another machine, or none at all, is never judged', () => {
  expect(isGone(`elsewhere ${NO_PROCESS} 1`)).toBe(false);
  expect(isGone('')).toBe(false);
});
