import path from 'node:path';
import { expect, test } from '@jest/globals';
import { LEGS, nameOfLeg } from './legs.ts';
import { inVersion, parseValueCase, readValueCases } from './value-case.ts';

const SQL = `-- about: Some values.
-- writes with: binlog_row_value_options = PARTIAL_JSON
-- left to the server: made, \`key\`
-- changes a.doc to: JSON_SET(own.doc, '$.a', 1)
CREATE TABLE a (id INT PRIMARY KEY); -- CREATE TABLE not_this (id INT);
INSERT INTO a VALUES ('CREATE TABLE nor_this');
CREATE TABLE \`b c\` (id INT PRIMARY KEY);`;

const STOP = 'stops: [{ on: [there, back inserted], says: "bad …", reason: because, report: none found, rule: none }]';

test('a case has its tables, what its comments say, and what is declared of it', () => {
  const { about, tables, writesWith, changedBy, stops } = parseValueCase('some', SQL, STOP);
  expect({ about, tables, writesWith }).toEqual({
    about: 'Some values.',
    tables: ['a', 'b c'],
    writesWith: 'binlog_row_value_options = PARTIAL_JSON',
  });
  expect(changedBy).toEqual(new Map([['a.doc', "JSON_SET(own.doc, '$.a', 1)"]]));
  const there = LEGS.map(nameOfLeg).filter((leg) => leg.startsWith('there '));
  expect(stops[0]?.on).toEqual(new Set([...there, 'back inserted']));
});

test('what is meant by all is every leg', () => {
  const { stops } = parseValueCase('some', SQL, STOP.replace('there, back inserted', 'all'));
  expect(stops[0]?.on.size).toBe(LEGS.length);
});

test('what is declared holds in the versions that it is declared for', () => {
  const declared = parseValueCase('some', SQL, STOP.replace('report:', 'since: [23.0.0], mended: [24.0.3], report:'));
  const stopsIn = (vitess: string) => inVersion(declared, vitess).stops.length;
  expect(['22.0.4', '23.0.5', '24.0.2', '24.0.3', '25.0.0'].map(stopsIn)).toEqual([0, 1, 1, 0, 0]);
});

test.each([
  [SQL, STOP.replace('report:', 'mended: [v24], report:'), 'mended'],
  ['-- about: No table.', '{}', 'no CREATE TABLE'],
  ['CREATE TABLE a (id INT);', '{}', 'about'],
  [SQL, 'stops: [{ on: [nowhere], says: x, reason: x, report: x, rule: x }]', 'stops'],
  [SQL, 'stops: [{ on: [], says: x, reason: x, report: x, rule: x }]', 'stops'],
  [SQL, 'changes: [{ column: a.b }]', 'rows'],
  [SQL, 'changes: [{ column: a.b, rows: [], on: [all], from: x, to: y, reason: x, report: x, rule: x }]', 'rows'],
])('a case in another form is refused (%#)', (sql, expected, seen) => {
  expect(() => parseValueCase('some', sql, expected)).toThrow(seen);
});

test('no case declares a change of which only the end is named: what comes before could be any corruption', async () => {
  const cases = await readValueCases(path.resolve(import.meta.dirname, '../../scenarios/fidelity/cases'));
  const open = cases.flatMap(({ changes }) => changes.filter(({ from, to }) => `${from[0]}${to[0]}`.includes('…')));
  expect(open).toEqual([]);
});
