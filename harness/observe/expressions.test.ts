import { NO_CONSTRAINTS } from '../schema/constraints.ts';
import { expect, test } from '@jest/globals';
import { literal, longestRow, rowBytes, rowHash, within } from './expressions.ts';
import { commonShape, compareShapes, type ComparedColumn, type Shape } from './shape.ts';
import { readable } from './differences.ts';

function column(name: string, type: string, other: Partial<ComparedColumn> = {}): ComparedColumn {
  return { name, type, definition: type, nullable: false, characterSet: null, collation: null, longest: 0, ...other };
}

const id = column('id', 'bigint');
const name = column('name', 'varchar', { nullable: true, characterSet: 'latin1', collation: 'latin1_bin' });
const shape: Shape = {
  table: 't',
  columns: [id, name],
  key: [id],
  primaryKey: '`id`',
  constraints: NO_CONSTRAINTS,
  definitions: [],
  rows: 0,
};

test('a row is a field for each column, and then the bytes of its strings', () => {
  expect(rowBytes(shape)).toBe("CONCAT(_binary'', `id`, ',', IFNULL(LENGTH(`name`), -1), ',', IFNULL(`name`, ''))");
  expect(rowHash(shape)).toBe(`SHA2(${rowBytes(shape)}, 256)`);
});

function longestOf(one: ComparedColumn): number {
  return longestRow({ ...shape, columns: [id, one] });
}

test('the longest row counts strings that it contains unhashed', () => {
  expect(longestOf(column('c', 'varchar', { longest: 256 }))).toBe(416);
  expect(longestOf(column('c', 'longtext', { longest: 4_294_967_295 }))).toBe(160);
});

function bytesOf(one: ComparedColumn): string {
  return rowBytes({ ...shape, columns: [one] });
}

test.each([
  ['varbinary', 'LENGTH(`c`)', 'IFNULL(LENGTH(`c`), -1)'],
  ['bigint', '`c`', "IFNULL(`c`, 'N')"],
  ['float', 'CAST(`c` AS DOUBLE)', "IFNULL(CAST(`c` AS DOUBLE), 'N')"],
  ['enum', 'CAST(`c` AS UNSIGNED)', "IFNULL(CAST(`c` AS UNSIGNED), 'N')"],
])('a value of type %s is exact, and NULL is a field of its own', (type, sql, nullable) => {
  expect(bytesOf(column('c', type))).toContain(`CONCAT(_binary'', ${sql}, ','`);
  expect(bytesOf(column('c', type, { nullable: true }))).toContain(`CONCAT(_binary'', ${nullable}, ','`);
});

test('a document is represented by its text, and by which of its leaves are strings', () => {
  const document = "CONCAT(SHA2(`c`, 256), IFNULL(SHA2(JSON_SEARCH(`c`, 'all', '%'), 256), ";
  expect(bytesOf(column('c', 'json'))).toContain(`CONCAT(_binary'', ${document}`);
  expect(bytesOf(column('c', 'json', { nullable: true }))).toContain(`CONCAT(_binary'', IFNULL(${document}`);
  expect(longestOf(column('c', 'json'))).toBe(240);
});

test('a range over one column', () => {
  expect(within([id], {})).toBe('TRUE');
  expect(within([id], { after: ['5'], upTo: ['9'] })).toBe('`id` > 5 AND `id` <= 9');
});

test('a range over several columns is spelled out', () => {
  expect(within([id, name], { after: ['5', '61'] })).toBe(
    "(`id` >= 5 AND (`id` > 5 OR `name` > _latin1 X'61' COLLATE latin1_bin))",
  );
  expect(within([id, column('b', 'binary')], { upTo: ['5', ''] })).toBe("(`id` <= 5 AND (`id` < 5 OR `b` <= X''))");
});

test('an ENUM is compared by its index, which is also its sort order', () => {
  expect(within([column('e', 'enum')], { after: ['2'] })).toBe('CAST(`e` AS UNSIGNED) > 2');
});

test.each([
  ['datetime', '2020-01-01 00:00:00.000001', "'2020-01-01 00:00:00.000001'"],
  ['bigint', '18446744073709551615', '18446744073709551615'],
  ['double', '0.1', '0.1e0'],
  ['double', '1e-300', '1e-300'],
  ['varbinary', '00FF', "X'00FF'"],
])('a key of type %s is written exactly', (type, text, sql) => {
  expect(literal(column('c', type), text)).toBe(sql);
});

test('schemas are compared by name, and only differences are reported', () => {
  const target: Shape = { ...shape, columns: [{ ...name, definition: 'text' }, id, column('more', 'int')] };
  expect(compareShapes(shape, shape)).toEqual([]);
  expect(compareShapes(shape, target)).toEqual([
    { what: 'name', source: 'varchar', target: 'text' },
    { what: 'more', source: null, target: 'int' },
  ]);
  expect(commonShape(shape, target).columns).toEqual([id, name]);
});

test('indexes and constraints are compared by their definitions, and by how often each occurs', () => {
  const unique = { kind: 'UNIQUE KEY', text: '(`name`)' };
  const check = { kind: 'CHECK', text: '(`id` > 0)' };
  const source: Shape = { ...shape, definitions: [unique, check, unique] };
  expect(compareShapes(source, { ...shape, definitions: [unique, unique, check] })).toEqual([]);
  expect(compareShapes(source, { ...shape, definitions: [check, unique] })).toEqual([
    { what: 'UNIQUE KEY', source: '(`name`)', target: null },
  ]);
  expect(compareShapes(shape, source)).toHaveLength(3);
});

test('a column that may be NULL on one side may be NULL', () => {
  const target: Shape = { ...shape, columns: [{ ...id, nullable: true }, name] };
  expect(commonShape(shape, target).columns[0]).toMatchObject({ name: 'id', nullable: true });
});

test('a key that the sides do not share is not used, and a missing table is reported', () => {
  const target: Shape = { ...shape, key: [], primaryKey: null };
  expect(compareShapes(shape, target)).toEqual([{ what: 'PRIMARY KEY', source: '`id`', target: null }]);
  expect(commonShape(shape, target).key).toEqual([]);
  expect(compareShapes(undefined, target)).toEqual([{ what: 'TABLE', source: null, target: 'present' }]);
});

test('a primary key on a column prefix is not used for comparison, and is reported if the other side has another', () => {
  const prefixed: Shape = { ...shape, key: [], primaryKey: '`name`(10)' };
  expect(compareShapes(prefixed, prefixed)).toEqual([]);
  expect(compareShapes(prefixed, { ...prefixed, primaryKey: null })).toEqual([
    { what: 'PRIMARY KEY', source: '`name`(10)', target: null },
  ]);
});

test('bytes are shown as text only if all of them are printable', () => {
  expect(readable(column('c', 'varbinary'), '41422D31')).toBe('AB-1');
  expect(readable(column('c', 'varbinary'), '4100')).toBe('0x4100');
  expect(readable(column('c', 'varchar'), '4100')).toBe('4100');
  expect(readable(column('c', 'varbinary'), null)).toBeNull();
});
