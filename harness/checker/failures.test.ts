import { expect, test } from '@jest/globals';
import type { OperationLine } from '../history/lines.ts';
import { judgeLines, type DraftLine } from './model/judge-lines.ts';

/** A draft with its moment, in milliseconds. */
type Timed = readonly [atMs: number, draft: DraftLine];

const LATENCY = { p50Ms: null, p99Ms: null, p999Ms: null, maxMs: null };
/** A switch from 10,000 to 12,000 ms, and one from 20,000 to 22,000 ms; writes move to vtgate at 1,000 ms. */
const SWITCHES = [10_000, 20_000].map((startedAtMs): readonly [number, number] => [startedAtMs, startedAtMs + 2_000]);

const STORY: readonly Timed[] = [
  [
    0,
    {
      type: 'run',
      version: 1,
      fixture: 'shop',
      seed: 1,
      profile: 'stock',
      tables: ['coupon'],
      plannedSteps: [],
      required: [],
    },
  ],
  [0, { type: 'table', table: 'coupon', kind: 'sql', rows: 10, keyColumn: null }],
  [0, { type: 'observation', of: 'endpoint', to: 'source' }],
  [1_000, { type: 'observation', of: 'endpoint', to: 'vtgate' }],
  ...SWITCHES.flatMap(([fromMs, toMs], at): Timed[] => {
    const step = { type: 'step', step: at, name: at === 0 ? 'switchWrites' : 'reverseWrites', title: '' } as const;
    return [
      [fromMs, { ...step, event: 'start' }],
      [toMs, { ...step, event: 'end', verdict: 'pass' }],
    ];
  }),
  ...SWITCHES.map(([startedAtMs, endedAtMs], at): Timed => [
    90_000,
    {
      type: 'observation',
      of: 'cutover',
      direction: at === 0 ? 'forward' : 'reverse',
      startedAtMs,
      endedAtMs,
      writeGapMs: 0,
      acknowledged: 1,
      errors: {},
      statementErrors: 0,
      latency: { before: LATENCY, during: LATENCY, after: LATENCY },
      buffered: null,
      rowsBehind: null,
      partsMs: null,
    },
  ]),
];

let processes = 0;

interface Run extends Partial<Pick<OperationLine, 'type' | 'error' | 'message' | 'retried'>> {
  readonly statement?: string | undefined;
  readonly lateMs?: number;
  readonly tookMs?: number;
}

/** An operation that was sent at this time; acknowledged by default. */
function operation(sentMs: number, run: Run = {}): Timed[] {
  const { statement = 'redeem', type = 'ok', error, message = '', lateMs = 0, tookMs = 5 } = run;
  const line = { process: processes++, f: 'insert', table: 'coupon', key: null, value: 1 } as const;
  const again = run.retried === undefined ? {} : { retried: run.retried };
  const failed = error === undefined ? {} : { error, message, ...again };
  return [
    [sentMs, { ...line, type: 'invoke', late: lateMs * 1e6, statement }],
    [sentMs + tookMs, { ...line, type: type === 'ok' && error !== undefined ? 'fail' : type, statement, ...failed }],
  ];
}

/** This many operations, one per millisecond from this time on. */
function many(count: number, fromMs: number, run: Run = {}): Timed[] {
  return Array.from({ length: count }, (_, at) => operation(fromMs + at, run)).flat();
}

function found(...lines: Timed[]) {
  const inOrder = [...STORY, ...lines].toSorted(([a], [b]) => a - b);
  const drafts = inOrder.map(([atMs, draft]): DraftLine => ({ ...draft, time: Math.round(atMs * 1e6) }));
  return judgeLines(drafts, []).judge.failures.end();
}

function fault(event: 'plan' | 'strike' | 'heal', atMs: number): Timed {
  return [atMs, { type: 'fault', event, name: 'x' }];
}

const DENIED = { error: 'denied-table', message: 'enforce denied tables' };
const DUPLICATE = { error: 'duplicate-key', message: "Duplicate entry 'X' for key 'coupon.code'" };

