import { expect, test } from '@jest/globals';
import type { Stream } from '../vtctl/move-tables.ts';
import { streamErrorOf } from './stream-errors.ts';
import { refuseEnded, StreamWatch } from './stream-watch.ts';

const NAME = { workflow: 'commerce2customer', targetKeyspace: 'customer' };

const STREAM: Stream = {
  tablet: 'zone1-200',
  state: 'Copying',
  message: '',
  position: 'e9bfc32b-e6a8-11f1-8ecb-0242ac130003:1-26',
  rowsCopied: 5n,
  copying: ['note'],
};

test.each([
  '',
  'FROZEN',
  'Picked source tablet: cell:"zone1" uid:100',
  'Stopped after copy.',
  'Stopped at position MySQL56/e9bfc32b-e6a8-11f1-8ecb-0242ac130003:1-26',
  'stopped for cutover',
  'for vdiff',
  'synchronizing for vdiff',
])('%j is not an error', (message) => {
  expect(streamErrorOf({ state: 'Running', message })).toBeNull();
});

test.each([
  // The messages as Vitess 24.0.1 wrote them.
  ['unexpected number of table definitions returned from GetSchema call for table "Note": 2', 'schema', 'Note'],
  [
    "error applying event for table tariff while processing position MySQL56/e9bf:1-26: failed to convert JSON to SQL field value for tariff.doc when building insert query: unexpected character '.' in JSON",
    'schema',
    'tariff',
  ],
  [
    'error applying event for table json_binary while processing position 1a398e4f:1-324: unexpected trailing data after JSON value',
    'schema',
    'json_binary',
  ],
  // The same in Vitess 23.
  [
    'error applying event for table json_binary while processing position 1a398e4f:1-324: unexpected tail: "YWJj"',
    'schema',
    'json_binary',
  ],
  [
    'vttablet: rpc error: code = ResourceExhausted desc = trying to send message larger than max (16777248 vs. 16777216)',
    'schema',
    null,
  ],
  [
    'rpc error: code = Unknown desc = stream (at source tablet) error @ (including the GTID we failed to process) e9bf:1-26: unable to decode object elements: []',
    'schema',
    null,
  ],
  [
    "task error: failed inserting rows: Duplicate entry '1' for key 'a.PRIMARY' (errno 1062) (sqlstate 23000) during query: insert into a values (1)",
    'schema',
    null,
  ],
  ["task error: failed inserting rows: Unknown column 'b' (errno 1054) (sqlstate 42S22)", 'schema', null],
  [
    'rpc error: code = Unknown desc = stream (at source tablet) error @ 1: Could not find first log file name in binary log index file (errno 1236) (sqlstate HY000)',
    'schema',
    null,
  ],
  [
    'failed to execute post copy actions for table "note": Row size too large (errno 1118) (sqlstate 42000)',
    'schema',
    'note',
  ],
  ["task error: failed inserting rows: The table 'a' is full (errno 1114) (sqlstate HY000)", 'machine', null],
  ['write /vt/relay: no space left on device', 'machine', null],
  ['Too many connections (errno 1040) (sqlstate 08004)', 'machine', null],
  ['Out of memory (errno 1037) (sqlstate HY001)', 'machine', null],
  [
    'rpc error: code = Unavailable desc = connection error: dial tcp 172.17.0.3:16000: connect: connection refused',
    'passing',
    null,
  ],
  ['task error: Deadlock found when trying to get lock (errno 1213) (sqlstate 40001)', 'passing', null],
  ['Lock wait timeout exceeded; try restarting transaction (errno 1205) (sqlstate HY000)', 'passing', null],
  ['Lost connection to MySQL server (errno 2013) (sqlstate HY000)', 'passing', null],
  ['Error picking tablet: context has expired', 'passing', null],
  ['vttablet: rpc error: code = FailedPrecondition desc = operation not allowed in state NOT_SERVING', 'passing', null],
  ['something that nobody has seen', 'unclear', null],
] as const)('%s', (message, kind, table) => {
  expect(streamErrorOf({ state: 'Copying', message })).toMatchObject({ kind, table, hasEnded: false });
});

