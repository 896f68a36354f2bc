import { expect, test } from '@jest/globals';
import { withBound } from './bound-statements.ts';

test.each([
  ['SELECT 1', 'SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1'],
  ['\n  select a FROM t', '\n  select /*+ MAX_EXECUTION_TIME(1500) */ a FROM t'],
  [
    'SELECT * FROM t WHERE EXISTS (SELECT 1)',
    'SELECT /*+ MAX_EXECUTION_TIME(1500) */ * FROM t WHERE EXISTS (SELECT 1)',
  ],
  ['SELECT /*+ NO_ICP(t) */ 1 FROM t', 'SELECT /*+ NO_ICP(t) */ 1 FROM t'],
  ['DELETE FROM t WHERE 1 = 0', 'DELETE FROM t WHERE 1 = 0'],
  ['SHOW WARNINGS', 'SHOW WARNINGS'],
  ['SELECTED', 'SELECTED'],
])('%j gets a time limit if MySQL accepts one', (sql, expected) => {
  expect(withBound(sql, 1500)).toBe(expected);
});
