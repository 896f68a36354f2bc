import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { CUTOVER_PARTS } from '../history/observations.ts';
import { cutoverParts, isCutoverEnd } from './cutover-parts.ts';

/**
 * Lines of a real switch with Vitess 24.0.1 that polled three times for the position: the time of day, and the message.
 */
const FORWARD: readonly (readonly [time: string, msg: string])[] = [
  ['22:04:42.199189905', 'No previous journals were found. Proceeding normally.'],
  ['22:04:42.199278096', 'Stopping source writes'],
  ['22:04:42.213500231', 'RefreshTabletsByShard called on shard customer/0'],
  ['22:04:42.220088513', 'Calling RefreshState on tablet zone1-0000000100 with a timeout of 29.99522499s'],
  ['22:04:42.292363408', 'Stopping streams'],
  ['22:04:42.293007204', 'Executing LOCK TABLES on source tables 2 times'],
  [
    '22:04:42.293023589',
    'Locking (and then immediately unlocking) the following tables on source keyspace commerce: [corder customer]',
  ],
  [
    '22:04:42.454780768',
    'Locking (and then immediately unlocking) the following tables on source keyspace commerce: [corder customer]',
  ],
  [
    '22:04:42.575245410',
    'Position on migration source zone1-0000000100 after having stopped writes: MySQL56/9778477a-e6c0-11f1-9d1e-0242ac170006:1-1089',
  ],
  ['22:04:42.578141490', 'Waiting for streams to catchup'],
  ['22:04:44.594378507', 'After catchup: position for keyspace:shard: customer:0 reached, uid 1'],
  ['22:04:44.638464486', 'Migrating streams'],
  ['22:04:44.639741672', 'Resetting sequences'],
  ['22:04:44.642722057', 'Creating reverse streams'],
  ['22:04:44.739257507', 'Creating journals for workflow customer.commerce2customer'],
  ['22:04:44.740343690', 'In createJournals for source workflows []'],
  ['22:04:44.750614659', 'Created journals for workflow customer.commerce2customer'],
  ['22:04:44.751128953', 'Allowing writes on target for workflow customer.commerce2customer'],
  ['22:04:44.805673695', 'Allowed writes on target for workflow customer.commerce2customer'],
  ['22:04:44.806214868', 'Updating routing rules for workflow customer.commerce2customer'],
  ['22:04:44.808231783', 'Added routing: corder commerce.corder'],
  ['22:04:44.820853983', 'Updated routing rules for workflow customer.commerce2customer'],
  ['22:04:44.821595063', 'Finalizing stream migrations for workflow customer.commerce2customer'],
];

const SOURCE = {
  function: 'vitess.io/vitess/go/vt/vtctl/workflow.(*Server).switchWrites',
  file: 'vitess.io/vitess@v0.24.1/go/vt/vtctl/workflow/server.go',
  line: 3256,
};

function logged(said: readonly (readonly [time: string, msg: string])[]): string[] {
  return said.map(([time, msg]) => JSON.stringify({ time: `2026-11-22T${time}Z`, level: 'INFO', source: SOURCE, msg }));
}

const LINES = logged(FORWARD);
const PARTS = {
  stopWrites: 93,
  lockTables: 285,
  catchUp: 2060,
  reverseStreams: 97,
  journal: 12,
  allowWrites: 55,
  routing: 14,
  other: 5,
};

test('the parts of a real switch', () => {
  expect(cutoverParts(LINES)).toEqual(PARTS);
});

test('they add up to the whole, from the stop of writes to the new rules', () => {
  const parts = cutoverParts(LINES)!;
  expect(CUTOVER_PARTS.reduce((sum, part) => sum + parts[part], 0)).toBe(44_820 - 42_199);
});

test('setting sequences is a part of its own, separate from the others', () => {
  const at = FORWARD.findIndex(([, msg]) => msg.startsWith('Creating journals'));
  const said = FORWARD.toSpliced(at, 0, ['22:04:44.700000000', 'Initializing target sequences']);
  expect(cutoverParts(logged(said))).toEqual({ ...PARTS, reverseStreams: 58, other: 5 + 39 });
});

test('an attempt that was undone before does not count', () => {
  const undone = logged(FORWARD.slice(0, 10).map(([, msg]) => ['22:03:00.000000000', msg]));
  expect(cutoverParts([...undone, ...LINES])).toEqual(PARTS);
});

test('an attempt that was undone after has no parts', () => {
  expect(cutoverParts([...LINES, ...LINES.slice(0, 10)])).toBeNull();
});

test('a switch that a later command finished has no parts', () => {
  const found = JSON.stringify({
    time: '2026-11-22T22:04:44.7Z',
    msg: 'Journals were found. Completing the left over steps.',
  });
  expect(cutoverParts([found, ...LINES.slice(15)])).toBeNull();
});

test('no part is invented if any one moment is missing, duplicated or late', () => {
  const moments = [1, 4, 5, 9, 11, 13, 14, 17, 19, 21];
  // Two stops of the writes are two attempts, and the last moment cannot be late.
  const inner = moments.slice(1, -1);
  for (const at of moments) expect(cutoverParts(LINES.toSpliced(at, 1))).toBeNull();
  for (const at of inner) {
    expect(cutoverParts(LINES.toSpliced(at, 0, LINES[at]!))).toBeNull();
    expect(cutoverParts([...LINES.toSpliced(at, 1), LINES[at]!])).toBeNull();
  }
});

test('a clock that was set back gives no parts', () => {
  const said = FORWARD.map(([time, msg]) => [msg === 'Migrating streams' ? '22:04:40.000000000' : time, msg] as const);
  expect(cutoverParts(logged(said))).toBeNull();
});

test('other lines in between change nothing, whatever they are', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.constant('{"time":"2026-11-22T22:04:44Z","msg":"Migration ID for workflow commerce2customer: 1"}'),
    fc.constant('{"msg":"Stopping source writes"}'),
    fc.constant('{"time":"yesterday","msg":"Stopping source writes"}'),
    fc.constant('I1122 22:05:22.231492      12 server.go:3256] Migration ID for workflow commerce2customer: 1'),
    fc.json().map((json) => `{"time":${json}}`),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: LINES.length }), noise)), (insertions) => {
      const lines = [...LINES];
      for (const [at, line] of insertions) lines.splice(at, 0, line);
      expect(cutoverParts(lines)).toEqual(PARTS);
    }),
  );
});

test('a log in the form of Vitess 23 has the same parts, and an empty one has none', () => {
  const plain = FORWARD.map(([time, msg]) => `I1122 ${time.slice(0, 15)}      12 server.go:3256] ${msg}`);
  expect(cutoverParts(plain)).toEqual(PARTS);
  expect(cutoverParts([])).toBeNull();
});

test('the last part is recognised by its line', () => {
  expect(LINES.filter(isCutoverEnd)).toEqual([LINES[21]]);
});
