import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { RoundtripError } from '../errors.ts';
import { readConfig, type ReadConfig } from './read-config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(text: string, name = 'roundtrip.config.yaml'): Promise<ReadConfig> {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return await readConfig(file);
}

/** Returns what is wrong, and where, in a config that is refused. */
async function refusal(text: string, name?: string): Promise<{ seen: string | undefined; what: string }> {
  const error = await read(text, name).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RoundtripError)) throw new Error(`it was not refused: ${String(error)}`);
  expect(error.outcome).toBe('usage');
  expect(error.facts.where).toContain(folder);
  return { seen: error.facts.seen, what: error.facts.what };
}

const SOURCE = 'source:\n  file: shop.sql\n';

test('a config needs no more than a source, and its paths are relative to it', async () => {
  const { config, raw } = await read(SOURCE);
  expect(config.source.file).toBe(path.join(folder, 'shop.sql'));
  expect(config).toMatchObject({ tables: ['*'], keyspaces: { target: 'customer' }, end: 'complete' });
  expect(raw).toEqual({ source: { file: 'shop.sql' } });
});

test.each([
  [
    'a key with a typo, and the nearest right name',
    `${SOURCE}worklaod:\n  rate: 5\n`,
    /^worklaod \(line 3, column 1\): there is no such key; is it workload\? Known keys: name, source/,
  ],
  [
    'a key with a typo further in',
    `${SOURCE}workload:\n  rate: 5\n  conections: 3\n`,
    /^workload\.conections \(line 5, column 3\): there is no such key; is it connections\?/,
  ],
  ['a value of another type', `${SOURCE}fence: often\n`, /^fence \(line 3, column 1\): .*boolean.*, seen "often"$/],
  ['a value that is too small', `${SOURCE}workload: { rate: 0 }\n`, /^workload\.rate \(line 3.*>0.*, seen 0$/],
  [
    'a choice that does not exist',
    `${SOURCE}end: finish\n`,
    /^end \(line 3, column 1\): .*"complete"\|"cancel".*, seen "finish"$/,
  ],
  [
    'a key in one of the stages of a ramp',
    `${SOURCE}workload:\n  rate:\n    - { perSecond: 5, seconds: 3 }\n    - { persecond: 5, seconds: 3 }\n`,
    /workload\.rate\[1\]\.perSecond \(line 6/,
  ],
  ['no source', 'end: cancel\n', /^source \(line 1\): .*, seen nothing$/],
  [
    'a source without a file',
    'source:\n  leaveOut: [triggers]\n',
    /^source \(line 1.*: needs exactly one of file and live$/,
  ],
])('refused: %s', async (_, text, expected) => {
  const { seen } = await refusal(text);
  expect(seen).toMatch(expected);
});

test('all faults are reported at once', async () => {
  const { seen, what } = await refusal('source: { file: a.sql, fil: b }\nend: never\nfense: true\n');
  expect(what).toBe('The config has 3 faults.');
  expect(seen?.split('\n')).toHaveLength(3);
});

test.each([
  ['YAML that does not parse', 'source: [a\nb: c', 'a.yaml', /does not parse/],
  ['a file that is not JSON', '{"source": {"file": "a.sql",}}', 'a.json', /not JSON/],
  ['an empty file', '  \n', 'b.yaml', /is empty/],
  ['an unknown file extension', 'a = 1', 'a.toml', /unknown file extension/],
])('refused: %s', async (_, text, name, expected) => {
  expect((await refusal(text, name)).what).toMatch(expected);
});

test('a missing file is refused, with the command that writes one', async () => {
  await expect(readConfig(path.join(folder, 'none.yaml'))).rejects.toThrow(/cannot be read[^]*roundtrip init/);
});

test('all mistakes in transactions are reported at once, each with its key and line', async () => {
  const { seen } = await refusal(`${SOURCE}workload:
  transactions:
    checkout:
      weight: 5
      retry: { times: 3, on: [deadlock, lock-wait-timeout] }
      steps:
        - { kind: insert, table: orders, sql: "INSERT INTO orders VALUES (:order)", saves: { order: LAST_INSERT_ID } }
        - { kind: update, table: orders, sql: "COMMIT", save: { a: b } }
    refund:
      weight: 1
      steps: []
`);
  expect(seen?.split('\n').map((each) => each.slice(0, 75))).toEqual([
    'workload.transactions.checkout.retry.on[1] (line 7, column 41): must be a M',
    'workload.transactions.checkout.steps[1].save (line 10, column 57): there is',
    'workload.transactions.checkout.steps[1].sql (line 10, column 42): a step mu',
    'workload.transactions.checkout.steps[0].sql (line 9, column 42): uses :orde',
    'workload.transactions.refund.steps (line 13, column 7): needs at least one ',
  ]);
  expect(seen).toContain('is it saves? Known keys: kind, table, sql, saves');
});
