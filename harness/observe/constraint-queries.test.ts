import { expect, test } from '@jest/globals';
import { definitions, type Constraints, type ForeignKey, type Index } from '../schema/constraints.ts';
import { constraintQueries } from './constraint-queries.ts';

const nothing: Constraints = { indexes: [], foreignKeys: [], checks: [] };
const part = { column: 'a', length: null, expression: '', descending: false };
const key: Index = { name: 'ab', unique: true, type: 'BTREE', parts: [part, { ...part, column: 'b', length: 4 }] };
const foreignKey: ForeignKey = {
  name: 'fk',
  columns: ['x', 'y'],
  parentSchema: null,
  parentTable: 'p`q',
  parentExists: true,
  parentColumns: ['a', 'b'],
  rules: 'ON DELETE CASCADE ON UPDATE NO ACTION',
};

function only(catalog: Partial<Constraints>) {
  const { queries, skipped } = constraintQueries('t', { ...nothing, ...catalog });
  expect([queries.length, skipped]).toEqual([1, 0]);
  return queries[0]!;
}

test('orphans have no row in the parent, and no NULL in the key', () => {
  const { constraint, count, some } = only({ foreignKeys: [foreignKey] });
  expect(constraint).toBe('foreign key fk');
  expect(count).toBe(
    'SELECT COUNT(*) AS n FROM `t` AS t WHERE t.`x` IS NOT NULL AND t.`y` IS NOT NULL AND NOT EXISTS ' +
      '(SELECT 1 FROM `p``q` AS p WHERE p.`a` = t.`x` AND p.`b` = t.`y`)',
  );
  expect(some(['id'], 1)).toMatch(/^SELECT id FROM `t` AS t WHERE .* LIMIT 1$/);
});

test('a parent in another schema is named with its schema; a missing parent makes every row an orphan', () => {
  expect(only({ foreignKeys: [{ ...foreignKey, parentSchema: 's' }] }).count).toContain('FROM `s`.`p``q` AS p');
  expect(only({ foreignKeys: [{ ...foreignKey, parentExists: false }] }).count).not.toContain('NOT EXISTS');
});

test('duplicates are grouped by the parts of the key, including prefixes', () => {
  const { constraint, count, some } = only({ indexes: [key] });
  expect(constraint).toBe('unique key ab');
  expect(count).toBe(
    'SELECT COALESCE(SUM(d.extra), 0) AS n FROM (SELECT COUNT(*) - 1 AS extra FROM `t` AS t ' +
      'WHERE t.`a` IS NOT NULL AND t.`b` IS NOT NULL GROUP BY t.`a`, LEFT(t.`b`, 4) HAVING COUNT(*) > 1) AS d',
  );
  expect(some(['id', 'no'], 1)).toMatch(/^SELECT ANY_VALUE\(id\), ANY_VALUE\(no\) FROM .* LIMIT 1$/);
});

test('a unique key over an expression is skipped and counted; other indexes are not constraints', () => {
  const expression: Index = { ...key, parts: [{ ...part, column: null, expression: 'lower(`a`)' }] };
  expect(constraintQueries('t', { ...nothing, indexes: [expression, { ...key, unique: false }] })).toEqual({
    queries: [],
    skipped: 1,
  });
});

test('a CHECK is broken by rows for which it is false', () => {
  const { constraint, count } = only({ checks: [{ name: 'c', clause: '(`a` > 0)', enforced: true }] });
  expect([constraint, count]).toEqual(['CHECK c', 'SELECT COUNT(*) AS n FROM `t` AS t WHERE NOT ((`a` > 0))']);
});

test('a CHECK that is not enforced may be broken', () => {
  const checks = [{ name: 'c', clause: '(`a` > 0)', enforced: false }];
  expect(constraintQueries('t', { indexes: [], foreignKeys: [], checks }).queries).toEqual([]);
});

test('definitions have no names, and leave the primary key out', () => {
  const catalog: Constraints = {
    indexes: [{ ...key, name: 'PRIMARY' }, key, { ...key, unique: false, type: 'FULLTEXT', parts: [part] }],
    foreignKeys: [foreignKey],
    checks: [{ name: 'c', clause: '(`a` > 0)', enforced: false }],
  };
  expect(definitions(catalog)).toEqual([
    { kind: 'UNIQUE KEY', text: '(`a`, `b`(4))' },
    { kind: 'FULLTEXT KEY', text: '(`a`)' },
    {
      kind: 'FOREIGN KEY',
      text: '(`x`, `y`) REFERENCES `p``q` (`a`, `b`) ON DELETE CASCADE ON UPDATE NO ACTION',
    },
    { kind: 'CHECK', text: '(`a` > 0) NOT ENFORCED' },
  ]);
});
