import { expect, test } from '@jest/globals';
import { undeclared, type CaseResult } from './declared.ts';
import type { DefinitionOutcome } from './definitions.ts';
import type { LegOutcome } from './judge-leg.ts';
import { LEGS, nameOfLeg } from './legs.ts';
import { parseValueCase } from './value-case.ts';
import type { VDiffOpinion } from './vdiff-opinion.ts';

const WHY = 'reason: because, report: none found, rule: none';
const CHANGES = `changes: [{ column: a.v, rows: [1], on: [there copied], from: 'x…', to: 'NULL', vdiff: differs, ${WHY} }]`;
const STOPS = `stops: [{ on: [there untouched], says: 'cannot … that', ${WHY} }]`;

const CHANGED: LegOutcome = {
  leg: 'there copied',
  kind: 'changed',
  rows: 2,
  changes: [{ row: 1, from: 'xyz', to: null }],
};
const REFUSED: LegOutcome = { leg: 'there untouched', kind: 'refused', step: 'stream', message: 'cannot read that' };

function equal(leg: string): LegOutcome {
  return { leg, kind: 'equal', rows: 2 };
}

const SAME = (['after the copy', 'at the end'] as const).flatMap((moment) =>
  (['source', 'target'] as const).map((side): DefinitionOutcome => ({ table: 'a', side, moment, change: null })),
);

function differences(
  expected: string,
  legs: readonly LegOutcome[],
  vdiffs: readonly VDiffOpinion[] = [],
  definitions: readonly DefinitionOutcome[] = SAME,
): string[] {
  const column = { table: 'a', column: 'v', type: 'int', isNullable: true, inKey: false, values: 2, legs };
  const result: CaseResult = { name: 'some', about: '', columns: [column], vdiffs, definitions };
  const sql = '-- about: Some.\nCREATE TABLE a (id INT)';
  return undeclared(result, parseValueCase('some', sql, expected));
}

const OPINION: VDiffOpinion = { direction: 'there', table: 'a', rowsCompared: 2, mismatchedRows: 1, samples: [] };
const HIDDEN = CHANGES.replace('differs', 'equal');
const UNSEEN = { ...OPINION, mismatchedRows: 0 };

test('whatever happens as declared is not a surprise', () => {
  expect(differences(`${CHANGES}\n${STOPS}`, [CHANGED, REFUSED], [OPINION])).toEqual([]);
  expect(differences('{}', [{ leg: 'there copied', kind: 'equal', rows: 2 }])).toEqual([]);
});

test('a change that is not declared, or to another value, or in another row, or on another leg, is named', () => {
  const named = 'some: a.v, value 1, there copied: changes from xyz to NULL';
  expect(differences('{}', [CHANGED])).toEqual([named]);
  expect(differences(CHANGES.replace('NULL', '0'), [CHANGED])).toContain(named);
  expect(differences(CHANGES.replace('[1]', '[2]'), [CHANGED])).toContain(named);
  expect(differences(CHANGES.replace('copied', 'deleted'), [CHANGED])).toContain(named);
});

test('a stop that is not declared, or says something else, is named', () => {
  expect(differences('{}', [REFUSED])).toEqual(['some: a, there untouched: stops with “cannot read that”']);
  expect(differences(STOPS.replace('cannot', 'can'), [REFUSED])).toHaveLength(2);
  const ofTwoVersions = STOPS.replace("'cannot … that'", "['will not … that', 'cannot … that']");
  expect(differences(ofTwoVersions, [REFUSED])).toEqual([]);
});

test('whatever is declared but no longer happens is named', () => {
  expect(differences(HIDDEN, [equal('there copied')], [UNSEEN])).toEqual([
    'some: a.v, value 1, there copied: no longer changes from x… to NULL',
  ]);
  expect(differences(STOPS, [equal('there untouched')])).toEqual([
    'some: a, there untouched: no longer stops with “cannot … that”',
  ]);
});

