import { expect, test } from '@jest/globals';
import { readLogLine } from './vitess-log.ts';

const NOW = Date.parse('2026-11-28T21:50:00Z');

test.each([
  [
    'structured',
    '{"time":"2026-11-28T21:44:41.938952Z","level":"INFO","msg":"Stopping streams"}',
    '2026-11-28T21:44:41.938Z',
    'Stopping streams',
  ],
  [
    'plain',
    'I1128 21:44:41.938952      65 state_manager.go:757] Replication is [not] healthy',
    '2026-11-28T21:44:41.938Z',
    'Replication is [not] healthy',
  ],
  ['plain, of the year before', 'W1231 23:59:59.999999 1 a.go:1] late', '2025-12-31T23:59:59.999Z', 'late'],
])('a line of a log is read: %s', (_, line, at, message) => {
  expect(readLogLine(line, NOW)).toEqual({ atMs: Date.parse(at), message });
});

test.each(['', '{"time":"now","msg":"x"}', '{"time":', 'I1128 no time', '  unhealthyThresholdSeconds: 2h0m0s'])(
  'text that is not a line of a log is ignored: %j',
  (line) => {
    expect(readLogLine(line, NOW)).toBeNull();
  },
);
