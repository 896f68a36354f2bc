import { expect, test } from '@jest/globals';
import type { ExactRow } from './exact-values.ts';
import { judgeLeg, needsOriginal } from './judge-leg.ts';
import { change, idOf, LEGS, type Leg, type Path, type ValueColumn, type ValueTable } from './legs.ts';

const COLUMN: ValueColumn = {
  name: 'v',
  dataType: 'int',
  type: 'int',
  isNullable: true,
  inKey: false,
  isGenerated: false,
  isOfServer: false,
};
const TABLE: ValueTable = { name: 't', columns: [COLUMN], rows: 2, changedBy: new Map() };
const REFERENCE = rows([1, 'x'], [2, 'y']);

function rows(...all: readonly (readonly [number, string | null])[]): ReadonlyMap<number, ExactRow> {
  return new Map(all.map(([id, value]) => [id, new Map([['v', value]])]));
}

function legOf(path: Path): Leg {
  return LEGS.find((leg) => leg.path === path && leg.direction === 'there')!;
}

function sidesOf(leg: Leg, serving: readonly (string | null)[], following: readonly (string | null)[]) {
  const of = (values: readonly (string | null)[]) =>
    rows(...values.map((value, at): [number, string | null] => [idOf(leg, at + 1), value]));
  return { reference: REFERENCE, serving: of(serving), following: of(following), original: of(serving) };
}

test('values that arrive as intended are equal', () => {
  const leg = legOf('inserted together');
  const outcome = judgeLeg(leg, TABLE, sidesOf(leg, ['x', 'y'], ['x', 'y'])).get('v');
  expect(outcome).toEqual({ leg: 'there inserted together', kind: 'equal', rows: 2 });
});

test('a value that arrives as another one, as NULL, or not at all counts as changed', () => {
  const leg = legOf('inserted together');
  const outcome = judgeLeg(leg, TABLE, sidesOf(leg, ['x', 'y'], [null])).get('v');
  expect(outcome).toMatchObject({
    kind: 'changed',
    changes: [
      { row: 1, from: 'x', to: null },
      { row: 2, from: 'y', to: 'no row' },
    ],
  });
});

test('a changed row gets the values of the next row of the reference, and the last row those of the first', () => {
  const leg = legOf('changed');
  expect(judgeLeg(leg, TABLE, sidesOf(leg, ['y', 'x'], ['y', 'x'])).get('v')?.kind).toBe('equal');
  expect(judgeLeg(leg, TABLE, sidesOf(leg, ['y', 'x'], ['y', 'y'])).get('v')).toMatchObject({
    changes: [{ row: 1, from: 'x', to: 'y' }],
  });
});

test('a deleted row that is still there is a change', () => {
  const leg = legOf('deleted');
  expect(judgeLeg(leg, TABLE, sidesOf(leg, [], [])).get('v')?.kind).toBe('equal');
  expect(judgeLeg(leg, TABLE, sidesOf(leg, [], ['x'])).get('v')).toMatchObject({
    changes: [{ row: 1, from: 'no row', to: 'a row' }],
  });
});

test('an untouched value that changed on the side that is written to is judged by the intended value', () => {
  const leg = legOf('untouched');
  expect(judgeLeg(leg, TABLE, sidesOf(leg, ['rounded', 'y'], ['rounded', 'y'])).get('v')).toMatchObject({
    changes: [{ row: 1, from: 'x', to: 'rounded' }],
  });
});

test('a value that is left to the server is judged by the value that the server chose', () => {
  const leg = legOf('untouched');
  const table = { ...TABLE, columns: [{ ...COLUMN, isOfServer: true }] };
  expect(judgeLeg(leg, table, sidesOf(leg, ['now', 'now'], ['now', 'then'])).get('v')).toMatchObject({
    changes: [{ row: 2, from: 'now', to: 'then' }],
  });
});

test('a value that the source had computed is meant to stay as it was, whatever the other side has', () => {
  const leg = legOf('untouched');
  const table = { ...TABLE, columns: [{ ...COLUMN, isOfServer: true, isGenerated: true }] };
  expect(needsOriginal(table)).toBe(true);
  const sides = { ...sidesOf(leg, ['12', '12'], ['12', '12']), original: sidesOf(leg, ['13', '12'], []).serving };
  expect(judgeLeg(leg, table, sides).get('v')).toMatchObject({ changes: [{ row: 1, from: '13', to: '12' }] });
  // A value that changes when the row does is not meant to stay.
  const onUpdate = { ...TABLE, columns: [{ ...COLUMN, isOfServer: true }] };
  expect(needsOriginal(onUpdate)).toBe(false);
  expect(judgeLeg(leg, onUpdate, sides).get('v')?.kind).toBe('equal');
});

test('a missing value that was left to the server is a change, even if it is missing on both sides', () => {
  const leg = legOf('untouched');
  const table = { ...TABLE, columns: [{ ...COLUMN, isOfServer: true }] };
  expect(judgeLeg(leg, table, sidesOf(leg, ['made', null], ['made', null])).get('v')).toMatchObject({
    changes: [{ row: 2, from: 'y', to: 'NULL (where it was written)' }],
  });
  // The server generates nothing if the reference has nothing either.
  const sides = { ...sidesOf(leg, ['made', null], ['made', null]), reference: rows([1, 'x'], [2, null]) };
  expect(judgeLeg(leg, table, sides).get('v')?.kind).toBe('equal');
});

test('a value that the written side does not have is a change', () => {
  const inserted = legOf('inserted together');
  expect(judgeLeg(inserted, TABLE, sidesOf(inserted, ['x', 'z'], ['x', 'z'])).get('v')).toMatchObject({
    changes: [{ row: 2, from: 'y', to: 'z (where it was written)' }],
  });
  const deleted = legOf('deleted');
  expect(judgeLeg(deleted, TABLE, sidesOf(deleted, ['x'], [])).get('v')?.kind).toBe('changed');
});

test('statements name neither generated columns nor those that are left to the server', () => {
  const others = [
    { ...COLUMN, name: 'made', isGenerated: true },
    { ...COLUMN, name: 'stamp', isOfServer: true },
  ];
  const table = { ...TABLE, columns: [COLUMN, ...others], changedBy: new Map([['v', 'own.v + 1']]) };
  expect(change(legOf('copied'), table)).toEqual([]);
  expect(change(legOf('inserted together'), table)).toEqual([
    'INSERT INTO `t` (id, `v`) SELECT id + 300, `v` FROM fidelity.`t` ORDER BY id',
  ]);
  expect(change(legOf('changed'), table).join()).toMatch(
    /SET own\.`v` = own\.v \+ 1 WHERE own\.id BETWEEN 501 AND 599$/,
  );
});

test('rows that are inserted one by one have a statement each', () => {
  expect(change(legOf('inserted alone'), TABLE)).toEqual([
    'INSERT INTO `t` (id, `v`) SELECT id + 200, `v` FROM fidelity.`t` WHERE id = 1',
    'INSERT INTO `t` (id, `v`) SELECT id + 200, `v` FROM fidelity.`t` WHERE id = 2',
  ]);
});
