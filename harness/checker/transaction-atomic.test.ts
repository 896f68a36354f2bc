import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ExecutedStatement, FinalStateLine, OperationLine, TableLine } from '../history/lines.ts';
import { judgeLines, type DraftLine } from './model/judge-lines.ts';

type Outcome = 'ok' | 'fail' | 'info';
type Row = readonly [table: string, key: number];

/** An operation after the earlier ones; a process ends with an outcome that is not known. */
let processes = 0;

function operation(type: Outcome, line: Partial<OperationLine>, process = processes++): DraftLine[] {
  const sent = { process, f: 'transaction' as const, table: 'orders', key: null, value: null, ...line };
  const { executed: _executed, ...invoked } = sent;
  return [
    { ...invoked, type: 'invoke' },
    { ...sent, type },
  ];
}

const inserts = (...rows: readonly Row[]) =>
  rows.map(([table, key]): ExecutedStatement => ({ f: 'insert', table, key }));

function checkout(type: Outcome, ...rows: readonly Row[]): DraftLine[] {
  return operation(type, { statement: 'checkout', ...(type === 'fail' ? {} : { executed: inserts(...rows) }) });
}

const alone = (f: 'insert' | 'delete', [table, key]: Row, more: Partial<OperationLine> = {}) =>
  operation('ok', { f, table, key, statement: f, ...more });

interface Judged {
  readonly findings: readonly string[];
  /** How many transactions were judged. */
  readonly judged: number;
  readonly figures: ReturnType<typeof judgeLines>['judge']['transactionFigures'];
}

function judge(
  lines: readonly DraftLine[],
  there: readonly Row[],
  { more = {}, unread = [] }: { readonly more?: Partial<TableLine>; readonly unread?: readonly string[] } = {},
): Judged {
  const tables = ['orders', 'line'];
  const drafts = tables.map((table): DraftLine => {
    return { type: 'table', table, kind: 'sql', rows: 0, keyColumn: 'id', ...(table === 'line' ? more : {}) };
  });
  const final = tables.flatMap((table): FinalStateLine[] => {
    if (unread.includes(table)) return [];
    const rows = there.filter(([name]) => name === table);
    return [
      ...rows.map(([, key]) => ({ type: 'row' as const, table, key, value: null })),
      { type: 'end', table, rows: rows.length },
    ];
  });
  const { findings, results, judge: judged } = judgeLines([...drafts, ...lines], final);
  return {
    findings: findings.filter((each) => !/^(single|not-v)/.test(each)),
    judged: results.get('transaction-atomic')!.judged,
    figures: judged.transactionFigures,
  };
}

const ORDER: Row = ['orders', 5];
const LINE: Row = ['line', 5];

test('all rows of a transaction are there, or none of them if its outcome is not known', () => {
  expect(judge(checkout('ok', ORDER, LINE), [ORDER, LINE])).toMatchObject({ findings: [], judged: 1 });
  expect(judge(checkout('info', ORDER, LINE), [ORDER, LINE])).toMatchObject({ findings: [], judged: 1 });
  expect(judge(checkout('info', ORDER, LINE), [])).toMatchObject({ findings: [], judged: 1 });
});

test('half a transaction is found, acknowledged or not; an acknowledged row that is missing also counts as lost', () => {
  expect(judge(checkout('ok', ORDER, LINE), [ORDER]).findings).toEqual([
    'no-lost-write line 5',
    'transaction-atomic line 5',
  ]);
  expect(judge(checkout('info', ORDER, LINE), [LINE]).findings).toEqual(['transaction-atomic orders 5']);
});

test('a transaction that is missing altogether is lost, and not in half', () => {
  expect(judge(checkout('ok', ORDER, LINE), []).findings).toEqual(['no-lost-write line 5', 'no-lost-write orders 5']);
});

test('a transaction that certainly failed, inserted one row, or inserted rows without a key is not judged', () => {
  const oneKey = operation('info', { executed: [...inserts(ORDER), { f: 'insert', table: 'line', key: null }] });
  const noRow = operation('info', { executed: [...inserts(ORDER), { ...inserts(LINE)[0]!, matched: 0 }] });
  for (const lines of [checkout('fail'), checkout('info', ORDER), oneKey, noRow]) {
    expect(judge(lines, [ORDER])).toMatchObject({ findings: [], judged: 0 });
  }
});

test('rows that something else may have added or removed are not judged', () => {
  const half = checkout('info', ORDER, LINE);
  const cases: [readonly DraftLine[], Parameters<typeof judge>[2]][] = [
    [[...half, ...alone('delete', LINE, { matched: 1 })], {}],
    [[...half, ...alone('insert', ORDER)], {}],
    [
      [...half, ...operation('ok', { statement: 'clear', matched: 1, f: 'delete' })],
      { more: { removedBy: ['clear'] } },
    ],
    [[...half, ...operation('ok', { statement: 'move', matched: 1, f: 'update' })], { more: { rekeyedBy: ['move'] } }],
    [half, { unread: ['line'] }],
    [half, { more: { keyColumn: null } }],
    [half, { more: { readAbove: 5 } }],
  ];
  for (const [lines, options] of cases) expect(judge(lines, [ORDER], options).judged).toBe(0);
  const before = [...operation('ok', { statement: 'clear', matched: 1, f: 'delete' }), ...half];
  expect(judge(before, [ORDER], { more: { removedBy: ['clear'] } }).findings).toEqual(['transaction-atomic line 5']);
});

