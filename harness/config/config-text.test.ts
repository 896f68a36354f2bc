import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { configText, type Answers } from './config-text.ts';
import { readConfig } from './read-config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'init-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'roundtrip.config.yaml');
const name = fc.string({ minLength: 1, maxLength: 20 });
const answers: fc.Arbitrary<Answers> = fc.record({
  file: name,
  database: name,
  isChosen: fc.boolean(),
  settings: fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{0,11}$/), name, { maxKeys: 3, noNullPrototype: true }),
  targetKeyspace: name,
  tables: fc.array(name, { minLength: 1, maxLength: 4 }),
  from: fc.constantFrom('file' as const, 'completed' as const, 'generated' as const),
  rows: fc.nat(),
  rate: fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.constant('auto' as const)),
  writeGapMs: fc.integer({ min: 1, max: 1e6 }),
  leaveOut: fc.subarray(['views', 'triggers', 'routines', 'events']),
});

test('a config that init wrote reads back as what was answered', async () => {
  await fc.assert(
    fc.asyncProperty(answers, async (given) => {
      writeFileSync(file, configText(given));
      const { config } = await readConfig(file);
      expect(config.source.file).toBe(path.resolve(path.dirname(file), given.file));
      expect(config.source.leaveOut).toEqual(given.leaveOut);
      expect(config.source.settings).toEqual(given.settings);
      expect(config.tables).toEqual(given.tables);
      expect(config.source.database).toBe(given.isChosen ? given.database : undefined);
      expect(config.keyspaces).toEqual({ target: given.targetKeyspace, source: given.database });
      const { from, rows } = given;
      expect(config.data).toEqual(from === 'file' ? undefined : { from, rows, columns: {}, personal: {} });
      expect([config.workload.rate, config.thresholds.writeGapMs]).toEqual([given.rate, given.writeGapMs]);
    }),
    { numRuns: 100 },
  );
});
