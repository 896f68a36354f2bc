import { expect } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
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
  // Claim: a source that cannot be followed is refused, with the reason, before anything is touched.
  scenario(
    `a source ${name} is refused`,
    { from: 'loaded', cluster: { ...SMALLEST_TARGET, sourceSettings: settings } },
    async ({ migration }) => {
      await expect(migration.adopt()).rejects.toThrow(named);
      expect(await getKeyspaces(migration.context.vtctl)).toEqual([]);
    },
  );
}

// Claim: whatever the source supports and the target does not is found before anything is touched, by asking the
// target's own MySQL.
scenario(
  'a source with settings that the target cannot have is refused',
  {
    from: 'loaded',
    cluster: { ...SMALLEST_TARGET, sourceSettings: { lower_case_table_names: '1', default_time_zone: '+05:00' } },
  },
  async ({ run, migration }) => {
    await expect(run.preflight({})).rejects.toThrow(
      /name-case: lower_case_table_names = 1 on the source, 0 on the target/,
    );
    const found = run.recorder.events.flatMap((event) =>
      event.type === 'observation' && event.observation.of === 'preflight' ? event.observation.findings : [],
    );
    const places = found.map(({ rule, where }) => `${rule}: ${where}`);
    expect(places).toContain('time-zone-differs: the source and the target');
    expect(await getKeyspaces(migration.context.vtctl)).toEqual([]);
  },
);
