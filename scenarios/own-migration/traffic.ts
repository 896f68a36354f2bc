import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { createConnection, type Connection, type ResultSetHeader } from 'mysql2/promise';
import { z } from 'zod';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import { roundtrip } from '../../harness/jest/roundtrip.ts';
import { readPerformanceSchema } from '../../harness/traffic/performance-schema.ts';

// Claim: the logs that an application's MySQL wrote become a workload: each statement that vtgate does not run is
// reported in vtgate's own words, and a rehearsal with the statements and transactions of the log ends in a report.

const SCHEMA = [
  'CREATE TABLE customer (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, email VARCHAR(60) NOT NULL UNIQUE, token BINARY(8))',
  'CREATE TABLE product (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, title VARCHAR(60) NOT NULL, stock INT NOT NULL)',
  'CREATE TABLE orders (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, customer_id INT NOT NULL, note VARCHAR(80), FOREIGN KEY (customer_id) REFERENCES customer (id))',
  'CREATE TABLE line (order_id BIGINT NOT NULL, number INT NOT NULL, product_id INT NOT NULL, PRIMARY KEY (order_id, number), FOREIGN KEY (order_id) REFERENCES orders (id), FOREIGN KEY (product_id) REFERENCES product (id))',
];
const [GENERAL, SLOW] = ['/tmp/general.log', '/tmp/slow.log'];
const LOGS = {
  general_log_file: GENERAL,
  slow_query_log_file: SLOW,
  long_query_time: '0',
  performance_schema_events_statements_history_size: '10',
  performance_schema_events_statements_history_long_size: '10000',
};
/** After these, the performance schema counts the application's statements and whatever this program asks. */
const COUNTING = [
  "UPDATE performance_schema.setup_consumers SET enabled = 'YES' WHERE name = 'events_statements_history_long'",
  'TRUNCATE performance_schema.events_statements_summary_by_digest',
  'TRUNCATE performance_schema.events_statements_history_long',
];
/** An account that may read the performance schema, as production would allow. */
const READER = [
  "CREATE USER reader@'%' IDENTIFIED BY 'only-reads'",
  "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON shop.* TO reader@'%'",
  "GRANT SELECT ON performance_schema.* TO reader@'%'",
  "GRANT SHOW_ROUTINE ON *.* TO reader@'%'",
];
/** Vitess 24 has no assignment within an expression. */
const UNSUPPORTED = 'SELECT @row := @row + 1 AS number, title FROM product';

let folder = '';
let source: LoneMysql;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-traffic-'));
  await writeFile(path.join(folder, 'shop.sql'), `${SCHEMA.join(';\n')};\n`);
  source = await startMysql('shop', LOGS);
  const connection = await connect();
  for (const sql of [...SCHEMA, ...READER]) await connection.query(sql);
  for (let at = 1; at <= 50; at++) {
    await connection.query('INSERT INTO customer (email) VALUES (?)', [`seed${at}@example.com`]);
    await connection.query('INSERT INTO product (title, stock) VALUES (?, 1000)', [`Product ${at}`]);
  }
  for (const sql of COUNTING) await connection.query(sql);
  await connection.query('SET GLOBAL slow_query_log = ON, general_log = ON');
  await connection.end();
  await Promise.all([shop(1), shop(2)]);
}, 300_000);

afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function connect(): Promise<Connection> {
  return await createConnection({ ...source.mysql.harnessEndpoint, charset: 'utf8mb4' });
}

/** What the application does, on one connection. */
async function shop(worker: number): Promise<void> {
  const connection = await connect();
  for (let at = 1; at <= 60; at++) {
    const customer = 1 + ((at * 7 + worker) % 50);
    await connection.query(`SELECT id, email FROM customer WHERE id = ${customer} /* request ${at} */`);
    await connection.query('INSERT INTO customer (email, token) VALUES (?, ?)', [
      `w${worker}-${at}@example.com`,
      Buffer.from([0, at, 255, 39, 92, 10, worker, 200]),
    ]);
    if (at % 3 === 0) await order(connection, customer, 1 + ((at * 11) % 50));
    await connection.execute("SELECT o.id\nFROM orders o\nWHERE o.customer_id = ? AND o.note <> 'why?' LIMIT 5", [
      customer,
    ]);
    if (at % 20 === 0) await connection.query(UNSUPPORTED);
  }
  await connection.end();
}

async function order(connection: Connection, customer: number, product: number): Promise<void> {
  await connection.beginTransaction();
  await connection.query('SELECT stock FROM product WHERE id = ? FOR UPDATE', [product]);
  const [{ insertId }] = await connection.query<ResultSetHeader>(
    'INSERT INTO orders (customer_id, note) VALUES (?, ?)',
    [customer, customer % 2 === 0 ? null : `it's ${customer}`],
  );
  await connection.query('INSERT INTO line VALUES (?, 1, ?)', [insertId, product]);
  await connection.query('UPDATE product SET stock = stock - 1 WHERE id = ?', [product]);
  await connection.commit();
}