test('an opinion of VDiff that is not declared is named', () => {
  expect(differences(CHANGES, [CHANGED], [OPINION])).toEqual([]);
  expect(differences(HIDDEN, [CHANGED], [UNSEEN])).toEqual([]);
  expect(differences(HIDDEN, [CHANGED], [OPINION])).toEqual(['some: a, there: VDiff sees 1 row that differs']);
  expect(differences('{}', [equal('there copied')], [OPINION])).toHaveLength(1);
  const late = 'some: a, there: VDiff sees nothing, and not that a.v changes from x… to NULL';
  expect(differences(CHANGES, [CHANGED], [UNSEEN])).toEqual([late]);
  const unasked = 'some: a.v: VDiff was not asked where it changes from x… to NULL';
  expect(differences(CHANGES, [CHANGED], [{ ...UNSEEN, direction: 'back' }])).toEqual([unasked]);
  expect(differences(CHANGES, [CHANGED])).toEqual([unasked]);
  expect(differences(HIDDEN, [CHANGED])).toEqual([unasked]);
});

test('a direction that was completed without asking VDiff is named', () => {
  const there = LEGS.map(nameOfLeg).filter((leg) => leg.startsWith('there '));
  expect(differences('{}', there.map(equal))).toEqual(['some: a, there: VDiff was not asked']);
  expect(differences('{}', there.map(equal), [UNSEEN])).toEqual([]);
  expect(differences('{}', there.slice(1).map(equal))).toEqual([]);
  // Once a stream has stopped, VDiff would only show what has never arrived.
  const back = { ...REFUSED, leg: 'back untouched' as const };
  const again = LEGS.map(nameOfLeg).filter((leg) => leg.startsWith('again '));
  const stops = STOPS.replace('there untouched', 'back untouched');
  expect(differences(stops, [...there.map(equal), back, ...again.map(equal)], [UNSEEN])).toEqual([]);
});

test('a definition that changed, or was not compared although the copy ended, is named', () => {
  const [first, ...others] = SAME;
  const changed = { ...first!, change: { from: 'KEY `k` (`v` DESC)', to: 'KEY `k` (`v`)' } };
  expect(differences('{}', [equal('there copied')], [], [changed, ...others])).toEqual([
    'some: a, source, after the copy: its definition changes from KEY `k` (`v` DESC) to KEY `k` (`v`)',
  ]);
  expect(differences('{}', [equal('there copied')], [], others)).toEqual([
    'some: a, source, after the copy: its definition was not compared',
  ]);
  const stops = STOPS.replace('untouched', 'copied');
  expect(differences(stops, [{ ...REFUSED, leg: 'there copied', step: 'copy' }], [], [])).toEqual([]);
});

test('a declared stop must be seen at each of its tables, and at no other', () => {
  const column = { column: 'v', type: 'int', isNullable: true, inKey: false, values: 2 };
  const columns = [
    { ...column, table: 'a', legs: [REFUSED] },
    { ...column, table: 'b', legs: [equal('there untouched')] },
  ];
  const definitions = ['a', 'b'].flatMap((table) => SAME.map((each) => ({ ...each, table })));
  const result: CaseResult = { name: 'some', about: '', columns, vdiffs: [], definitions };
  const stopsAt = (tables: string) => {
    const sql = '-- about: Some.\nCREATE TABLE a (id INT); CREATE TABLE b (id INT)';
    return undeclared(result, parseValueCase('some', sql, STOPS.replace('{ ', `{ ${tables} `)));
  };
  const vain = 'some: b, there untouched: no longer stops with “cannot … that”';
  expect(stopsAt('tables: [a],')).toEqual([]);
  expect(stopsAt('')).toEqual([vain]);
  expect(stopsAt('tables: [b],')).toEqual(['some: a, there untouched: stops with “cannot read that”', vain]);
});
