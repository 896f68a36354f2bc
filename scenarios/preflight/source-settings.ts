import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';
import type { MySqlSettings } from '../../harness/cluster/source-mysql.ts';
import { getKeyspaces } from '../../harness/vtctl/keyspaces.ts';

const CASES: readonly { name: string; settings: MySqlSettings; named: RegExp }[] = [
  {
    name: 'without GTIDs',
    settings: { gtid_mode: 'OFF', enforce_gtid_consistency: 'OFF' },
    named: /gtid_mode = OFF/,
  },
  { name: 'with statement binlogs', settings: { binlog_format: 'STATEMENT' }, named: /binlog_format = STATEMENT/ },
];

for (const { name, settings, named } of CASES) {
  // Claim: a source that cannot be followed is refused by name before anything is touched.
  scenario(
    `a source ${name} is refused`,
    { from: 'loaded', cluster: { sourceSettings: settings } },
    async ({ migration }) => {
      await expect(migration.adopt()).rejects.toThrow(named);
      expect(await getKeyspaces(migration.context.vtctl)).toEqual([]);
    },
  );
}