test('the effects of a transaction on rows are judged as if each statement were alone', () => {
  const cancel = operation('ok', {
    executed: [
      { f: 'delete', table: 'orders', key: 5, matched: 1 },
      { f: 'delete', table: 'line', key: 5, matched: 1 },
    ],
  });
  expect(judge([...checkout('ok', ORDER, LINE), ...cancel], []).findings).toEqual([]);
  expect(judge([...checkout('ok', ORDER, LINE), ...cancel], [LINE]).findings).toEqual(['no-resurrected-row line 5']);
  const missed = operation('ok', { matched: 0, statement: 'checkout' });
  expect(judge([...checkout('ok', ORDER, LINE), ...missed], [ORDER, LINE]).findings).toEqual([]);
});

test('a transaction in flight at the end may have removed any row', () => {
  const [invoked] = operation('ok', { statement: 'cancel' });
  expect(judge([...checkout('ok', ORDER, LINE), invoked!], [])).toMatchObject({ findings: [], judged: 0 });
});

test('attempts at one transaction count once, from when the first was due', () => {
  const denied = { statement: 'checkout', error: 'denied-table' };
  const lines: DraftLine[] = [
    ...operation('fail', { ...denied, retried: true }, 900),
    ...operation('ok', { statement: 'checkout', attempt: 2, of: 2, executed: inserts(ORDER, LINE) }, 900),
    ...operation('ok', { statement: 'checkout', matched: 0 }),
    ...operation('fail', { ...denied, retried: true }, 901),
    ...operation('fail', { ...denied, attempt: 2, of: 8 }, 901),
    ...operation('info', { statement: 'checkout', error: 'timeout', executed: [] }),
    ...operation('ok', { f: 'read', statement: 'show' }),
  ].map((line) => (line.type === 'invoke' && 'attempt' in line && line.attempt === 2 ? { ...line, late: 3e6 } : line));
  const [checkedOut, ...others] = judge(lines, [ORDER, LINE]).figures;
  expect(others).toEqual([]);
  const { maxMs, p50Ms: _p50, p99Ms: _p99, ...counts } = checkedOut!;
  expect(counts).toEqual({
    transaction: 'checkout',
    committed: 1,
    rolledBack: 1,
    failed: 1,
    open: 1,
    retries: 2,
    gaveUp: 1,
    judgedWhole: 1,
    errors: { 'denied-table': 3, timeout: 1 },
  });
  // Invoked 3 ms after it was due, and ended a millisecond later.
  expect(maxMs).toBeCloseTo(4);
});

interface Drawn {
  readonly type: Outcome;
  readonly rows: readonly Row[];
  readonly deletes: boolean;
}

const same =
  ([table, key]: Row) =>
  ([other, otherKey]: Row) =>
    other === table && otherKey === key;

/** The rule of `transaction-atomic`, as the pages state it. */
function halves(drawn: readonly Drawn[], isThere: (row: Row) => boolean): string[] {
  return drawn.flatMap(({ type, rows, deletes }, at) => {
    if (type === 'fail' || deletes) return [];
    const others = drawn.filter((each, place) => place !== at && each.type !== 'fail').flatMap((each) => each.rows);
    const known = rows.filter((row) => !others.some(same(row)) && rows.filter(same(row)).length === 1);
    const missing = known.find((row) => !isThere(row));
    return missing && known.some(isThere) ? [`transaction-atomic ${missing.join(' ')}`] : [];
  });
}

test('the checker says the same as the rule, for any transactions and any rows at the end', () => {
  const row = fc.tuple(fc.constantFrom('orders', 'line'), fc.integer({ min: 1, max: 12 }));
  const drawn = fc.record({
    type: fc.constantFrom<Outcome>('ok', 'ok', 'info', 'fail'),
    rows: fc.array(row, { minLength: 1, maxLength: 4 }),
    deletes: fc.constantFrom(false, false, false, true),
  });
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 6 }), fc.uniqueArray(row, { selector: String }), (all, there) => {
      const lines = all.flatMap(({ type, rows, deletes }) => {
        const executed = rows.map(([table, key]): ExecutedStatement => {
          return deletes ? { f: 'delete', table, key, matched: 1 } : { f: 'insert', table, key };
        });
        return operation(type, { statement: 'any', ...(type === 'fail' ? {} : { executed }) });
      });
      const isThere = (wanted: Row) => there.some((each) => String(each) === String(wanted));
      const { findings } = judge(lines, there);
      const found = findings.filter((each) => each.startsWith('transaction-atomic'));
      expect(found).toEqual(halves(all, isThere).toSorted());
    }),
    { numRuns: 400 },
  );
});
