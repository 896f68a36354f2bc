import { expect, test } from '@jest/globals';
import { bufferedBy, schemaChangesSeenBy } from './vtgate-counters.ts';

/** The counters of a real vtgate, shortened. */
const VARIABLES = {
  BufferRequestsBuffered: { 'commerce.0': 33, 'customer.0': 34 },
  BufferRequestsBufferedDryRun: { 'commerce.0': 0, 'customer.0': 0 },
  BufferSize: 10_000,
  VtgateVSchemaCounts: { Reload: 24 },
};

function answering(text: string) {
  return { page: async () => text };
}

test('the operations of all shards are added up', async () => {
  expect(await bufferedBy(answering(JSON.stringify(VARIABLES)))).toBe(67);
});

test('a vtgate that has never buffered has buffered nothing', async () => {
  expect(await bufferedBy(answering('{"BufferSize":10000}'))).toBe(0);
});

test('changes of the schema are counted', async () => {
  expect(await schemaChangesSeenBy(answering(JSON.stringify(VARIABLES)))).toBe(24);
});

test('a counter that cannot be read is unknown', async () => {
  const silent = { page: async () => await Promise.reject(new Error('no answer')) };
  expect(await bufferedBy(silent)).toBeNull();
  expect(await bufferedBy(answering('not JSON'))).toBeNull();
  expect(await bufferedBy(answering('{"BufferRequestsBuffered":7}'))).toBeNull();
});
