import { expect, test } from '@jest/globals';
import { notAcknowledged, type Unacknowledged } from './no-acknowledgement.ts';

const SEEN: Unacknowledged = {
  what: 'get a write acknowledged',
  timeoutMs: 60_000,
  acknowledged: 0,
  inFlight: 8,
  waiting: 90,
  errors: [],
  endpoint: 'vtgate',
  rate: '200 a second',
};
const denied = { error: 'denied-table', count: 12, message: 'disallowed due to rule: enforce denied tables' };
const full = { error: 'other: ER_RECORD_FILE_FULL', count: 3, message: "The table 'corder' is full" };
const hung = { error: 'timeout', count: 8, message: 'Query inactivity timeout' };

test('seeing nothing, getting no answers, or a server without room says nothing about the migration', () => {
  for (const errors of [[], [hung], [full], [hung, full]]) {
    expect(notAcknowledged({ ...SEEN, errors })).toMatchObject({ outcome: 'unknown' });
  }
});

test('a refusal by vtgate counts against the migration, and is reported with what vtgate said', () => {
  const { outcome, facts } = notAcknowledged({ ...SEEN, errors: [hung, denied] });
  expect(outcome).toBe('fail');
  expect(facts).toMatchObject({
    what: 'The writer did not get a write acknowledged within 60000 ms.',
    seen: '0 acknowledged, 8 in flight, 90 waiting\n8 timeout, last: Query inactivity timeout\n12 denied-table, last: disallowed due to rule: enforce denied tables',
  });
});

test('a refusal by the source itself does not count against the migration', () => {
  const wrong = { error: 'other: ER_BAD_NULL_ERROR', count: 40, message: "Column 'name' cannot be null" };
  const { outcome, facts } = notAcknowledged({ ...SEEN, endpoint: 'source', errors: [wrong] });
  expect(outcome).toBe('unknown');
  expect(facts.next).toContain('without any migration');
});
