import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import tar from 'tar-stream';
import { FAILED, PASSED } from '../report/golden/results.ts';
import { parseRunResult } from '../report/verdict-schema.ts';
import type { RunResult } from '../report/verdict.ts';
import { packRun } from './bundle.ts';

/** What must not be in a bundle: values of rows, hosts, accounts, passwords, literals of statements. */
const SECRETS = [
  'Zq7secret',
  '4929123456781234',
  'Ærøskøbing',
  "O'Leary",
  'ada@example.org',
  'db7.internal.example',
  '10.98.76.54',
  '33061',
  'app_writer',
  'hunter2',
  '/home/ada/dumps',
  '0x4b65796d',
];
const TEXT = SECRETS.join(' ');

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-bundle-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A result with secrets wherever there can be a text that is not the name of a table, keyspace or workflow. */
function withSecrets(): RunResult {
  const [preflight] = FAILED.preflight;
  return parseRunResult({
    ...FAILED,
    versions: { mysql: `9.7.0-${TEXT}`, vitess: TEXT, etcd: '3.4.23', node: '24.21.0' },
    reasons: [`no-lost-write: 14 findings, first corder ${TEXT}: value ${TEXT} was acknowledged`, TEXT],
    missing: [TEXT],
    decision: {
      ...FAILED.decision,
      reasons: [`statement INSERT INTO t VALUES ('${TEXT}') failed once, last: ${TEXT}`],
      thresholds: FAILED.decision.thresholds.map((each) => ({ ...each, title: TEXT, excuse: TEXT })),
    },
    phases: [{ name: TEXT, durationMs: 1, verdict: 'pass' }],
    preflight: [
      { ...preflight!, rule: TEXT, what: `trigger ${TEXT}`, where: TEXT, why: TEXT, mend: `SET PASSWORD = '${TEXT}'` },
    ],
    cutovers: FAILED.cutovers.map((each) => ({ ...each, errors: { [TEXT]: 3, 'read-only': 1 } })),
    workload: {
      ...FAILED.workload,
      operations: { [TEXT]: { [TEXT]: { ok: 1, fail: 2, info: 3 } } },
      errors: { [TEXT]: 2, [`other: ${TEXT}`]: 1 },
    },
    invariants: FAILED.invariants.map((each) => ({
      ...each,
      ...(each.verdict === 'unknown' ? { reason: TEXT } : {}),
      findings: each.findings.map((finding) => ({ ...finding, table: TEXT, key: TEXT, what: TEXT, around: [TEXT] })),
    })),
    failures: {
      statements: [
        { statement: TEXT, error: TEXT, message: TEXT, count: 4, aroundSwitches: 4, cause: 'migration' },
        {
          statement: `x ${TEXT}`,
          error: 'other: ER_DATA_TOO_LONG',
          message: TEXT,
          count: 1,
          aroundSwitches: 0,
          cause: 'application',
        },
      ],
      outsideSwitches: 0,
      resources: { count: 1, message: TEXT },
    },
    cost: {
      cpuSeconds: { harness: 1, servers: { [TEXT]: 2, vtgate: 3 } },
      questionSeconds: { [TEXT]: 1 },
      harnessShare: null,
    },
  });
}

const HISTORY = [
  { type: 'run', version: 1, fixture: 'commerce', config: { source: { host: TEXT, user: TEXT } }, again: TEXT },
  { type: 'server', server: TEXT, side: 'source', name: TEXT },
  { type: 'table', table: 'corder', kind: 'sql', rows: 3, keyColumn: 'region,order_id', removedBy: [TEXT] },
  { type: 'invoke', process: 1, f: 'insert', table: 'corder', key: TEXT, value: TEXT, statement: TEXT },
  { type: 'ok', process: 1, f: 'insert', table: 'corder', key: TEXT, value: TEXT, server: TEXT },
  { type: 'step', event: 'end', step: 1, name: 'copy', title: TEXT, verdict: 'fail', error: TEXT },
  { type: 'note', text: TEXT },
  { type: TEXT, text: TEXT },
  { type: 'observation', of: TEXT },
  { type: 'observation', of: 'vdiff', workflow: TEXT, tables: [{ table: 'corder', keys: [TEXT] }] },
].map((line, index) => JSON.stringify({ index, time: index, ...line }));

const STEPS = [
  `[   0.1s] start    load ${TEXT}`,
  `[  11.8s] fail     load ${TEXT} (2.3 s): Duplicate entry '${TEXT}' for key`,
  `                   seen:     ${TEXT}`,
  `                   next:     connect to ${TEXT}`,
  `[  12.0s] note     $ vtctldclient ApplyVSchema '--vschema={"tables":{"${TEXT}":{}}}' ${TEXT}`,
  `                    $ vtctldclient MoveTables --workflow=x '--tables=${TEXT}' ${TEXT} show --${TEXT}`,
  `                    $ mysql -uroot -p${TEXT}`,
  `[   1.0s] pass     ${TEXT}`,
  TEXT,
];

