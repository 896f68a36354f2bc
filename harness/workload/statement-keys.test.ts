import { expect, test } from '@jest/globals';
import { keyParametersOf } from './statement-keys.ts';

const named = (kind: 'insert' | 'update' | 'delete', sql: string, ...columns: string[]) => {
  const found = keyParametersOf({ kind, table: 'item', sql }, columns.length === 0 ? ['id'] : columns);
  return found === null ? null : Object.fromEntries(found);
};

test('a WHERE clause names a row by equality with parameters, and further conditions by AND', () => {
  expect(named('delete', 'DELETE FROM item WHERE id = :key')).toEqual({ id: 'key' });
  expect(named('delete', 'delete from `item` where `item`.`ID` = :key AND (a = 1 OR b = 2) LIMIT 1')).toEqual({
    id: 'key',
  });
  expect(named('update', 'UPDATE item SET id2 = :x WHERE :key = id AND shop = :shop', 'shop', 'id')).toEqual({
    id: 'key',
    shop: 'shop',
  });
});

test('a parameter can be called like a word of SQL', () => {
  expect(named('delete', 'DELETE FROM item WHERE id = :order AND n = 1 LIMIT 1')).toEqual({ id: 'order' });
  expect(named('update', 'UPDATE item SET a = :where WHERE id = :or')).toEqual({ id: 'or' });
});

test('a part of a key can be a whole number', () => {
  expect(named('delete', 'DELETE FROM item WHERE 3 = shop AND id = :key', 'shop', 'id')).toEqual({
    shop: 3,
    id: 'key',
  });
  expect(named('insert', 'INSERT INTO item (shop, id) VALUES (3, :key)', 'shop', 'id')).toEqual({ shop: 3, id: 'key' });
  for (const value of ['1.5', '-1', "'1'", '1e3', '0x10', '1 + 1', 'NULL', '12345678901234567']) {
    expect(named('insert', `INSERT INTO item (id) VALUES (${value})`)).toBeNull();
  }
});

test('a statement that may affect other rows names no row', () => {
  for (const where of [
    'parent = :id',
    'id = :id OR parent = :id',
    'NOT id = :id',
    'NOT (a = 1 AND id = :id)',
    'a = 1 OR b = 2 AND id = :id',
    'a BETWEEN 1 AND id = :id',
    'id = :id || a',
    'id = :id + 1',
    'id > :id',
    'id IN (:id)',
    'other.id = :id',
    'id = :id = 0',
  ]) {
    expect({ where, named: named('delete', `DELETE FROM item WHERE ${where}`) }).toEqual({ where, named: null });
  }
  expect(named('delete', 'DELETE FROM item USING item JOIN shop WHERE id = :id')).toBeNull();
  expect(named('update', 'UPDATE item JOIN shop SET a = 1 WHERE id = :id')).toBeNull();
  expect(named('delete', 'DELETE FROM item WHERE id = :id', 'shop', 'id')).toBeNull();
});

test('an insert of one row names it by its parameters', () => {
  expect(named('insert', 'INSERT INTO item (shop, `id`, at) VALUES (:s, :i, NOW(6))', 'shop', 'id')).toEqual({
    shop: 's',
    id: 'i',
  });
  for (const sql of [
    'INSERT INTO item (id) VALUES (UUID_TO_BIN(:i))',
    'INSERT INTO item (id) VALUES (:i), (:j)',
    'INSERT INTO item (id) VALUES (:i) ON DUPLICATE KEY UPDATE a = 1',
    'INSERT INTO item (id) SELECT :i',
    'INSERT INTO item VALUES (:i)',
    'INSERT INTO item SET id = :i',
    'INSERT INTO item (a) VALUES (:i)',
  ]) {
    expect({ sql, named: named('insert', sql) }).toEqual({ sql, named: null });
  }
});
