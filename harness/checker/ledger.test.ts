import { expect, test } from '@jest/globals';
import type { FinalRowRead } from '../history/final-state-reader.ts';
import type { Finding } from '../history/invariants.ts';
import type { TableChecker } from './checker.ts';
import { guardedTable } from './guarded.ts';
import { Ledger } from './ledger.ts';

const finding = (index: number | null, weight: number): Finding => ({
  table: 't',
  key: index,
  what: '',
  index,
  weight,
});

test('the first, the worst and the last finding are kept in order of time, and all are counted and passed on', () => {
  const told: Finding[] = [];
  const ledger = new Ledger((_, each) => told.push(each));
  const all = [finding(7, 1), finding(3, 2), finding(5, 9), finding(null, 1), finding(4, 1)];
  for (const each of all) ledger.find('monotonic', each);
  const { count, findings, verdict } = ledger.results().find(({ id }) => id === 'monotonic')!;
  expect([verdict, count]).toEqual(['fail', 5]);
  expect(findings.map(({ key, which }) => [key, which])).toEqual([
    [3, ['first']],
    [5, ['worst']],
    [null, ['last']],
  ]);
  expect(told).toEqual(all);
});

test('an invariant passes only if something was judged and nothing was left open', () => {
  const ledger = new Ledger();
  ledger.judged('monotonic');
  ledger.judged('no-phantom');
  ledger.cannot('no-phantom', 'why');
  ledger.find('sides-equal', finding(1, 1));
  ledger.cannot('sides-equal', 'why');
  const verdicts = Object.fromEntries(ledger.results().map(({ id, verdict, reason }) => [id, [verdict, reason]]));
  expect(verdicts).toMatchObject({
    monotonic: ['pass', undefined],
    'no-phantom': ['unknown', 'why'],
    'sides-equal': ['fail', undefined],
    'ids-advance': ['unknown', 'there was nothing to judge'],
  });
});

test('a checker that throws makes its own invariants unknown, and is not asked again', () => {
  let calls = 0;
  const checker: TableChecker = {
    ids: ['ids-advance'],
    completed: () => undefined,
    finalRow: () => {
      calls++;
      throw new Error('a bug');
    },
    end: () => undefined,
  };
  const ledger = new Ledger();
  ledger.judged('ids-advance');
  const guarded = guardedTable(checker, ledger);
  const row: FinalRowRead = { table: 't', key: 1, value: 1, version: undefined };
  guarded.finalRow(row);
  guarded.finalRow(row);
  expect(calls).toBe(1);
  const result = ledger.results().find(({ id }) => id === 'ids-advance')!;
  expect(result).toMatchObject({ verdict: 'unknown', reason: 'its checker broke: a bug' });
});

const odd = (json: string): number => JSON.parse(json);
const absent = (json: string): { readonly n: number } => JSON.parse(json);

test('a count that is not a number is not a pass, because a line without its field has counted nothing', () => {
  const ledger = new Ledger();
  ledger.judgedMany('sides-equal', Number.NaN);
  ledger.judgedMany('vdiff-agrees', odd('null'));
  ledger.judgedMany('vdiff-agrees', absent('{}').n);
  const verdicts = new Map(ledger.results().map(({ id, verdict }) => [id, verdict]));
  expect([verdicts.get('sides-equal'), verdicts.get('vdiff-agrees')]).toEqual(['unknown', 'unknown']);
});
