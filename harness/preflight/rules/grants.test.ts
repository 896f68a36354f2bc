import { expect, test } from '@jest/globals';
import { NOTHING_READ } from '../facts.ts';
import { grantsOf } from '../grants.ts';
import { judge, type Context } from '../rule.ts';
import { GRANT_RULES } from './grants.ts';

const GRANTS = [
  'GRANT RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `vt`@`%`',
  'GRANT ALL PRIVILEGES ON `shop`.* TO `vt`@`%`',
  'GRANT ALL PRIVILEGES ON `_vt_ext`.* TO `vt`@`%`',
];

/** The facts that these rules look at. */
function context(sidecar: string): Context {
  const grants = grantsOf(
    GRANTS.map((grant) => ({ grant })),
    false,
  );
  const accounts = [{ account: 'vt@%', roles: ['app', 'allprivs', 'dba', 'filtered'] as const, grants }];
  const source = {
    ...NOTHING_READ,
    where: 'the source',
    version: '8.4.0',
    variables: new Map(),
    database: { ...NOTHING_READ.database, name: 'shop' },
    accounts,
  };
  return {
    source,
    target: null,
    tables: [],
    keyspaces: [],
    sidecar,
    leftOut: [],
    foreignKeys: 'copied',
    retentionSeconds: 0,
    broken: [],
  };
}

test('the privileges that Vitess needs in its own database are checked for the database that the keyspace names', () => {
  expect(judge(GRANT_RULES, context('_vt_ext'))).toEqual([]);
  const found = judge(GRANT_RULES, context('_vt'));
  expect(found.length).toBeGreaterThan(0);
  for (const { rule, mend } of found) {
    expect(rule).toMatch(/^grant-sidecar-/);
    expect(mend).toMatch(/ON `_vt`\.\* TO/);
  }
});
