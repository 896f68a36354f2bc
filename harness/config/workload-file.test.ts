import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readConfig } from './read-config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'workload-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = path.join(folder, 'roundtrip.config.yaml');

async function read(workload: string, file: string | null) {
  writeFileSync(config, `source: { file: a.sql }\nworkload:\n  file: traffic.yaml\n${workload}`);
  rmSync(path.join(folder, 'traffic.yaml'), { force: true });
  if (file !== null) writeFileSync(path.join(folder, 'traffic.yaml'), file);
  return (await readConfig(config)).config.workload;
}

const FILE = `
rate: 12.5
statements:
  a: { kind: read, table: t, weight: 3, sql: SELECT 1, parameters: {} }
  b: { kind: read, table: t, weight: 1, sql: SELECT 2, parameters: {} }
transactions:
  c: { weight: 1, steps: [{ kind: read, table: t, sql: SELECT 3 }, { kind: read, table: t, sql: SELECT 4 }] }
`;

test('a config has the workload of the file that it names, except for what it says itself', async () => {
  const whole = await read('', FILE);
  expect([whole.rate, Object.keys(whole.statements), Object.keys(whole.transactions ?? {})]).toEqual([
    12.5,
    ['a', 'b'],
    ['c'],
  ]);
  const own = await read(
    '  rate: auto\n  statements: { a: { kind: read, table: t, weight: 9, sql: SELECT 9, parameters: {} } }\n',
    FILE,
  );
  expect([own.rate, own.statements['a']?.weight, own.statements['b']?.weight]).toEqual(['auto', 9, 1]);
});

test('a file that does not exist, or contains something else, is named, with the line', async () => {
  await expect(read('', null)).rejects.toThrow(/workload cannot be read[^]*traffic\.yaml[^]*roundtrip traffic writes/);
  await expect(read('', 'statements:\n  a: { kind: read, tabel: t }\n')).rejects.toThrow(
    /does not hold a workload[^]*tabel[^]*line 2[^]*traffic\.yaml/,
  );
  const { config: without } = await readConfig(config, { bringsStatements: true });
  expect(without.workload.statements).toEqual({});
});
