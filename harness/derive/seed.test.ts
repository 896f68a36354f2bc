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

test('what cannot be generated is refused by name', () => {
  const child = keyed('child', [column('id'), column('parent_id')], {
    foreignKeys: [reference('parent', 'parent_id')],
  });
  expect(() => seedOf([child], 10)).toThrow(/foreign key cannot resolve[^]*of_parent[^]*data\.rows of child to 0/);
  expect(() => seedOf([keyed('t', [column('id', { type: 'polygon' })])], 1)).toThrow(/no values are known[^]*t/);
  const unknown = { 't.nmae': { kind: 'template', text: 'x', nullFraction: 0 } };
  expect(() => seedOf([keyed('t', [column('id')])], 1, unknown)).toThrow(/do not exist[^]*t\.nmae/);
});
