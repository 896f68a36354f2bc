import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { settingBlockers } from './source-settings.ts';

const GOOD = {
  log_bin: 'ON',
  server_id: '7',
  binlog_format: 'ROW',
  binlog_row_image: 'FULL',
  enforce_gtid_consistency: 'ON',
  gtid_mode: 'ON',
  log_replica_updates: 'ON',
};

test('a source as it should be has no blocker, however its server writes the words', () => {
  expect(settingBlockers(new Map(Object.entries(GOOD)))).toEqual([]);
  expect(settingBlockers(new Map(Object.entries({ ...GOOD, log_bin: '1', binlog_format: 'row' })))).toEqual([]);
});

test('a warning is not a blocker', () => {
  expect(settingBlockers(new Map(Object.entries({ ...GOOD, binlog_row_image: 'NOBLOB' })))).toEqual([]);
});

test('every variable that is wrong or missing is named, and no other', () => {
  const names = Object.keys(GOOD).filter((name) => name !== 'server_id');
  const bad = fc.constantFrom('OFF', 'OFF_PERMISSIVE', 'STATEMENT', 'MIXED', 'MINIMAL', undefined);
  fc.assert(
    fc.property(fc.subarray(names), bad, (wrong, value) => {
      const kept = Object.entries(GOOD).filter(([name]) => !wrong.includes(name) || value !== undefined);
      const variables = new Map(kept.map(([name, good]) => [name, wrong.includes(name) ? value! : good]));
      const blockers = settingBlockers(variables);
      expect(blockers.map(({ what }) => what.split(' = ')[0])).toEqual(names.filter((name) => wrong.includes(name)));
      expect(blockers.every(({ mend, why }) => mend !== null && why !== '')).toBe(true);
    }),
  );
});

test('for MariaDB, the effects of its own settings on a stream are named too', () => {
  const maria = { version: '11.8.9-MariaDB-log', log_bin: 'ON', binlog_format: 'ROW', binlog_row_image: 'FULL' };
  const seen = (more: object) =>
    settingBlockers(new Map(Object.entries({ ...maria, ...more }))).map(({ what }) => what);
  expect(seen({ log_bin_compress: 'OFF' })).toEqual(['version 11.8.9-MariaDB-log']);
  expect(seen({ log_bin: 'OFF', binlog_format: 'MIXED', binlog_row_image: 'MINIMAL', log_bin_compress: 'ON' })).toEqual(
    [
      'version 11.8.9-MariaDB-log',
      'log_bin = OFF, not ON: there is nothing to stream',
      'binlog_format = MIXED, not ROW: streams stop at statements',
      'binlog_row_image = MINIMAL, not FULL: parts of rows cannot be applied',
      'log_bin_compress = ON, not OFF: streams leave compressed rows out without a word',
    ],
  );
});
