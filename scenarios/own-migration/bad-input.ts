import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import {
  expectReported,
  expectTold,
  LiveShop,
  rehearseConfig,
  type ConfigRunOptions,
} from '../../harness/jest/config-run.ts';

// Claim: bad input and trouble with the machine end in an error that says what is wrong, where, and what to do next,
// with an exit status that tells the two apart; nothing stays on the engine, and a run that had begun leaves its
// report.

/** How long a command may take that starts no server. */
const COMMAND_MS = 120_000;

let folder = '';
let live: LiveShop;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-bad-'));
  live = await LiveShop.start();
}, 300_000);

afterAll(async () => {
  await live[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const rehearse = async (config: object, options: ConfigRunOptions = {}) =>
  await rehearseConfig(folder, config, options);
const LIVE = () => live.config;
const TABLE = 'CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20));\n';
const DUMP = `-- MySQL dump 10.13\n--\n-- Host: localhost    Database: shop\n${TABLE}`;

/** Everything that can be found before a server is started. */
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
    name: 'a password that is not set',
    live: () => ({ ...LIVE(), passwordEnv: 'NO_PASSWORD' }),
    status: 64,
    told: [/password is not where the config says/, /source\.live\.passwordEnv/, /Set NO_PASSWORD/],
  },
  {
    name: 'a database that does not exist',
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
    name: 'a table that does not exist',
    live: LIVE,
    rest: { tables: ['itme'] },
    status: 64,
    told: [/no table itme/, /tables, or data\.rows, of the config/, /Is it item\?/],
  },
  {
    name: 'a personal column in a foreign key',
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
    told: [/Personal values in a dump are not replaced/, /data\.personal/, /Remove it/],
  },
  {
    name: 'a truncated dump',
    file: `${DUMP}INSERT INTO t VALUES (1,'a`,
    status: 64,
    told: [/ends inside a statement/, /dump\.sql:5/, /make or copy the dump again/],
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
  'refused before anything is started: no TLS, although the server requires it',
  async () => {
    await withConnection(live.server.mysql.harnessEndpoint, async (connection) => {
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
    await withConnection(live.server.mysql.harnessEndpoint, async (connection) => {
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

test('a full disk under the MySQL that reads a dump', async () => {
  // The engine gives every container 64 MiB there.
  const file = path.join(folder, 'full.sql');
  await writeFile(file, "CREATE TABLE big (id INT NOT NULL PRIMARY KEY, b LONGBLOB) DATA DIRECTORY = '/dev/shm';\n");
  const insert = `INSERT INTO big VALUES (1, REPEAT('x', 40000000)), (2, REPEAT('x', 40000000));\n`;
  await writeFile(file, insert, { flag: 'a' });
  const source = { file, settings: { innodb_directories: '/dev/shm' } };
  const ended = await rehearse({ source, data: { from: 'file' }, cluster: SMALLEST_TARGET });
  expectTold(ended, /does not accept a statement[^]*The table 'big' is full/, /full\.sql:2/, /Make room/);
  expect(ended.exitCode).toBe(2);
  expect(ended.left).toEqual([]);
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
    const ended = await rehearse({ source: { file }, workload, cluster: SMALLEST_TARGET });
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
  const ended = await rehearse({ source: { file }, workload, cluster: SMALLEST_TARGET });
  expect(ended.output).toMatch(/63 rows instead of 1000, half of what id tinyint can hold/);
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
    const ended = await rehearse({ source: { file }, cluster: SMALLEST_TARGET }, { artifacts: small });
    expectTold(ended, /cannot be written/, new RegExp(small), /Make room on the disk/);
    expect(ended.exitCode).toBe(2);
    expect(ended.left).toEqual([]);
    await access(path.join(small, 'latest'));
  } finally {
    await execa('umount', [small]);
  }
}, 300_000);
