import { expect, test } from '@jest/globals';
import { column, table, uniqueKey } from '../../schema/model/tables.ts';
import { NOTHING_READ } from '../facts.ts';
import { judge } from '../rule.ts';
import { TIMESTAMP_RULES } from './timestamps.ts';

/** Returns the severities with which a unique index of an expression is found, on a server whose clock is in `zone`. */
function severitiesOf(expression: string, zone: string): readonly string[] {
  const generated = { expression, isStored: false };
  const columns = [column('deleted_at', { type: 'timestamp' }), column('active', { generated })];
  const tables = [table('guest', columns, { indexes: [uniqueKey('one_active', ['active'])] })];
  const source = {
    ...NOTHING_READ,
    where: 'the source',
    version: '9.7.0',
    variables: new Map(Object.entries({ time_zone: 'SYSTEM', system_time_zone: zone })),
    database: { ...NOTHING_READ.database, name: 'shop', tables },
  };
  const found = judge(TIMESTAMP_RULES, {
    source,
    target: null,
    tables: ['guest'],
    keyspaces: [],
    sidecar: '_vt',
    leftOut: [],
    foreignKeys: 'copied',
    retentionSeconds: 0,
    broken: [],
  });
  return found.map(({ severity }) => severity);
}

test('a null test as MySQL 5.7 writes it has the same answer in every zone, beside another use it has not', () => {
  expect(severitiesOf('if(isnull(`deleted_at`),1,NULL)', 'CET')).toEqual([]);
  expect(severitiesOf('if(isnull(`deleted_at`),1,hour(`deleted_at`))', 'CET')).toEqual(['blocker']);
});

test('what depends on the zone is a warning on a server in UTC, but not in London’s winter', () => {
  expect(severitiesOf('hour(`deleted_at`)', 'UTC')).toEqual(['warning']);
  expect(severitiesOf('hour(`deleted_at`)', 'GMT')).toEqual(['blocker']);
});
