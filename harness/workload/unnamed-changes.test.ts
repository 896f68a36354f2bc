import { expect, test } from '@jest/globals';
import type { WorkloadStatement } from '../fixture/generators.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import { column, table, uniqueKey } from '../schema/model/tables.ts';
import { keyColumnOf } from './exact-key.ts';
import { unnamedChanges } from './unnamed-changes.ts';

function key(parentTable: string, columns: string[], rules: string): ForeignKey {
  return { name: 'fk', columns, parentSchema: null, parentTable, parentExists: true, parentColumns: ['id'], rules };
}

const primary = { indexes: [uniqueKey('PRIMARY', ['id'])] };
const columns = [column('id'), column('parent_id')];
const cascade = 'ON DELETE CASCADE ON UPDATE CASCADE';
const TABLES = [
  table('album', columns, primary),
  table('photo', columns, { ...primary, foreignKeys: [key('album', ['parent_id'], cascade)] }),
  table('tag', columns, { ...primary, foreignKeys: [key('photo', ['parent_id'], cascade)] }),
  table('cover', columns, { ...primary, foreignKeys: [key('album', ['id'], 'ON DELETE RESTRICT ON UPDATE CASCADE')] }),
  table('note', columns, {
    ...primary,
    foreignKeys: [key('album', ['parent_id'], 'ON DELETE SET NULL ON UPDATE CASCADE')],
  }),
  table('thread', columns, { ...primary, foreignKeys: [key('thread', ['parent_id'], cascade)] }),
];
const handedOut = { columns: [keyColumnOf('id', 'int', null)!], handedOut: 'id' };
const KEYS = new Map(TABLES.map(({ name }) => [name, handedOut]));

/** Returns what one statement does to rows that it does not name. */
function changed(
  kind: WorkloadStatement['kind'],
  of: string,
  sql: string,
  triggers: { of: string; body: string }[] = [],
) {
  const statements = { it: { kind, table: of, sql, weight: 1, parameters: {} } };
  const database = {
    tables: TABLES,
    triggers: triggers.map(({ of: on, body }) => ({ name: 't', definer: '', table: on, when: 'AFTER INSERT', body })),
  };
  const all = [...unnamedChanges({ statements }, database, KEYS)];
  return {
    removed: all.filter(([, { removedBy }]) => removedBy.has('it')).map(([name]) => name),
    rekeyed: all.filter(([, { rekeyedBy }]) => rekeyedBy.has('it')).map(([name]) => name),
  };
}

test('ON DELETE CASCADE removes children, and theirs; RESTRICT and SET NULL remove none', () => {
  expect(changed('delete', 'album', 'DELETE FROM album WHERE id = :id')).toEqual({
    removed: ['photo', 'tag'],
    rekeyed: [],
  });
  expect(changed('delete', 'tag', 'DELETE FROM tag WHERE id = :id')).toEqual({ removed: [], rekeyed: [] });
});

test('a table that references itself loses rows that the delete does not name', () => {
  expect(changed('delete', 'thread', 'DELETE FROM thread WHERE id = :id').removed).toEqual(['thread']);
});

test('a delete by other columns removes rows that are not named', () => {
  expect(changed('delete', 'tag', 'DELETE FROM tag WHERE parent_id = :id').removed).toEqual(['tag']);
});

test('ON UPDATE CASCADE matters if the parent’s key is set and is part of the child’s', () => {
  expect(changed('update', 'album', 'UPDATE album SET title = :t WHERE id = :id')).toEqual({
    removed: [],
    rekeyed: [],
  });
  expect(changed('update', 'album', 'UPDATE album SET id = :new WHERE id = :id').rekeyed).toEqual(['album', 'cover']);
});

test('inserts may take a key that was used before', () => {
  expect(changed('insert', 'tag', 'INSERT INTO tag (parent_id) VALUES (:p)').rekeyed).toEqual([]);
  expect(changed('insert', 'tag', 'INSERT INTO tag (id) VALUES (:id)').rekeyed).toEqual([]);
  expect(changed('insert', 'tag', 'INSERT INTO tag (id) VALUES (:id + 1)').rekeyed).toEqual(['tag']);
  expect(changed('insert', 'album', 'REPLACE INTO album (id) VALUES (:id)').removed).toEqual(['photo', 'tag']);
});

test('a generated number makes a key of several columns a new one', () => {
  const composite = {
    columns: [keyColumnOf('tenant', 'int', null)!, keyColumnOf('id', 'int', null)!],
    handedOut: 'id',
  };
  const found = (sql: string, counted: string | null) =>
    unnamedChanges(
      { statements: { it: { kind: 'insert', table: 'tag', sql, weight: 1, parameters: {} } } },
      { tables: TABLES, triggers: [] },
      new Map([['tag', { ...composite, handedOut: counted }]]),
    ).get('tag')?.rekeyedBy.size;
  expect(found('INSERT INTO tag (tenant) VALUES (:t)', 'id')).toBe(0);
  expect(found('INSERT INTO tag (tenant) VALUES (:t)', null)).toBe(1);
  expect(found('INSERT INTO tag (tenant, id) VALUES (:t, :id + 1)', 'id')).toBe(1);
});

test('a trigger can do anything to the tables that it names', () => {
  const body = 'BEGIN DELETE FROM photo WHERE parent_id = NEW.id; END';
  expect(changed('insert', 'note', 'INSERT INTO note (parent_id) VALUES (:p)', [{ of: 'note', body }])).toEqual({
    removed: ['tag'],
    rekeyed: ['photo'],
  });
});

test.each(['CALL restock(1)', 'WITH old AS (SELECT 1) DELETE FROM photo'])('%s can do anything to any table', (sql) => {
  const all = TABLES.map(({ name }) => name);
  const found = changed('update', 'album', sql);
  expect([found.removed, found.rekeyed]).toEqual([all, all]);
});

test('the effects of a step of a transaction are reported under the name of the transaction', () => {
  const steps = [
    { kind: 'update' as const, table: 'album', sql: 'UPDATE album SET title = :t WHERE id = :id' },
    { kind: 'delete' as const, table: 'photo', sql: 'DELETE FROM photo WHERE parent_id = :id' },
  ];
  const workload = { statements: {}, transactions: { clear: { weight: 1, parameters: {}, steps } } };
  const all = unnamedChanges(workload, { tables: TABLES, triggers: [] }, KEYS);
  const removed = [...all].filter(([, { removedBy }]) => removedBy.has('clear')).map(([name]) => name);
  expect(removed).toEqual(['photo', 'tag']);
});

test('a number as the key of a text column is whatever the server converts it to', () => {
  const keys = new Map([['tag', { columns: [keyColumnOf('id', 'varchar(9)', 'utf8mb4_bin')!], handedOut: null }]]);
  const insert = {
    kind: 'insert' as const,
    table: 'tag',
    sql: 'INSERT INTO tag (id) VALUES (7)',
    weight: 1,
    parameters: {},
  };
  const all = unnamedChanges({ statements: { insert } }, { tables: TABLES, triggers: [] }, keys);
  expect([...(all.get('tag')?.rekeyedBy ?? [])]).toEqual(['insert']);
});
