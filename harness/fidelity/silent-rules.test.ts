import { expect, test } from '@jest/globals';
import { silentRules } from './silent-rules.ts';
import { parseValueCase } from './value-case.ts';

const WHY = 'reason: because, report: none found';
const CASE = parseValueCase(
  'some',
  '-- about: Some.\nCREATE TABLE a (id INT); CREATE TABLE b (id INT)',
  `changes: [{ column: a.v, rows: [1], on: [all], from: x, to: y, vdiff: equal, rule: float-rounded, ${WHY} }]
stops: [{ tables: [b], on: [all], says: x, rule: no-key, ${WHY} }]`,
);

test('a rule that a case names must find its table', () => {
  const stop = { rule: 'no-key', table: 'b' };
  expect(silentRules(CASE, [{ rule: 'float-rounded', table: 'a' }, stop])).toEqual([]);
  expect(silentRules(CASE, [{ rule: 'float-rounded', table: 'b' }, stop])).toEqual([
    'some: float-rounded of preflight does not find a',
  ]);
  expect(silentRules(CASE, [{ rule: 'float-rounded', table: 'a' }])).toEqual([
    'some: no-key of preflight does not find b',
  ]);
});
