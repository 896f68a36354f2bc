import { hostname } from 'node:os';
import { expect, test } from '@jest/globals';
import { isGone, ownerOf, UNKNOWN_OWNER_MS } from './owner.ts';

/** Linux never gives a process a number this large (kernel.pid_max is at most 2^22). */
const NO_PROCESS = 2 ** 22 + 1;
/** The machine itself, whatever container this test runs in. */
const MACHINE = { boot: 'this-boot', pids: '4026531836' };
const CONTAINER = { boot: 'this-boot', pids: '4026532001' };

const [realm = '', , started] = ownerOf(process.pid).split(' ');

function owner({ boot: ofBoot, pids: ofPids }: { boot: string; pids: string }): string {
  return `${hostname()}/${ofBoot}/${ofPids} ${NO_PROCESS} 1`;
}

test('this process is not gone', () => {
  expect(isGone(ownerOf(process.pid), Infinity)).toBe(false);
});

test('a process that does not exist is gone', () => {
  expect(isGone(`${realm} ${NO_PROCESS} ${started}`, 0)).toBe(true);
});

test('another process that has got the same number does not keep the old one alive', () => {
  expect(isGone(`${realm} ${process.pid} 1`, 0)).toBe(true);
});

test('an owner on another machine, or none at all, is never judged', () => {
  expect(isGone(`elsewhere${realm.slice(hostname().length)} ${NO_PROCESS} 1`, Infinity)).toBe(false);
  expect(isGone('', Infinity)).toBe(false);
});

test('two containers that share a host name do not see each other’s processes, and leave each other alone', () => {
  const other = owner({ ...CONTAINER, pids: '4026532999' });
  expect(isGone(other, 0, CONTAINER)).toBe(false);
  expect(isGone(other, UNKNOWN_OWNER_MS, CONTAINER)).toBe(false);
  expect(isGone(owner(CONTAINER), 0, MACHINE)).toBe(false);
  expect(isGone(owner(MACHINE), 0, CONTAINER)).toBe(false);
});

test('what has no visible owner is left for a week, and no longer', () => {
  expect(isGone(owner({ ...CONTAINER, pids: '4026532999' }), UNKNOWN_OWNER_MS + 1, CONTAINER)).toBe(true);
});

test('what is left from before the machine restarted has no owner; a container may belong to another machine', () => {
  expect(isGone(owner({ ...MACHINE, boot: 'last-boot' }), 0, MACHINE)).toBe(true);
  expect(isGone(owner({ ...CONTAINER, boot: 'last-boot' }), 0, CONTAINER)).toBe(false);
});

test('an owner in the form that earlier versions wrote is left alone', () => {
  expect(isGone(`${hostname()} ${NO_PROCESS} 1`, 0)).toBe(false);
});
