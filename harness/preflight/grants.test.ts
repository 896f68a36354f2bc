import { expect, test } from '@jest/globals';
import { accountAsSql, grantsOf, holds } from './grants.ts';

/** Whether a grant for a database with this name, as SHOW GRANTS writes it, applies to the database. */
function isGrantedBy(granted: string, database: string): boolean {
  const rows = [{ grants: `GRANT SELECT ON \`${granted}\`.* TO \`b\`@\`%\`` }];
  return holds(grantsOf(rows, true), 'SELECT', database);
}

// What SHOW DATABASES showed the account on MySQL 9.7.
test.each([
  ['a\\b', 'ab', true],
  ['a\\b', 'a\\b', false],
  ['a\\\\b', 'a\\b', true],
  ['a\\_b', 'a_b', true],
  ['a\\_b', 'axb', false],
  ['a\\%b', 'a%b', true],
  ['end\\', 'end\\', true],
  ['r\\_%', 'r_1', true],
  ['a.b', 'axb', false],
  ['a(b', 'a(b', true],
])('a grant on `%s` and the database %s', (granted, database, expected) => {
  expect(isGrantedBy(granted, database)).toBe(expected);
});

test('an account is written in a form that SQL can read, whatever its name and the sql_mode', () => {
  expect(accountAsSql('vt_filtered@%')).toBe("'vt_filtered'@'%'");
  expect(accountAsSql("o'brien@10.0.0.%")).toBe("`o'brien`@'10.0.0.%'");
  expect(accountAsSql('back\\slash@%')).toBe("`back\\slash`@'%'");
});