async function fill(result: RunResult = withSecrets(), steps: readonly string[] = STEPS): Promise<void> {
  const files = {
    'verdict.json': JSON.stringify(result),
    'history.jsonl': `${HISTORY.join('\n')}\n`,
    'steps.log': `${steps.join('\n')}\n`,
    'final-state.jsonl': TEXT,
    'findings.jsonl': TEXT,
    'junit.xml': TEXT,
    'report.html': TEXT,
    '.owner': TEXT,
    'Zq7secret.txt': TEXT,
    'jepsen/rows.edn': TEXT,
    'logs/db7.internal.example.log': TEXT,
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
}

async function unpacked(archive: Buffer): Promise<Map<string, string>> {
  const extract = tar.extract();
  extract.end(gunzipSync(archive));
  const files = new Map<string, string>();
  for await (const entry of extract) {
    files.set(entry.header.name, await text(entry));
  }
  return files;
}

/** Searched for in the bytes of the archive, including headers, in any case. */
function expectNone(archive: Buffer, secrets: readonly string[]): void {
  const bytes = gunzipSync(archive).toString().toLowerCase();
  expect(secrets.filter((secret) => bytes.includes(secret.toLowerCase()))).toEqual([]);
}

test('a secret that is planted in every file of a run appears nowhere in the bundle', async () => {
  await fill();
  for (const [name, secret] of [
    ['history.jsonl', 'hunter2'],
    ['steps.log', 'hunter2'],
    ['verdict.json', 'hunter2'],
  ] as const) {
    expect(await readFile(path.join(folder, name), 'utf8')).toContain(secret);
  }
  for (const isAnonymous of [false, true]) {
    const { archive } = await packRun(folder, isAnonymous);
    // Whole, and in the parts into which a text may be cut.
    expectNone(archive, [...SECRETS, 'leary', 'example', 'internal', 'dumps', 'app_']);
  }
});

test('the bundle has what a report needs', async () => {
  await fill();
  const { archive, included, leftOut } = await packRun(folder, false);
  const files = await unpacked(archive);
  expect([...files.keys()]).toEqual(included.map((name) => `roundtrip-bundle/${name}`));
  expect(included).toEqual(['verdict.json', 'steps.log', 'history.json', 'contents.txt']);
  expect(leftOut).toEqual(
    expect.arrayContaining(['final-state.jsonl, all of it', 'logs, all of it', 'Zq7secret.txt, all of it']),
  );
  const verdict: unknown = JSON.parse(files.get('roundtrip-bundle/verdict.json')!);
  expect(verdict).toMatchObject({
    verdict: 'fail',
    seed: 42,
    subject: 'commerce',
    versions: { mysql: '9.7.0', vitess: '…', etcd: '3.4.23' },
    decision: { verdict: 'no-go', thresholds: [{ id: 'writeGapMs', limit: 5000, measured: 30_000, met: false }, {}] },
    preflight: [{ rule: '…', table: 'corder' }],
    cutovers: [{ writeGapMs: 30_000 }],
    failures: { statements: [{ error: '…', count: 4 }, { error: 'other: ER_DATA_TOO_LONG' }] },
  });
  expect(verdict).toHaveProperty('reasons.0', 'no-lost-write: … findings, first corder …: value … was acknowledged');
  expect(JSON.parse(files.get('roundtrip-bundle/history.json')!)).toEqual({
    lines: expect.objectContaining({ 'operation invoke': 1, 'of another kind': 1, 'observation of another kind': 1 }),
    tables: [{ table: 'corder', kind: 'sql', rows: 3, key: ['region', 'order_id'] }],
  });
  expect(files.get('roundtrip-bundle/steps.log')!.split('\n')).toEqual([
    '[    0.1s] start    load …',
    expect.stringMatching(/^\[ {3}11\.8s\] fail {5}load …/),
    expect.stringMatching(/^\[ {3}12\.0s\] note {5}\$ vtctldclient ApplyVSchema --vschema=…[ …]*$/),
    expect.stringContaining('$ vtctldclient MoveTables --workflow=… --tables=… '),
    '[    1.0s] pass     …',
    '',
  ]);
});

test('with numbers in place of names, no name from the schema is left', async () => {
  await fill(PASSED, ['[   1.0s] start    load commerce', '[   2.0s] pass     copy: left: corder']);
  const { archive } = await packRun(folder, true);
  expectNone(archive, ['commerce', 'customer', 'corder', 'order_id', 'region']);
  const files = await unpacked(archive);
  expect(JSON.parse(files.get('roundtrip-bundle/verdict.json')!)).toMatchObject({
    tables: [{ table: 'table-1' }, { table: 'table-2' }],
  });
  expect(files.get('roundtrip-bundle/steps.log')).toMatch(/load subject-1\n.*left: table-2/);
});

test('a run without a verdict is packed as far as it goes, and a folder that is not a run is refused', async () => {
  await expect(packRun(folder, false)).rejects.toThrow('There is no saved run to pack');
  await fill();
  await rm(path.join(folder, 'verdict.json'));
  const { archive, included } = await packRun(folder, false);
  expect(included).toEqual(['steps.log', 'history.json', 'contents.txt']);
  expectNone(archive, SECRETS);
  await writeFile(path.join(folder, 'verdict.json'), JSON.stringify({ ...PASSED, more: TEXT }));
  await expect(packRun(folder, false)).rejects.toThrow('cannot be read');
});
