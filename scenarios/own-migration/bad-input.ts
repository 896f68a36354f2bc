import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { findEngine } from '../../docker/engine.ts';
import { OWNER_LABEL } from '../../docker/labels.ts';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import { startRoundtrip } from '../../harness/jest/roundtrip.ts';

// Claim: bad input, and a machine that gets in the way, end in an error that says what, where, and what to do next,
// with an exit status that tells them apart; nothing stays on the engine, and a run that had begun leaves its report.

const ROWS = 2000;
/** Time for a command that starts no server. */
const COMMAND_MS = 120_000;

let folder = '';
let live: LoneMysql;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-bad-'));
  live = await startMysql('shop');
  await withConnection(live.mysql.harnessEndpoint, async (connection) => {
    const numbers = Array.from({ length: ROWS }, (_, at) => `(${at + 1}, 1, 'name ${at}')`);
    for (const sql of [
      'CREATE TABLE shelf (id INT NOT NULL PRIMARY KEY)',
      'CREATE TABLE item (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, shelf INT, name VARCHAR(30), FOREIGN KEY (shelf) REFERENCES shelf (id))',
      'INSERT INTO shelf VALUES (1)',
      `INSERT INTO item VALUES ${numbers.join(', ')}`,
      "CREATE USER reader@'%' IDENTIFIED BY 'only-reads'",
      "GRANT SELECT ON shop.* TO reader@'%'",
    ]) {
      await connection.query(sql);
    }
  });
}, 300_000);

