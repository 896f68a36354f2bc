import { expect, test } from '@jest/globals';
import type { LoadedRows } from '../fixture/fixture.ts';
import { column, table, uniqueKey } from '../schema/model/tables.ts';
import { demandsOf } from './demands.ts';
import { insertionOf } from './insertions.ts';
import { statementsOf } from './statements.ts';

const seat = table(
  'seat',
  [
    column('id', { isAutoIncrement: true }),
    column('guest', { isNullable: true }),
    column('band', { isNullable: true }),
  ],
  {
    indexes: [uniqueKey('PRIMARY', ['id'])],
    checks: [{ name: 'ck_who', clause: '((`guest` is null) <> (`band` is null))', enforced: true }],
  },
);

function sourcesOf(rows: LoadedRows['rows']) {
  return {
    table: seat,
    tables: [seat],
    demands: demandsOf(seat, undefined),
    loaded: new Map([['seat', { columns: ['id', 'guest', 'band'], rows }]]),
    greatest: async () => null,
    unreferred: async () => null,
    widen: async () => undefined,
  };
}

/** Refuses every insert. @returns the forms that were tried, in order, each with whether it was doubtful. */
async function triedInserts(rows: LoadedRows['rows']) {
  const tried: { sent: string; isDoubtful: boolean }[] = [];
  await statementsOf({
    ...sourcesOf(rows),
    tryStatement: async ({ kind, parameters }, _, isDoubtful) => {
      if (kind !== 'insert') return null;
      tried.push({ sent: JSON.stringify(parameters), isDoubtful });
      return { errno: 3819, message: "Check constraint 'ck_who' is violated." };
    },
  });
  return tried;
}

test('NULLs copied from a row are tried after values that are valid by construction, and as often as values that only happen to be valid', async () => {
  const tried = await triedInserts([
    [1, 5, null],
    [2, null, 6],
  ]);
  const doubtful = tried.map(({ isDoubtful }) => isDoubtful);
  expect(doubtful).toEqual(doubtful.toSorted((a, b) => Number(a) - Number(b)));
  // NULLs copied from each of the two rows, and values without any rule.
  expect(doubtful.filter(Boolean)).toHaveLength(3);
  expect(tried.at(-1)!.sent).not.toContain('"values":[null]');
});

test('NULLs are not copied from a row that has none in the columns that a CHECK is about', async () => {
  expect(await insertionOf(sourcesOf([[1, 5, 6]]), 'nulls', 0)).toMatch(/has no NULL/);
  expect(await insertionOf(sourcesOf([[1, 5, null]]), 'nulls', 0)).toMatchObject({ kind: 'insert' });
  expect((await triedInserts([[1, 5, 6]])).filter(({ isDoubtful }) => isDoubtful)).toHaveLength(1);
  const later = await triedInserts([
    [1, 5, 6],
    [2, 5, null],
  ]);
  expect(later.filter(({ isDoubtful }) => isDoubtful)).toHaveLength(2);
});
