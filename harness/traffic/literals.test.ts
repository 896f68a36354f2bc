import { expect, test } from '@jest/globals';
import { cutAtLiterals, shapeOf, wholeOf, withPlaceholders } from './literals.ts';

const cut = (sql: string, isAnsi = false) => cutAtLiterals(sql, { isAnsi })!;
const valuesOf = (sql: string) => cut(sql).literals.map(({ value }) => value);

test.each([
  ['SELECT \'it\'\'s\', "say ""x""", \'a\\nb\\%\\\\\'', ["it's", 'say "x"', 'a\nb\\%\\']],
  ['SELECT t1.a2, 3, 4.50, .5, 1e3, -6, a-7, (-8) FROM t', [3, 4.5, 0.5, 1000, -6, 7, -8]],
  ["SELECT 12345678901234567890, 0x41ff, 0b101, b'11'", ['12345678901234567890', Buffer.from('41ff', 'hex'), 5, 3]],
  ["SELECT X'00ff', _binary 'ab', N'ü', _utf8mb4'x'", [Buffer.from('00ff', 'hex'), 'ab', 'ü', 'x']],
  ['UPDATE t SET a = NULL, b = null WHERE c IS NULL AND d IS NOT NULL', [null, null]],
  ["SELECT `1`, `a'b` /* 5 */ -- 6\n, 7", [7]],
])('%s', (sql, values) => {
  expect(valuesOf(sql)).toEqual(values);
});

test('a statement is the same when it is put together again, except for comments', () => {
  const sql = "INSERT INTO `t` (a, b) VALUES (-1, 'x'), (NULL, X'00ff') /*!80000 AS new */";
  expect(wholeOf(cut(sql))).toBe(sql);
  expect(wholeOf(cut('SELECT 1 /* c */ FROM t # d'))).toBe('SELECT 1   FROM t  ');
});

test('double quotes enclose names if the mode says so', () => {
  expect(cut('SELECT "a" FROM "t" WHERE b = \'c\'', true).literals.map(({ value }) => value)).toEqual(['c']);
});

test('lists of values and of rows have one shape, whatever their length', () => {
  const shapes = ['VALUES (1, NULL)', "VALUES (1, 'a'), (2, 'b')", 'VALUES (1,2),(3,4),(5,6)'].map((values) =>
    shapeOf(cut(`INSERT INTO t ${values}`)),
  );
  expect(shapes).toEqual(['INSERT INTO t VALUES (?+)', 'INSERT INTO t VALUES (?+)+', 'INSERT INTO t VALUES (?+)+']);
});

test('a quote that is never closed leaves no statement', () => {
  expect(cutAtLiterals("SELECT 'a", { isAnsi: false })).toBeNull();
});

test('placeholders are distinguished from question marks in strings, names and comments', () => {
  const sql = "SELECT `a?`, '?' /* ? */ FROM t WHERE b IN (?, ?) LIMIT ?";
  expect(withPlaceholders(sql, String)).toBe("SELECT `a?`, '?' /* ? */ FROM t WHERE b IN (0, 1) LIMIT 2");
  expect(withPlaceholders("SELECT '?', 'cut o", String)).toBe("SELECT '?', 'cut o");
});