test('the server’s error number counts, not words that a row may contain', () => {
  const message = "Duplicate entry 'no space left on device' for key 'a.b' (errno 1062) (sqlstate 23000)";
  expect(streamErrorOf({ state: 'Copying', message })?.kind).toBe('schema');
});

test('the statement that failed, with its rows, is not shown', () => {
  const message = "Data too long (errno 1406) (sqlstate 22001) during query: insert into a values ('secret')";
  expect(streamErrorOf({ state: 'Copying', message })?.text).toBe('Data too long (errno 1406) (sqlstate 22001)');
});

function looksAt(message: string, rest: Partial<Stream> = {}) {
  return () => new StreamWatch(NAME, true).look({ streams: [{ ...STREAM, message, ...rest }] });
}

test('an error that cannot go away ends a wait at once, and counts against the migration', () => {
  const message = 'unexpected number of table definitions returned from GetSchema call for table "Note": 2';
  expect(looksAt(message)).toThrow(
    expect.objectContaining({
      outcome: 'fail',
      facts: expect.objectContaining({
        what: 'The stream of commerce2customer cannot go on with the table Note.',
        seen: expect.stringContaining(message),
      }),
    }),
  );
});

test.each([
  // vtctld shows every stream whose message has "error" in it as being in the state Error; this one goes on by itself.
  ['a connection that was lost', 'rpc error: code = Unavailable desc = connection error', 'Error'],
  ['a full disk', "task error: failed inserting rows: The table 'a' is full (errno 1114) (sqlstate HY000)", 'Error'],
  ['an unknown message', 'something that nobody has seen', 'Copying'],
])('%s does not end a wait at once', (_, message, state) => {
  expect(looksAt(message, { state })).not.toThrow();
});

test.each([
  ['terminal error: task error: rpc error: code = Unavailable desc = connection error', 'unknown'],
  ["terminal error: The table 'a' is full (errno 1114) (sqlstate HY000)", 'unknown'],
  ["terminal error: Duplicate entry '1' for key 'a.PRIMARY' (errno 1062) (sqlstate 23000)", 'fail'],
  ['terminal error: something that nobody has seen', 'fail'],
])('a stream that Vitess has given up ends a wait: %s', (message, outcome) => {
  expect(looksAt(message, { state: 'Error' })).toThrow(expect.objectContaining({ outcome }));
});

test('an error that keeps recurring ends a wait, with its message, when patience runs out', () => {
  const watch = new StreamWatch(NAME, true, 10_000);
  const at = (now: number, message: string, rest: Partial<Stream> = {}) =>
    watch.look({ streams: [{ ...STREAM, message, ...rest }] }, now);
  at(0, 'Deadlock found at 17 (errno 1213) (sqlstate 40001)');
  at(5_000, 'Picked source tablet: cell:"zone1" uid:100');
  at(9_000, 'Deadlock found at 18 (errno 1213) (sqlstate 40001)');
  expect(watch.error).toContain('Deadlock');
  // It made progress, so patience starts again.
  at(11_000, '', { rowsCopied: 6n });
  expect(watch.error).toBe('');
  at(12_000, 'Deadlock found at 19 (errno 1213) (sqlstate 40001)', { rowsCopied: 6n });
  at(20_000, '', { rowsCopied: 6n });
  expect(() => at(22_500, '', { rowsCopied: 6n })).toThrow(
    expect.objectContaining({ outcome: 'unknown', message: expect.stringContaining('Deadlock found at 19') }),
  );
});

test('a healthy stream is left alone', () => {
  expect(() => refuseEnded(NAME, [{ ...STREAM, state: 'Running', copying: [] }])).not.toThrow();
});
