import { expect, test } from '@jest/globals';
import { digestOf } from './digest-cases.ts';
import { parseValueCase } from './value-case.ts';

const SQL = `-- about: Some values.
-- writes with: time_zone = 'SYSTEM'
-- changes a.v to: 3
CREATE TABLE a (id INT, touched INT, v INT);
INSERT INTO a VALUES (1, 0, 1), (2, 0, 2);`;
const EXPECTED = `changes:
  - { column: a.v, rows: [1], on: [there], from: x, to: y, vdiff: equal, reason: so, report: none found, rule: no-key }
stops:
  - { on: [back], says: no, reason: so, report: none found, rule: no-key, bug: one }
definitions:
  - { table: a, from: x, to: y, reason: so, report: none found, rule: no-key }`;
const TARGET = 'CREATE TABLE a (v INT, touched INT, id INT);';
const BUGS = { one: { since: [], mended: ['24.0.2'] } };

function digest(sql = SQL, expected = EXPECTED, target = TARGET, bugs = BUGS): string {
  return digestOf(parseValueCase('some', sql, expected, { bugs, target }));
}

test('other words are no other case', () => {
  expect(digest(SQL.replace('Some values', 'Values'))).toBe(digest());
  expect(digest(SQL, EXPECTED.replaceAll('reason: so', 'reason: because'))).toBe(digest());
  expect(digest(SQL, EXPECTED.replaceAll('none found', 'vitessio/vitess#1'))).toBe(digest());
});

test.each<readonly [string, Parameters<typeof digest>]>([
  ['a value', [SQL.replace('2, 0, 2', '2, 0, 3')]],
  ['the zone of its sessions', [SQL.replace('SYSTEM', '+01:00')]],
  ['what a value changes to', [SQL.replace('to: 3', 'to: 4')]],
  ['a leg of a change', [SQL, EXPECTED.replace('[there]', '[there copied]')]],
  ['VDiff’s opinion', [SQL, EXPECTED.replace('vdiff: equal', 'vdiff: differs')]],
  ['a rule', [SQL, EXPECTED.replace('rule: no-key', 'rule: engine')]],
  ['a message', [SQL, EXPECTED.replace('says: no', 'says: never')]],
  ['a definition', [SQL, EXPECTED.replace('{ table: a, from: x', '{ table: a, from: z')]],
  ['the target’s table', [SQL, EXPECTED, TARGET.replace('v INT, ', 'v BIGINT, ')]],
  ['the release that mends a bug', [SQL, EXPECTED, TARGET, { one: { since: [], mended: ['24.0.3'] } }]],
])('another case has another digest: %s', (_, other) => {
  expect(digest(...other)).not.toBe(digest());
});
