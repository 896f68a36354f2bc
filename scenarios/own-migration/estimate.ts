import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { roundtrip } from '../../harness/jest/roundtrip.ts';

const SCHEMA = path.resolve('fixtures/commerce/schema.sql');
const ROWS = { customer: 2000, corder: 6000 };

let folder = '';
let artifacts = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-estimate-'));
  artifacts = path.join(folder, 'artifacts');
}, 10_000);

afterAll(async () => await rm(folder, { recursive: true }));

/** Writes a config, which says how large production is if that is given. */
async function writeConfig(production?: object): Promise<string> {
  const file = path.join(folder, 'roundtrip.config.json');
  const thresholds = { writeGapMs: 1e9, errorsPerCutover: 1e9, lagMs: 1e9 };
  const data = { from: 'generated', rows: ROWS };
  await writeFile(file, JSON.stringify({ source: { file: SCHEMA }, data, thresholds, end: 'cancel', production }));
  return file;
}

function productionOf(tables: readonly (keyof typeof ROWS)[]): object {
  return {
    tables: Object.fromEntries(tables.map((table) => [table, { rows: ROWS[table] * 1000 }])),
    writesPerSecond: 100,
  };
}

/** With these variables no engine can be found, so none can be used. */
const NO_ENGINE = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
const TABLE = /^estimate for production +low +likely +high$/m;

// Claim: a rehearsal says what production will take, and a saved run is enough to say it again, without starting a
// container; a table without a size is named. `npm run bench:estimate` shows how accurate the prediction is.
test('a rehearsal, and later its saved run, say what production will take', async () => {
  const config = await writeConfig(productionOf(['customer', 'corder']));
  const run = await roundtrip(['rehearse', '--config', config, '--seed', '9', '--artifacts', artifacts]);
  expect(run.output).toMatch(TABLE);
  expect({ exitCode: run.exitCode, output: run.output }).toEqual({
    exitCode: 0,
    output: expect.stringMatching(/^GO {2}/m),
  });

  const command = ['estimate', '--config', config, path.join(artifacts, 'latest')];
  const { exitCode, output } = await roundtrip(command, NO_ENGINE);
  expect(output).toMatch(TABLE);
  expect(output).toContain('1,000 times the rows of the largest rehearsal');
  expect(exitCode).toBe(0);

  await writeConfig(productionOf(['customer']));
  const refused = await roundtrip(command, NO_ENGINE);
  expect(refused.output).toContain('corder moves but has no size');
  expect(refused.exitCode).toBe(64);

  await writeConfig();
  const unasked = await roundtrip(command, NO_ENGINE);
  expect(unasked.output).toContain('The config does not say how large production is.');
  expect(unasked.exitCode).toBe(64);
}, 400_000);
