import path from 'node:path';
import { expect, test } from '@jest/globals';
import { LEGS, nameOfLeg } from './legs.ts';
import { RULE_IDS } from '../preflight/rules.ts';
import { canHave, casesFor, inVersion, parseValueCase, readValueCases } from './value-case.ts';

const SQL = `-- about: Some values.
-- needs: 9.0
-- writes with: binlog_row_value_options = PARTIAL_JSON
-- updates are logged as: Update_rows_partial, at most 4500 bytes
-- left to the server: made, \`key\`
-- changes a.doc to: JSON_SET(own.doc, '$.a', 1)
CREATE TABLE a (id INT PRIMARY KEY); -- CREATE TABLE not_this (id INT);
INSERT INTO a VALUES ('CREATE TABLE nor_this');
CREATE TABLE \`b c\` (id INT PRIMARY KEY);`;

const STOP = 'stops: [{ on: [there, back inserted], says: "bad …", reason: because, report: none found, rule: none }]';

test('a case has its tables, what its comments say, and what is declared for it', () => {
  const { about, tables, writesWith, needs, updates, changedBy, stops } = parseValueCase('some', SQL, STOP);
  expect({ about, tables, writesWith, needs, updates }).toEqual({
    about: 'Some values.',
    tables: ['a', 'b c'],
    writesWith: 'binlog_row_value_options = PARTIAL_JSON',
    needs: '9.0',
    updates: { type: 'Update_rows_partial', mostBytes: 4500 },
  });
  expect(changedBy).toEqual(new Map([['a.doc', "JSON_SET(own.doc, '$.a', 1)"]]));
  const there = LEGS.map(nameOfLeg).filter((leg) => leg.startsWith('there '));
  expect(stops[0]?.on).toEqual(new Set([...there, 'back inserted alone', 'back inserted together']));
});

function withTarget(target: string): readonly string[] {
  return parseValueCase('some', SQL, '{}', { target }).onTarget.tables;
}

test('the target may have tables of a case, and no others', () => {
  expect(withTarget('CREATE TABLE a (v INT, id INT PRIMARY KEY)')).toEqual(['a']);
  expect(() => withTarget('CREATE TABLE x (id INT)')).toThrow('x, which values.sql does not have');
});

test('“all” means every leg', () => {
  const { stops } = parseValueCase('some', SQL, STOP.replace('there, back inserted', 'all'));
  expect(stops[0]?.on.size).toBe(LEGS.length);
});

test('a declaration holds in the versions that it is for', () => {
  const bugs = { one: { since: ['23.0.0'], mended: ['24.0.3'] } };
  const stopsIn = (named: string) => {
    const declared = parseValueCase('some', SQL, STOP.replace('report:', `${named}, report:`), { bugs });
    return ['22.0.4', '23.0.5', '24.0.2', '24.0.3', '25.0.0'].map((vitess) => inVersion(declared, vitess).stops.length);
  };
  expect(stopsIn('bug: one')).toEqual([0, 1, 1, 0, 0]);
  expect(stopsIn('unless: one')).toEqual([1, 0, 0, 1, 1]);
});

test.each([
  [SQL, STOP.replace('report:', 'mended: [24.0.3], report:'), 'mended'],
  [SQL, STOP.replace('report:', 'bug: unheard-of, report:'), 'bug: unheard-of'],
  [SQL, STOP.replace('report:', 'unless: unheard-of, report:'), 'unless: unheard-of'],
  ['-- about: No table.', '{}', 'no CREATE TABLE'],
  [SQL.replace('at most 4500', 'some'), '{}', 'updates are logged as'],
  [SQL.replace('9.0', 'a new one'), '{}', 'needs'],
  [
    SQL,
    `changes:
      - { column: a.b, rows: [1], on: [all], from: x, to: y, vdiff: equal, reason: x, report: x, rule: x }
      - { column: a.c, rows: [1], on: [all], from: x, to: y, vdiff: differs, reason: x, report: x, rule: x }`,
    'one opinion of VDiff for each table in each version',
  ],
  ['CREATE TABLE a (id INT);', '{}', 'about'],
  [SQL, 'stops: [{ on: [nowhere], says: x, reason: x, report: x, rule: x }]', 'stops'],
  [SQL, 'stops: [{ on: [], says: x, reason: x, report: x, rule: x }]', 'stops'],
  [SQL, 'changes: [{ column: a.b }]', 'rows'],
  [
    SQL,
    'changes: [{ column: a.b, rows: [], on: [all], from: x, to: y, vdiff: equal, reason: x, report: x, rule: x }]',
    'rows',
  ],
])('a malformed case is refused (%#)', (sql, expected, seen) => {
  expect(() => parseValueCase('some', sql, expected)).toThrow(seen);
});

test.each([
  ['9.7.4-2', '9.0', true],
  ['9.0.0', '9.0', true],
  ['8.4.10', '9.0', false],
  ['10.1.0', '9.0', true],
])('MySQL %s, where %s is needed: %s', (version, needs, can) => {
  expect(canHave(version, { needs })).toBe(can);
});

test('a MySQL that is too old for every case compares nothing', () => {
  const some = parseValueCase('some', SQL, '{}');
  expect(casesFor('9.7.4', [some])).toEqual([some]);
  expect(() => casesFor('8.4.10', [some])).toThrow('nothing is compared');
});

const CASES = await readValueCases(path.resolve(import.meta.dirname, '../../scenarios/fidelity/cases'));

test('preflight has a rule for every value that changes or stops a stream', () => {
  const rules = CASES.flatMap(({ changes, stops, definitions }) =>
    [...changes, ...stops, ...definitions].map(({ rule }) => rule),
  );
  expect(rules.filter((rule) => !RULE_IDS.includes(rule))).toEqual([]);
});

test('no case declares a change by its end alone, because what comes before it could be any corruption', () => {
  const open = CASES.flatMap(({ changes }) => changes.filter(({ from, to }) => `${from[0]}${to[0]}`.includes('…')));
  expect(open).toEqual([]);
});
