import { expect, test } from '@jest/globals';
import { refuseOtherTables } from './production.ts';

const SIZE = { rows: 5 };

test('sizes of exactly the tables that move are accepted', () => {
  expect(() => refuseOtherTables({ tables: { book: SIZE, loan: SIZE } }, ['loan', 'book'], 'c.yaml')).not.toThrow();
});

test('a table that does not move, and one that has no size, are named, with the nearest right name', () => {
  const tables = { boook: SIZE, loan: SIZE };
  expect(() => refuseOtherTables({ tables }, ['loan', 'book'], 'c.yaml')).toThrow(
    /boook does not move; is it book\?[\s\S]*book moves but has no size[\s\S]*c\.yaml/,
  );
});

test('a name that every object has is not mistaken for a size', () => {
  expect(() => refuseOtherTables({ tables: {} }, ['constructor'], 'c.yaml')).toThrow('constructor moves');
});
