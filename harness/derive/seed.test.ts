import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Column } from '../schema/columns.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import type { Table } from '../schema/database.ts';
import { column, table, uniqueKey } from '../schema/model/tables.ts';
import { deriveSeed } from './seed.ts';

function reference(parentTable: string, name: string): ForeignKey {
  const more = { parentSchema: null, parentExists: true, parentColumns: ['id'], rules: '' };
  return { name: `of_${parentTable}`, columns: [name], parentTable, ...more };
}

/** With a primary key. */
function keyed(name: string, columns: readonly Column[], more: Partial<Table> = {}): Table {
  return table(name, columns, { indexes: [uniqueKey('PRIMARY', ['id'])], ...more });
}

function seedOf(tables: readonly Table[], rows: number, columns = {}) {
  return deriveSeed(tables, { rows: new Map(tables.map(({ name }) => [name, rows])), columns });
}

const members = (count: number) => Array.from({ length: count }, (_, at) => `m${at}`);

const LARGEST = { tinyint: 127, smallint: 32_767, mediumint: 8_388_607, int: 2_147_483_647 } as const;

test('ids are left for inserts in every type, and a smaller number of rows is reported', () => {
  const types = fc.constantFrom('tinyint', 'smallint', 'mediumint', 'int');
  fc.assert(
    fc.property(types, fc.boolean(), fc.integer({ min: 0, max: 100_000_000 }), (type, isUnsigned, asked) => {
      const id = column('id', { type, isUnsigned, isAutoIncrement: true });
      const { seed, notes } = seedOf([keyed('t', [id])], asked);
      const { rows } = seed.tables['t']!;
      const largest = isUnsigned ? 2 * LARGEST[type] + 1 : LARGEST[type];
      expect(rows).toBe(Math.min(asked, Math.floor(largest / 2)));
      expect(notes).toHaveLength(rows < asked ? 1 : 0);
    }),
  );
});

test('a column whose values are given by the config is left as it is', () => {
  const id = column('id', { type: 'tinyint', isAutoIncrement: true });
  const values = { kind: 'sequence', start: -100, step: 1, nullFraction: 0 } as const;
  const { seed, notes } = seedOf([keyed('t', [id])], 200, { 't.id': values });
  expect(seed.tables['t']).toEqual({ rows: 200, columns: { id: values } });
  expect(notes).toEqual([]);
});

test('a unique key of two columns bounds the rows by the product of their values', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (first, second) => {
      const columns = [
        column('id', { isAutoIncrement: true }),
        column('a', { type: 'enum', members: members(first) }),
        column('b', { type: 'enum', members: members(second) }),
      ];
      const { seed, notes } = seedOf(
        [keyed('t', columns, { indexes: [uniqueKey('PRIMARY', ['id']), uniqueKey('ab', ['a', 'b'])] })],
        60,
      );
      expect(seed.tables['t']!.rows).toBe(Math.min(60, first * second));
      expect(notes).toHaveLength(first * second < 60 ? 1 : 0);
    }),
  );
});

test('a child takes its parent’s values, whatever the order of the tables, and no more than can be told apart', () => {
  const parent = keyed('parent', [column('id', { type: 'tinyint', isAutoIncrement: true })]);
  const child = keyed('child', [column('id', { isAutoIncrement: true }), column('parent_id')], {
    foreignKeys: [reference('parent', 'parent_id')],
    indexes: [uniqueKey('PRIMARY', ['id']), uniqueKey('one_each', ['parent_id'])],
  });
  for (const tables of [
    [parent, child],
    [child, parent],
  ]) {
    const { seed, notes } = seedOf(tables, 1000);
    expect(seed.tables['parent']!.rows).toBe(63);
    expect(seed.tables['child']!.rows).toBe(63);
    expect(seed.tables['child']!.columns['parent_id']).toMatchObject({ kind: 'reference', table: 'parent' });
    expect(notes).toHaveLength(2);
  }
});

test('a table whose rows cannot be generated gets none, and a note that says why', () => {
  const child = keyed('child', [column('id'), column('parent_id')], {
    foreignKeys: [reference('parent', 'parent_id')],
  });
  const { seed, notes } = seedOf([child, keyed('t', [column('id', { type: 'polygon' })])], 10);
  expect([seed.tables['child']!.rows, seed.tables['t']!.rows]).toEqual([0, 0]);
  expect(notes).toEqual([
    expect.stringMatching(/^t: 0 of 10 rows, because no values are known for id polygon/),
    expect.stringMatching(/^child: 0 of 10 rows, because of_parent \(parent_id\) cannot resolve: parent has no row/),
  ]);
});

test('a column that takes its value from itself, by way of another table, is not followed forever', () => {
  const one = keyed('one', [column('id')], { foreignKeys: [reference('two', 'id')] });
  const two = keyed('two', [column('id')], { foreignKeys: [reference('one', 'id')] });
  const { seed, notes } = seedOf([one, two], 10);
  expect(Object.values(seed.tables).map(({ rows }) => rows)).toEqual([10, 10]);
  expect(seed.tables['two']!.columns['id']).toMatchObject({ kind: 'reference', table: 'one', stride: 1 });
  expect(seed.tables['one']!.columns['id']).toMatchObject({ kind: 'sequence' });
  expect(notes).toEqual([]);
});

test('parents are filled first', () => {
  const child = keyed('child', [column('id'), column('parent_id')], {
    foreignKeys: [reference('parent', 'parent_id')],
  });
  expect(seedOf([child, keyed('parent', [column('id')])], 1).tables.map(({ name }) => name)).toEqual([
    'parent',
    'child',
  ]);
});

test('for a unique key on a generated column or an expression, the column behind it gets distinct values', () => {
  const title = column('title', { type: 'varchar', length: 120 });
  const slug = column('slug', {
    type: 'varchar',
    length: 120,
    generated: { expression: 'lower(`title`)', isStored: true },
  });
  const lowered = { column: null, length: null, expression: 'lower(`title`)', descending: false };
  for (const index of [uniqueKey('by_slug', ['slug']), { ...uniqueKey('by_title', []), parts: [lowered] }]) {
    const { seed } = seedOf([table('article', [title, slug], { indexes: [index] })], 50);
    expect(seed.tables['article']).toEqual({
      rows: 50,
      columns: { title: expect.objectContaining({ kind: 'template' }) },
    });
  }
});

test('columns that do not exist are refused by name', () => {
  const unknown = { 't.nmae': { kind: 'template', text: 'x', nullFraction: 0 } };
  expect(() => seedOf([keyed('t', [column('id')])], 1, unknown)).toThrow(/do not exist[^]*t\.nmae/);
});