async function traffic(log: string, change: (text: string) => string = (text) => text) {
  const text = change(await source.mysql.server.readFile(log));
  const [file, config] = [path.join(folder, path.basename(log)), path.join(folder, 'roundtrip.config.json')];
  await writeFile(file, text);
  await writeFile(
    config,
    JSON.stringify({
      source: { file: 'shop.sql' },
      keyspaces: { source: 'shop', target: 'moved' },
      data: { from: 'generated', rows: 100 },
      workload: { file: 'traffic.yaml', rate: 40, connections: 4, witnesses: 0.3 },
      cluster: SMALLEST_TARGET,
      // Transactions that are open when writes are switched fail, by design of Vitess.
      thresholds: { writeGapMs: 20_000, lagMs: 30_000, errorsPerCutover: 50 },
    }),
  );
  const out = path.join(folder, 'traffic.yaml');
  const run = await roundtrip(['traffic', file, '--config', config, '--database', 'shop', '--out', out, '--force']);
  return { ...run, config, written: await readFile(out, 'utf8').catch(() => '') };
}

const tried = z.object({
  executions: z.number(),
  digests: z.array(z.object({ text: z.string(), count: z.number(), found: z.string(), vtgate: z.string().nullable() })),
});

test('a slow log: statements that vtgate does not run are named with their count and in vtgate’s words', async () => {
  const { exitCode, output } = await traffic(SLOW);
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^\d+ of \d+ digests, 9\d\.\d+ % of executions, run alike; 1 does not:$/m);
  expect(output).toMatch(
    /^ {2}6 times: SELECT @\? := @\? \+ \? AS NUMBER , `title` FROM `product`\n.*\n {4}vtgate: VT12001: unsupported/m,
  );
  const [, json = ''] = /all digests are in (\S+traffic\.json)/.exec(output) ?? [];
  const { digests, executions } = tried.parse(JSON.parse(await readFile(path.resolve(json), 'utf8')));
  expect(digests.find(({ text }) => text.startsWith('INSERT INTO `customer` ( `email` , `token` )'))).toMatchObject({
    count: 120,
    found: 'alike',
  });
  expect(digests.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(executions);
}, 300_000);

test('a general log: from the file to a rehearsal with its statements and transactions, and a report', async () => {
  const { exitCode, output, config, written } = await traffic(GENERAL, (text) =>
    text
      .split('\n')
      .filter((line) => !line.includes(UNSUPPORTED))
      .join('\n'),
  );
  expect(output).toMatch(/^(\d+) of \1 digests, 100\.00 % of executions, run alike\.$/m);
  expect(exitCode).toBe(0);
  expect(output).toMatch(/Transactions: 40 of several statements/);
  expect(written).toContain('saves: { new_orders: LAST_INSERT_ID }');
  expect(written).toContain('INSERT INTO line VALUES (:new_orders, 1, :');
  // Generated rows have different keys from production's.
  expect(written).toContain('UNHEX(:token)');

  const run = await roundtrip(['rehearse', '--config', config, '--seed', '5']);
  expect(run.output).toMatch(/^GO {2}14 of 14 steps passed/m);
  const [, artifacts = ''] = /^ {2}artifacts +(\S+)/m.exec(run.output) ?? [];
  const report = await readFile(path.resolve(artifacts, 'report.html'), 'utf8');
  expect(report).toContain('transaction on orders and line and product');
}, 600_000);

test('the performance schema of a live source gives the same, without what this program asked meanwhile', async () => {
  const { host, port } = source.mysql.harnessEndpoint;
  const [config, out] = [path.join(folder, 'live.config.json'), path.join(folder, 'live.yaml')];
  const live = { host, port, user: 'reader', passwordEnv: 'LIVE_PASSWORD', database: 'shop' };
  const data = { from: 'generated', rows: 100 };
  await writeFile(config, JSON.stringify({ source: { live }, keyspaces: { source: 'shop', target: 'moved' }, data }));
  const command = ['traffic', '--live', '--config', config, '--out', out];
  const { exitCode, output } = await roundtrip(command, { LIVE_PASSWORD: 'only-reads' });
  const written = await readFile(out, 'utf8').catch(() => '');
  expect(output).toMatch(/^7 of 8 digests, 9\d\.\d+ % of executions, run alike; 1 does not:\n {2}6 times: SELECT @\?/m);
  expect(output).not.toContain('MAX_EXECUTION_TIME');
  expect(output).toMatch(/small numbers stand for them: 120 times\.$/m);
  expect(output).toMatch(/Transactions: 40 of several statements, in 1 form/);
  expect(exitCode).toBe(1);
  expect(written).toContain('saves: { new_orders: LAST_INSERT_ID }');
  expect(written).toContain('UNHEX(:token)');
  expect(written).toContain('WHERE o.customer_id = :customer_id');
}, 300_000);

test('a live source without the long history shows only the transactions of open connections, and says so', async () => {
  const connection = await connect();
  await connection.query(COUNTING[0]!.replace('YES', 'NO'));
  await order(connection, 1, 1);
  const notes: string[] = [];
  const { ends, ownDigests } = await readPerformanceSchema(source.mysql.harnessEndpoint, {
    database: 'shop',
    isAnsi: false,
    onStatement: () => undefined,
    note: (text) => notes.push(text),
  });
  await connection.end();
  expect(ends).toMatchObject({ committed: 1, notWhole: 0, lost: 0 });
  // The server also counts the questions that it is asked; these are left out, and the output says so.
  expect(ownDigests).toBeGreaterThan(0);
  expect(notes).toEqual([expect.stringContaining('events_statements_history_long is off or empty')]);
}, 60_000);