afterAll(async () => {
  await live[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly exitCode: number | undefined;
  readonly output: string;
  /** The id of the process, by which its containers are known. */
  readonly pid: number | undefined;
}

/** Rehearses a config, written to a file of its own; `during` happens as soon as the output contains these words. */
async function rehearse(
  config: object,
  { args = [], during }: { args?: readonly string[]; during?: { words: RegExp; act: () => Promise<void> } } = {},
): Promise<Ended> {
  const file = path.join(await mkdtemp(path.join(folder, 'config-')), 'roundtrip.config.json');
  await writeFile(file, JSON.stringify(config));
  const environment = { LIVE_PASSWORD: 'only-reads', WRONG_PASSWORD: 'not-this' };
  const running = startRoundtrip(['rehearse', '--config', file, '--seed', '5', ...args], environment);
  const { pid } = running;
  let acting: Promise<void> | undefined;
  if (during !== undefined) {
    let seen = '';
    running.all.on('data', (chunk) => {
      seen += String(chunk);
      if (acting === undefined && during.words.test(seen)) acting = during.act();
    });
  }
  const { exitCode, all } = await running;
  if (during !== undefined && acting === undefined) throw new Error(`it never said ${during.words}:\n${all}`);
  await acting;
  return { exitCode, output: all, pid };
}

/** Returns what, where and next, as `layOutFailure` shows them. */
function expectTold({ output }: Ended, what: RegExp, where: RegExp, next: RegExp): void {
  const [, told = ''] = /\n(?:FAIL|UNKNOWN|USAGE) {2}([^]*)$/.exec(`\n${output}`) ?? [];
  expect(told).toMatch(what);
  const [, ofWhere = ''] = /^ {2}where +([^]*?)(?=^ {2}\S|$(?![^]))/m.exec(told) ?? [];
  expect(ofWhere).toMatch(where);
  const [, ofNext = ''] = /^ {2}next +([^]*?)(?=^ {2}\S|$(?![^]))/m.exec(told) ?? [];
  expect(ofNext).toMatch(next);
  expect(output).not.toMatch(/only-reads|not-this/);
}

async function leftOf({ pid }: Ended): Promise<string[]> {
  const { docker } = (await findEngine())!;
  const filters = { label: [OWNER_LABEL] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const labels = [...containers.map(({ Labels }) => Labels), ...networks.map(({ Labels }) => Labels ?? {})];
  return labels.map((each) => each[OWNER_LABEL]!).filter((owner) => owner.split(' ')[1] === String(pid));
}

const LIVE = () => {
  const { host, port } = live.mysql.harnessEndpoint;
  return { host, port, user: 'reader', passwordEnv: 'LIVE_PASSWORD', database: 'shop' };
};
const TABLE = 'CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20));\n';
const DUMP = `-- MySQL dump 10.13\n--\n-- Host: localhost    Database: shop\n${TABLE}`;

/** Whatever can be known before a server is started. */
const REFUSED: readonly {
  readonly name: string;
  readonly live?: () => object;
  readonly file?: string | Buffer;
  readonly rest?: object;
  readonly status: 2 | 64;
  readonly told: readonly [what: RegExp, where: RegExp, next: RegExp];
}[] = [
  {
    name: 'a wrong password',
    live: () => ({ ...LIVE(), passwordEnv: 'WRONG_PASSWORD' }),
    status: 64,
    told: [/live source cannot be reached[^]*Access denied/, /127\.0\.0\.1:\d+, as reader/, /passwordEnv/],
  },
  {
    name: 'a password that is not there',
    live: () => ({ ...LIVE(), passwordEnv: 'NO_PASSWORD' }),
    status: 64,
    told: [/password is not where the config says/, /source\.live\.passwordEnv/, /Set NO_PASSWORD/],
  },
  {
    name: 'a database that is not there',
    live: () => ({ ...LIVE(), database: 'shup' }),
    status: 64,
    told: [/cannot be reached[^]*shup/, /as reader/, /Correct database/],
  },
  {
    name: 'a port on which nothing listens',
    live: () => ({ ...LIVE(), port: 1 }),
    status: 2,
    told: [/cannot be reached[^]*ECONNREFUSED/, /127\.0\.0\.1:1, as reader/, /Is it running/],
  },
  {
    name: 'a host that was not named',
    live: () => ({ ...LIVE(), host: 'db.example.com' }),
    status: 64,
    told: [/on another machine/, /source\.live\.host/, /--allow-host db\.example\.com/],
  },
  {
    name: 'a certificate from an unknown authority',
    live: () => ({ ...LIVE(), tls: true }),
    status: 64,
    told: [/cannot be reached[^]*certificate/, /as reader/, /tls: \{ ca \}/],
  },
  {
    name: 'a table that is not there',
    live: LIVE,
    rest: { tables: ['itme'] },
    status: 64,
    told: [/no table itme/, /tables, or data\.rows, of the config/, /Is it item\?/],
  },
  {
    name: 'a personal column that a foreign key has',
    live: LIVE,
    rest: { data: { from: 'sampled', personal: { 'item.shelf': { kind: 'integer', min: 1, max: 9 } } } },
    status: 64,
    told: [/cannot be replaced/, /data\.personal/, /Correct them/],
  },
  {
    name: 'personal columns of a dump',
    file: TABLE,
    rest: { data: { from: 'file', personal: { 't.name': { kind: 'template', text: 'n{row}' } } } },
    status: 64,
    told: [/Nothing personal is replaced in a dump/, /data\.personal/, /Remove it/],
  },
  {
    name: 'a truncated dump',
    file: `${DUMP}INSERT INTO t VALUES (1,'a`,
    status: 64,
    told: [/ends inside a statement/, /dump\.sql:5/, /make or copy the dump again/],
  },
  {
    name: 'a dump that is not UTF-8',
    file: Buffer.from(`${DUMP}INSERT INTO t VALUES (1,'\xE4');\n-- Dump completed\n`, 'latin1'),
    status: 64,
    told: [/not UTF-8/, /dump\.sql:5/, /--default-character-set=utf8mb4/],
  },
  {
    name: 'a dump with an account in it',
    file: `${TABLE}CREATE USER a;\n`,
    status: 64,
    told: [/neither schema nor rows/, /dump\.sql:2/, /Remove it/],
  },
];

for (const { name, live: source, file, rest = {}, status, told } of REFUSED) {
  test(
    `refused before anything is started: ${name}`,
    async () => {
      const dump = path.join(folder, 'dump.sql');
      if (file !== undefined) await writeFile(dump, file);
      const ended = await rehearse({ source: source === undefined ? { file: dump } : { live: source() }, ...rest });
      expectTold(ended, ...told);
      expect(ended.exitCode).toBe(status);
      expect(ended.output).not.toContain('start the source MySQL');
    },
    COMMAND_MS,
  );
}

test(
  'refused before anything is started: no TLS although the server requires it',
  async () => {
    await withConnection(live.mysql.harnessEndpoint, async (connection) => {
      await connection.query('SET GLOBAL require_secure_transport = ON');
      try {
        const ended = await rehearse({ source: { live: LIVE() } });
        expectTold(ended, /cannot be reached[^]*secure transport/, /as reader/, /tls: true/);
        expect(ended.exitCode).toBe(64);
      } finally {
        await connection.query('SET GLOBAL require_secure_transport = OFF');
      }
    });
  },
  COMMAND_MS,
);

test(
  'refused before anything is started: a view that the account may not see',
  async () => {
    await withConnection(live.mysql.harnessEndpoint, async (connection) => {
      await connection.query('CREATE VIEW names AS SELECT name FROM item');
      try {
        const ended = await rehearse({ source: { live: LIVE() } });
        expectTold(ended, /live source refuses a statement[^]*SHOW VIEW/, /SHOW CREATE VIEW/, /GRANT/);
        expect(ended.exitCode).toBe(64);
      } finally {
        await connection.query('DROP VIEW names');
      }
    });
  },
  COMMAND_MS,
);

test(
  'a server that accepts a connection and never answers',
  async () => {
    const server = createServer(() => undefined);
    const port = await listening(server);
    try {
      const ended = await rehearse({ source: { live: { ...LIVE(), port } } });
      expectTold(
        ended,
        /cannot be reached[^]*ETIMEDOUT/,
        new RegExp(`127\\.0\\.0\\.1:${port}, as reader`),
        /Is it running/,
      );
      expect(ended.exitCode).toBe(2);
    } finally {
      server.close();
    }
  },
  COMMAND_MS,
);

async function listening(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => resolve(undefined));
  await promise;
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A run that began says in its folder what came of it, and leaves nothing on the engine. */
async function expectReported(ended: Ended, reason: RegExp): Promise<void> {
  expect(await leftOf(ended)).toEqual([]);
  const [, artifacts = ''] = /^ {2}artifacts +(\S+)/m.exec(ended.output) ?? [];
  const verdict = await readFile(path.join(artifacts, 'verdict.json'), 'utf8');
  expect(verdict).toMatch(reason);
  // It had a cluster, so there was something to leave behind.
  expect(verdict).toMatch(/"name": "cluster"[^}]*"verdict": "pass"/);
  expect(await readFile(path.join(artifacts, 'report.html'), 'utf8')).toMatch(reason);
}

const SMALL = { replicas: 1, rdonlys: 0 };

test('a full disk under the source MySQL', async () => {
  // The engine gives every container a disk of 64 MiB there.
  const file = path.join(folder, 'full.sql');
  await writeFile(file, "CREATE TABLE big (id INT NOT NULL PRIMARY KEY, b LONGBLOB) DATA DIRECTORY = '/dev/shm';\n");
  const insert = `INSERT INTO big VALUES (1, REPEAT('x', 40000000)), (2, REPEAT('x', 40000000));\n`;
  await writeFile(file, insert, { flag: 'a' });
  const source = { file, settings: { innodb_directories: '/dev/shm' } };
  const ended = await rehearse({ source, data: { from: 'file' }, cluster: SMALL });
  expectTold(ended, /does not accept a statement[^]*The table 'big' is full/, /full\.sql:2/, /Make room/);
  expect(ended.exitCode).toBe(2);
  await expectReported(ended, /does not accept a statement/);
}, 300_000);

const STATEMENTS = {
  add: {
    kind: 'insert',
    table: 't',
    weight: 1,
    sql: 'INSERT INTO t (name) VALUES (:name)',
    parameters: { name: { kind: 'template', text: 'n{row}' } },
  },
} as const;

test.each([
  [
    'the source',
    'SELECT nam FROM t LIMIT 1',
    64,
    /source refuses 1 of 2 statements[^]*Unknown column 'nam'/,
    /Correct them/,
  ],
  ['vtgate alone', 'TABLE t LIMIT 1', 1, /vtgate does not run 1 of 2 statements/, /Change these statements/],
] as const)(
  'a statement of the workload that %s refuses',
  async (_, sql, status, what, next) => {
    const file = path.join(folder, 'small.sql');
    await writeFile(file, TABLE);
    const read = { kind: 'read', table: 't', weight: 1, sql, parameters: {} };
    const workload = { rate: 20, statements: { ...STATEMENTS, read } };
    const ended = await rehearse({ source: { file }, workload, cluster: SMALL });
    expectTold(ended, what, new RegExp(sql), next);
    expect(ended.exitCode).toBe(status);
    await expectReported(ended, /1 of 2 statements/);
  },
  300_000,
);

test('a statement of the workload that fails only once there are rows', async () => {
  const file = path.join(folder, 'few.sql');
  await writeFile(file, 'CREATE TABLE t (id TINYINT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20));\n');
  // Half of the type's 127 ids are left for inserts, enough for some seconds.
  const workload = { rate: 30, statements: STATEMENTS };
  const ended = await rehearse({ source: { file }, workload, cluster: SMALL });
  expect(ended.output).toMatch(/63 rows in place of 1000, half of what id tinyint can hold/);
  expect(ended.output).toMatch(/no-go because[^]*failed statements around a switch: \d+ errors, limit 0[^]*^NO-GO /m);
  expect(ended.exitCode).toBe(1);
  await expectReported(ended, /failed statements around a switch/);
}, 300_000);

test('artifacts on a full disk', async () => {
  const small = await mkdtemp(path.join(folder, 'disk-'));
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', small]);
  try {
    const file = path.join(folder, 'small.sql');
    await writeFile(file, TABLE);
    const ended = await rehearse({ source: { file }, cluster: SMALL }, { args: ['--artifacts', small] });
    expectTold(ended, /cannot be written/, new RegExp(small), /Make room on the disk/);
    expect(ended.exitCode).toBe(2);
    expect(await leftOf(ended)).toEqual([]);
    await access(path.join(small, 'latest'));
  } finally {
    await execa('umount', [small]);
  }
}, 300_000);

/** Samples the live source slowly; `act` happens while it is being read. */
async function sampling(act: () => Promise<void>): Promise<Ended> {
  const source = { live: { ...LIVE(), maxRowsPerSecond: 100 } };
  return await rehearse(
    { source, data: { from: 'sampled', rows: ROWS }, cluster: SMALL },
    { args: ['--show-statements'], during: { words: /SELECT .*`id`, `shelf`, `name` FROM `item`/, act } },
  );
}

test('a live source that stops answering in the middle of its sample', async () => {
  const container = `roundtrip-${live.clusterId}-${live.mysql.server.name}`;
  try {
    const ended = await sampling(async () => void (await execa('docker', ['pause', container])));
    expectTold(ended, /live source did not answer[^]*within 60000 ms/, /rows of item/, /send the statement by hand/);
    expect(ended.exitCode).toBe(2);
    await expectReported(ended, /live source did not answer/);
  } finally {
    await execa('docker', ['unpause', container]);
  }
}, 300_000);

// The last test, because it takes the live source away.
test('a live source that goes away in the middle of its sample', async () => {
  const ended = await sampling(async () => await live[Symbol.asyncDispose]());
  expectTold(ended, /live source did not answer/, /rows of item/, /went away/);
  expect(ended.exitCode).toBe(2);
  await expectReported(ended, /live source did not answer/);
}, 300_000);