test('9,890 statements that fail from 100 ms after the window of a switch belong to the run, and are named', () => {
  const { statements, perCutover } = found(...many(9_890, 13_100, DENIED));
  expect(perCutover[0]).toBe(0);
  const [failure] = statements;
  expect(failure).toMatchObject({ statement: 'redeem', ...DENIED, count: 9_890, cause: 'migration' });
  expect(failure!.count - failure!.aroundSwitches).toBeGreaterThan(5_000);
});

test('a statement belongs to the switch in which it was due or under way, even if it ended, or was sent, long after', () => {
  const hung = operation(11_000, { error: 'timeout', type: 'info', tookMs: 30_000 });
  const queued = operation(15_000, { ...DENIED, lateMs: 4_000 });
  const { statements, perCutover } = found(...hung, ...queued);
  // The one that hung was under way in the second switch too.
  expect(perCutover).toEqual([2, 1]);
  expect(statements.map(({ aroundSwitches }) => aroundSwitches)).toEqual([1, 1]);
});

test('a statement that also fails directly on the source is the application’s own fault', () => {
  const lost = { error: 'other: ER_NO_DEFAULT_FOR_FIELD', message: 'no default' };
  const { statements, perCutover } = found(...operation(500, lost), ...many(50, 11_000, lost));
  expect(statements).toMatchObject([{ count: 51, aroundSwitches: 50, cause: 'application' }]);
  // All failures around a switch count against its limit.
  expect(perCutover).toEqual([50, 0]);
});

test('a refusal by vtgate counts against the migration, even before any switch', () => {
  const refused = { error: 'other: ER_UNKNOWN_ERROR', message: 'VT12001: unsupported: EXCEPT' };
  expect(found(...many(20, 500), ...many(20, 5_000, refused)).statements).toMatchObject([
    { ...refused, count: 20, aroundSwitches: 0, cause: 'migration' },
  ]);
});

test('a duplicate key that the source also reported is the application’s fault, but not one of another key', () => {
  const other = { ...DUPLICATE, message: "Duplicate entry '7' for key 'coupon.PRIMARY'" };
  const ran = [...many(400, 5_000), ...operation(6_000, DUPLICATE), ...many(2_000, 24_000)];
  const lines = [...ran, ...many(30, 30_000, DUPLICATE)];
  expect(found(...lines).statements).toMatchObject([{ count: 31, cause: 'application' }]);
  expect(found(...lines, ...many(100, 16_000, other)).statements).toMatchObject([
    { message: other.message, count: 100, cause: 'migration' },
    { message: DUPLICATE.message, cause: 'application' },
  ]);
});

test('an error caused by the rows is not blamed on the migration if it is so rare that it may not have occurred before the switch by chance', () => {
  const deadlock = { error: 'deadlock', message: 'Deadlock found' };
  const ran = [...many(400, 5_000), ...many(2_000, 24_000)];
  expect(found(...ran, ...many(3, 30_000, deadlock)).statements).toMatchObject([{ cause: 'application' }]);
  expect(found(...ran, ...many(300, 30_000, deadlock)).statements).toMatchObject([{ cause: 'migration' }]);
});

test('a lack of resources on a server is recognised, whatever the operation', () => {
  const full = { error: 'other: ER_RECORD_FILE_FULL', message: "The table 'coupon' is full" };
  const { statements, perCutover, resources } = found(...many(7, 11_000, full));
  expect(statements).toMatchObject([{ count: 7, cause: 'resources' }]);
  expect(perCutover).toEqual([0, 0]);
  expect(resources).toEqual({ count: 7, message: full.message });
});

test('operations in flight when the run ended did not fail, and a run without failures has none', () => {
  const [invoked] = operation(11_000);
  expect(found(invoked!)).toEqual({ statements: [], perCutover: [0, 0], retriedPerCutover: [0, 0], resources: null });
});

