import { expect, test } from '@jest/globals';
import { isOutOfResources, outcomeOf, refusal } from './errors.ts';

test.each([
  'Disk full (/tmp/#sql_1_0); waiting for someone to free some space... (errno: 28 - No space left on device)',
  "target: customer.0.primary: vttablet: The table 'corder' is full (errno 1114) (sqlstate HY000)",
  'task error: failed inserting rows: The table `corder` is full'.replaceAll('`', "'"),
  'target: customer.0.primary: vttablet: rpc error: code = ResourceExhausted desc = transaction pool connection limit exceeded',
  'rpc error: code = Canceled desc = context canceled',
  'Too many connections',
  'Out of memory; restart server and try again (needed 1024 bytes)',
])('an error due to lack of resources does not count against the migration: %s', (message) => {
  expect(isOutOfResources(message)).toBe(true);
  expect(outcomeOf(refusal({ what: 'The copy cannot go on.', seen: `customer-200: Error: ${message}` }))).toBe(
    'unknown',
  );
  expect(outcomeOf(refusal({ what: 'The copy cannot go on.', cause: new Error(message) }))).toBe('unknown');
});

test.each([
  'disallowed due to rule: enforce denied tables',
  "Duplicate entry 'full' for key 'customer.name'",
  'VT12001: unsupported: EXCEPT in query',
  'rpc error: code = ResourceExhausted desc = grpc: received message larger than max (17000000 vs. 16777216)',
  "unexpected character '.' in JSON",
])('any other error counts against the migration: %s', (message) => {
  expect(isOutOfResources(message)).toBe(false);
  expect(outcomeOf(refusal({ what: 'The copy cannot go on.', seen: message }))).toBe('fail');
});
