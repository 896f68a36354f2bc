import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { judgeSettings } from './source-settings.ts';

const GOOD = {
  log_bin: 'ON',
  binlog_format: 'ROW',
  binlog_row_image: 'FULL',
  enforce_gtid_consistency: 'ON',
  gtid_mode: 'ON',
  log_replica_updates: 'ON',
};

test('a source as it must be has no finding, however its server writes the words', () => {
  expect(judgeSettings(new Map(Object.entries(GOOD)))).toEqual([]);
  expect(judgeSettings(new Map(Object.entries({ ...GOOD, log_bin: '1', binlog_format: 'row' })))).toEqual([]);
});

test('every variable that is wrong or missing is named, and no other', () => {
  const names = Object.keys(GOOD);
  const bad = fc.constantFrom('OFF', 'OFF_PERMISSIVE', 'STATEMENT', 'MIXED', 'MINIMAL', undefined);
  fc.assert(
    fc.property(fc.subarray(names), bad, (wrong, value) => {
      const kept = Object.entries(GOOD).filter(([name]) => !wrong.includes(name) || value !== undefined);
      const variables = new Map(kept.map(([name, good]) => [name, wrong.includes(name) ? value! : good]));
      const findings = judgeSettings(variables);
      expect(findings.map(({ variable }) => variable)).toEqual(names.filter((name) => wrong.includes(name)));
      expect(findings.every(({ mend, why }) => mend !== '' && why !== '')).toBe(true);
    }),
  );
});