test('one chance failure does not excuse a flood of them after the switch', () => {
  const ran = [...many(400, 5_000), ...operation(6_000, DUPLICATE)];
  expect(found(...ran, ...many(2_000, 30_000, DUPLICATE)).statements).toMatchObject([
    { count: 2_001, cause: 'migration' },
  ]);
});

test('nor does one time-out directly on the source excuse a vtgate that answers nothing', () => {
  const timeout = { error: 'timeout', type: 'info', message: 'no answer' } as const;
  const ran = [...many(400, 0), ...operation(500, timeout), ...many(400, 5_000)];
  expect(found(...ran, ...many(400, 30_000, timeout)).statements).toMatchObject([{ count: 401, cause: 'migration' }]);
  // Ten times as often may just be a busier hour.
  expect(found(...ran, ...many(4, 30_000, timeout)).statements).toMatchObject([{ cause: 'application' }]);
});

/** A burst that measures the servers' capacity, from 5,000 to 6,000 ms, in which this fails. */
function burstOf(failing: Run): Timed[] {
  return [
    [5_000, { type: 'step', step: 9, name: 'writes', title: '', event: 'start' }],
    ...many(40, 5_001, failing),
    [6_000, { type: 'observation', of: 'capacity', perSecond: 400, rate: 60 }],
    ...many(400, 7_000),
  ];
}

test('nor do deadlocks during the burst that measures the servers’ capacity', () => {
  const deadlock = { error: 'deadlock', message: 'Deadlock found' };
  const ran = [...burstOf(deadlock), ...many(2_000, 24_000)];
  expect(found(...ran).statements).toMatchObject([{ count: 40, cause: 'application' }]);
  expect(found(...ran, ...many(300, 30_000, deadlock)).statements).toMatchObject([{ count: 340, cause: 'migration' }]);
});

test('a time-out that occurs only during the burst does not count against the migration', () => {
  const timeout = { error: 'timeout', type: 'info', message: 'no answer' } as const;
  expect(found(...burstOf(timeout)).statements).toMatchObject([{ count: 40, cause: 'application' }]);
  expect(found(...burstOf(timeout), ...many(1, 30_000, timeout)).statements).toMatchObject([{ cause: 'migration' }]);
});

test('attempts after which the application tries again do not count, but are reported', () => {
  const attempts = many(4, 10_500, { ...DENIED, retried: true });
  const gaveUp = operation(11_000, { ...DENIED, lateMs: 500 });
  const { statements, perCutover, retriedPerCutover } = found(...attempts, ...gaveUp, ...many(2, 11_500));
  expect({ perCutover, retriedPerCutover }).toEqual({ perCutover: [1, 0], retriedPerCutover: [4, 0] });
  expect(statements).toMatchObject([{ count: 1, aroundSwitches: 1, retried: 4, cause: 'migration' }]);
});

test('if every attempt but the last failed, nothing counts against anyone', () => {
  const { statements, perCutover } = found(...many(4, 15_500, { ...DENIED, retried: true }), ...many(4, 15_600));
  expect(perCutover).toEqual([0, 0]);
  expect(statements).toMatchObject([{ count: 0, aroundSwitches: 0, retried: 4 }]);
});

test('whatever fails while something is broken on purpose is reported with the fault; whatever fails later is not excused', () => {
  const nights = [fault('plan', 30_000), fault('strike', 31_000), fault('heal', 35_000)];
  const during = [
    ...operation(30_500, { ...DENIED, tookMs: 1_000 }),
    ...many(50, 31_500, DENIED),
    ...operation(34_000, { ...DENIED, tookMs: 5_000 }),
  ];
  expect(found(...many(50, 5_000), ...nights, ...during).statements).toEqual([]);
  const { statements } = found(...many(50, 5_000), ...nights, ...during, ...many(7, 36_000, DENIED));
  expect(statements).toMatchObject([{ count: 7, cause: 'migration' }]);
});
