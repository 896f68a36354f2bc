import { expect, test } from '@jest/globals';
import { cpuOf, secondsOf } from './cpu.ts';

test('the cost of statements that the server does not count is unknown', () => {
  expect(secondsOf(undefined)).toBeNull();
  expect(secondsOf({ picoseconds: '0', isCounted: 'NO' })).toBeNull();
  expect(secondsOf({ picoseconds: '0', isCounted: null })).toBeNull();
  expect(secondsOf({ picoseconds: null, isCounted: 'YES' })).toBe(0);
  expect(secondsOf({ picoseconds: '1500000000000', isCounted: 'YES' })).toBe(1.5);
});

test('a server without a MySQL has no statements, and one that cannot be read has no figures', async () => {
  const etcd = { server: { cpuSeconds: async () => 2 } };
  expect(await cpuOf('etcd', etcd)).toEqual({ server: 'etcd', cpuSeconds: 2 });
  const gone = { server: { cpuSeconds: () => Promise.reject(new Error('no such container')) } };
  expect(await cpuOf('vtgate', gone)).toEqual({ server: 'vtgate', cpuSeconds: null });
  expect(await cpuOf('customer-200', Promise.reject(new Error('it did not start')))).toEqual({
    server: 'customer-200',
    cpuSeconds: null,
  });
});

test('a MySQL that does not answer does not affect the figure of its container', async () => {
  const server = { cpuSeconds: async () => 2 };
  // Nothing listens there.
  const mysql = { host: '127.0.0.1', port: 1, user: 'roundtrip', connectTimeout: 1_000 };
  expect(await cpuOf('source-mysql', { server, mysql })).toEqual({
    server: 'source-mysql',
    cpuSeconds: 2,
    questionSeconds: null,
  });
});
