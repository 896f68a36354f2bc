import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { z } from 'zod';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { Recorder } from '../../harness/history/recorder.ts';
import { ByHand } from '../../harness/jest/by-hand.ts';
import { roundtrip, startRoundtrip } from '../../harness/jest/roundtrip.ts';
import { parseRunResult } from '../../harness/report/verdict-schema.ts';
import { setUp } from '../../harness/run/set-up.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: the same sequence runs against a source and a Vitess that somebody else started, with TLS, client certificates
// and passwords; only the workflow is created there, nothing that was there is dropped, and every command was printed
// beforehand.

let folder = '';
let hand: ByHand;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-existing-'));
  const { images } = await setUp(new Recorder());
  hand = new ByHand(images, { isSecured: true, isAsOperator: true });
  await hand.start();
  await fill();
  await writeFile(path.join(folder, 'ca.pem'), hand.server.certificate);
  await writeFile(path.join(folder, 'cert.pem'), hand.client.certificate);
  await writeFile(path.join(folder, 'key.pem'), hand.client.key);
  await writeFile(path.join(folder, 'password'), hand.password);
  await writeFile(path.join(folder, 'auth.json'), JSON.stringify({ Username: 'admin', Password: hand.password }));
}, 300_000);

afterAll(async () => {
  await hand[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}, 60_000);

const TABLES = ['customer', 'corder'];
const TLS = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' };

async function fill(): Promise<void> {
  await withConnection(hand.source, async (connection) => {
    await connection.query('CREATE TABLE customer (id BIGINT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(100) NOT NULL)');
    await connection.query('CREATE TABLE corder (id BIGINT AUTO_INCREMENT PRIMARY KEY, customer_id BIGINT NOT NULL)');
    await connection.query('CREATE TABLE stays (id BIGINT PRIMARY KEY)');
    await connection.query(`CREATE USER sees_little@'%' IDENTIFIED BY '${hand.password}'`);
    await connection.query("GRANT SELECT ON commerce.* TO sees_little@'%'");
    await connection.query(`CREATE USER direct IDENTIFIED BY '${hand.password}'`);
    await connection.query('GRANT INSERT ON commerce.corder TO direct');
    await connection.query('CREATE USER monitor');
    await connection.query('GRANT PROCESS ON *.* TO monitor');
    const numbers = Array.from({ length: 400 }, (_, at) => [at * 7 + 1]);
    await connection.query('INSERT INTO corder (id, customer_id) VALUES ?', [numbers.map(([n]) => [n, n])]);
    await connection.query('INSERT INTO customer (id, email) VALUES ?', [
      numbers.map(([n]) => [n, `${n}@example.org`]),
    ]);
  });
  const vschema = JSON.stringify({ sharded: false, tables: { customer: {}, corder: {}, stays: {} } });
  await hand.vtctldclient(['ApplyVSchema', `--vschema=${vschema}`, 'commerce']);
  const statements = [
    `CREATE USER 'vt_dba'@'%' IDENTIFIED BY '${hand.password}'`,
    "GRANT ALL ON *.* TO 'vt_dba'@'%' WITH GRANT OPTION",
  ];
  for (const sql of statements) await hand.vtctldclient(['ExecuteFetchAsDBA', 'zone1-200', sql]);
}

function config(changes: { target?: object; [key: string]: unknown } = {}) {
  const server = { host: '127.0.0.1', passwordFile: 'password' };
  const { target, ...rest } = changes;
  return {
    name: 'by hand',
    tables: TABLES,
    keyspaces: { source: 'commerce', target: 'customer' },
    workload: { rate: 40, connections: 4, statements: STATEMENTS },
    production: { tables: { customer: { rows: 4_000_000 }, corder: { rows: 40_000_000 } }, writesPerSecond: 500 },
    thresholds: { writeGapMs: 30_000, errorsPerCutover: 2_000, lagMs: 30_000 },
    target: {
      vtctld: { host: 'localhost', port: hand.vtctldPort, tls: TLS, authFile: 'auth.json' },
      vtgate: { ...server, port: hand.vtgatePort, user: 'app', tls: TLS },
      mysql: {
        source: { ...server, port: hand.sourcePort, user: 'vt_dba', database: 'commerce' },
        target: { ...server, port: hand.targetPort, user: 'vt_dba', database: 'vt_customer' },
      },
      shards: { source: '-', target: '-' },
      ...target,
    },
    ...rest,
  };
}

const STATEMENTS = {
  'new customer': {
    kind: 'insert',
    table: 'customer',
    weight: 3,
    sql: 'INSERT INTO customer (email) VALUES (:email)',
    parameters: { email: { kind: 'template', text: 'w{row}@example.org' } },
  },
  'new order': {
    kind: 'insert',
    table: 'corder',
    weight: 3,
    sql: 'INSERT INTO corder (customer_id) VALUES (:customer)',
    parameters: { customer: { kind: 'key', table: 'customer', column: 'id', from: 'loaded' } },
  },
};

async function written(changes?: Parameters<typeof config>[0]): Promise<string> {
  const file = path.join(folder, 'roundtrip.config.json');
  await writeFile(file, JSON.stringify(config(changes)));
  return file;
}

async function rehearse(file: string, args: readonly string[] = []) {
  const run = await roundtrip(['rehearse', '--config', file, '--seed', '5', ...args]);
  const [, artifacts = ''] = /^ {2}artifacts +(\S+)/m.exec(run.output) ?? [];
  const [log, verdict] = await Promise.all(
    ['steps.log', 'verdict.json'].map(async (name) => await readFile(path.join(path.resolve(artifacts), name), 'utf8')),
  );
  return { ...run, log: log ?? '', result: parseRunResult(JSON.parse(verdict ?? '')) };
}

/** Everything that somebody else may have created, or may rely on. */
async function state() {
  const ask = async (args: readonly string[]) => JSON.parse(await hand.vtctldclient(args)) as unknown;
  const tables = async (tablet: string) =>
    (await hand.vtctldclient(['GetSchema', '--table-names-only', tablet])).split('\n').filter(Boolean);
  return {
    keyspaces: await ask(['GetKeyspaces']),
    rules: await ask(['GetRoutingRules']),
    vschemas: [await ask(['GetVSchema', 'commerce']), await ask(['GetVSchema', 'customer']).catch(() => null)],
    workflows: await ask(['Workflow', '--keyspace=customer', 'list']),
    shards: [await ask(['GetShard', `commerce/${hand.shard}`]), await ask(['GetShard', `customer/${hand.shard}`])],
    tables: [await tables('zone1-100'), await tables('zone1-200')],
    databases: await withConnection(hand.source, async (connection) => await queryRows(connection, 'SHOW DATABASES')),
  };
}

/**
 * Returns the commands of each step, as `steps.log` or a plan has them. Following a row is not a step of the sequence,
 * and its stream is only looked at if the row is late.
 */
function commandsByStep(log: string): (readonly string[])[] {
  const groups: string[][] = [];
  const isPlan = !log.startsWith('[');
  let isStep = true;
  for (const line of log.split('\n')) {
    const command = /\$ (vtctldclient .*)$/.exec(line)?.[1];
    if (command !== undefined) {
      if (isStep) groups.at(-1)?.push(command.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID'));
    } else if (/\] start /.test(line) || isPlan) {
      isStep = !/\] start +a row /.test(line);
      groups.push([]);
    }
  }
  return groups.filter((group) => group.length > 0);
}

test('a plan prints the commands, and an invalid config is refused, before anything is connected to', async () => {
  const before = await state();
  const elsewhere = { target: { vtgate: { host: 'vtgate.example.org', user: 'app' } } };
  const refused = await roundtrip(['rehearse', '--config', await written(elsewhere)]);
  expect(refused.output).toContain('--allow-host vtgate.example.org');
  expect(refused.exitCode).toBe(64);

  const plan = await roundtrip(['rehearse', '--config', await written(), '--plan']);
  expect(plan.output).toContain('switchtraffic --tablet-types=primary');
  expect(plan.output).not.toContain(hand.password);
  expect(plan.exitCode).toBe(0);
  expect(await state()).toEqual(before);
}, 120_000);

const CERTIFICATE_MISSING = {
  vtctld: /vtctld does not answer[^]*certificate required/,
  vtgate: /vtgate cannot be reached[^]*certificate required/,
};

test('a wrong password or name, a missing grant or certificate, and a vtctld that does not answer are each reported as such', async () => {
  const vtgate = { ...config().target.vtgate, passwordFile: 'auth.json' };
  const denied = await rehearse(await written({ target: { vtgate } }));
  expect(denied.output).toMatch(/vtgate cannot be reached[^]*Access denied/);
  expect(denied.exitCode).toBe(2);

  const elsewhere = await rehearse(await written({ target: { shards: { source: '-' } } }));
  expect(elsewhere.output).toMatch(/customer\/0[^]*customer\/-[^]*Set target\.shards\.target: '-' in the config/);
  expect(elsewhere.exitCode).toBe(64);

  const unknown = await rehearse(await written({ keyspaces: { source: 'commerce', target: 'custmer' } }));
  expect(unknown.output).toMatch(/no keyspace custmer[^]*commerce, customer/);
  expect(unknown.exitCode).toBe(64);

  const { mysql } = config().target;
  const source = { ...mysql.source, user: 'sees_little' };
  const blind = await rehearse(await written({ target: { mysql: { ...mysql, source } } }));
  expect(blind.output).toMatch(/may not see who else is connected[^]*GRANT PROCESS ON \*\.\* TO 'sees_little'@'%'/);
  expect(blind.exitCode).toBe(64);

  const vtctld = { ...config().target.vtctld, port: 1 };
  const silent = await rehearse(await written({ target: { vtctld } }));
  expect(silent.output).toMatch(/vtctld does not answer[^]*ECONNREFUSED/);
  expect(silent.exitCode).toBe(2);

  for (const name of ['vtctld', 'vtgate'] as const) {
    const server = { ...config().target[name], tls: { ca: 'ca.pem' } };
    const without = await rehearse(await written({ target: { [name]: server } }));
    expect(without.output).toMatch(CERTIFICATE_MISSING[name]);
    expect(without.exitCode).toBe(2);
  }
}, 120_000);

async function onTarget(sql: string): Promise<string> {
  return await hand.vtctldclient(['ExecuteFetchAsDBA', 'zone1-200', sql]);
}

test('rows that are already on the target are found before anything is created, by the rehearsal and by preflight', async () => {
  await onTarget('CREATE TABLE corder (id BIGINT PRIMARY KEY)');
  try {
    await onTarget('INSERT INTO corder VALUES (1)');
    const file = await written();
    const run = await rehearse(file);
    const blockers = run.result.preflight.filter(({ severity }) => severity === 'blocker');
    expect(blockers.map(({ rule, where }) => `${rule}: ${where}`)).toEqual([
      'target-table-has-rows: the target, vt_customer.corder',
      'target-table-differs: the target, vt_customer.corder',
    ]);
    expect(run.exitCode).toBe(1);
    expect(JSON.parse(await hand.vtctldclient(['Workflow', '--keyspace=customer', 'list']))).toEqual([]);

    const alone = await roundtrip(['preflight', '--config', file]);
    for (const id of ['target-table-has-rows', 'target-table-differs']) expect(alone.output).toContain(id);
    expect(alone.exitCode).toBe(1);
  } finally {
    await onTarget('DROP TABLE corder');
  }
}, 120_000);

test('the sequence runs there and back, by exactly the commands that the plan printed', async () => {
  const before = await state();
  const { mysql } = config().target;
  // Hosts other than this one, once they have been named.
  const source = { ...mysql.source, host: await hand.address('source'), port: 3306 };
  const target = { ...mysql.target, host: await hand.address('t200'), port: 3306 };
  const file = await written({ target: { mysql: { source, target } } });
  const { output: plan } = await roundtrip(['rehearse', '--config', file, '--plan']);
  const { exitCode, output, log, result } = await rehearse(file, ['--allow-host', source.host, target.host]);
  expect(output).toMatch(/^GO {2}11 of 11 steps passed/m);
  expect(exitCode).toBe(0);
  expect(output).not.toContain(hand.password);
  const [planned, ran] = [commandsByStep(plan), commandsByStep(log)];
  expect(planned.length).toBeGreaterThan(10);
  expect(ran).toEqual(planned);

  expect(result.estimate).not.toBeUndefined();
  expect(result.checksums.map(({ table, equal }) => [table, equal])).toEqual(TABLES.map((table) => [table, true]));
  const verdicts = Object.fromEntries(result.invariants.map(({ id, verdict }) => [id, verdict]));
  expect(verdicts).toMatchObject({ 'single-writer': 'pass', 'gtid-contained': 'pass', 'no-lost-write': 'unknown' });

  const after = await state();
  expect(after).toMatchObject({ keyspaces: before.keyspaces, databases: before.databases });
  expect(after.tables[0]).toEqual(before.tables[0]);
  expect(after.workflows).toEqual(['commerce2customer']);
  expect(JSON.stringify(after.tables)).not.toContain('roundtrip');
  await expectWritesOn('commerce');
}, 300_000);

test('an existing workflow is refused, or continued if the config says so; without access to MySQL and without writes, the run is unknown', async () => {
  const refused = await rehearse(await written());
  expect(refused.output).toMatch(/There is a workflow of that name already[^]*target\.resume/);
  expect(refused.output).not.toMatch(/\$ vtctldclient .* cancel/);
  expect(refused.exitCode).toBe(64);
  expect(await hand.vtctldclient(['Workflow', '--keyspace=customer', 'list'])).toContain('commerce2customer');

  const file = await written({ target: { mysql: undefined, resume: true }, workload: {}, end: 'cancel' });
  const { output: plan } = await roundtrip(['rehearse', '--config', file, '--plan']);
  const { exitCode, output, log, result } = await rehearse(file);
  expect(output).toMatch(/not judged, as target\.mysql is not given: sides-equal, gtid-contained, constraints-hold/);
  expect(result.reasons.join('\n')).toMatch(/not-vacuous: there were no operations/);
  expect(result.verdict).toBe('unknown');
  expect(exitCode).toBe(2);
  expect(result.steps.map(({ verdict }) => verdict)).toEqual(Array(12).fill('pass'));
  expect(result.vdiffs.every(({ rowsCompared }) => rowsCompared > 800)).toBe(true);
  expect(commandsByStep(log)).toEqual(commandsByStep(plan));
  const after = await state();
  expect(after.workflows).toEqual([]);
  expect(after.tables[1]).not.toEqual(expect.arrayContaining(['corder']));
  expect(after.tables[0]).toEqual(expect.arrayContaining(['corder', 'customer', 'stays']));
  await expectWritesOn(null);
}, 300_000);

/** A rehearsal that has come as far as the given output. */
async function runUntil(file: string, sign: RegExp): Promise<{ readonly running: ReturnType<typeof startRoundtrip> }> {
  const running = startRoundtrip(['rehearse', '--config', file]);
  let seen = '';
  let hasEnded = false;
  running.all.on('end', () => (hasEnded = true));
  running.all.on('data', (chunk: Buffer) => (seen += String(chunk)));
  await waitFor({ what: `output that matches ${sign}`, timeoutMs: 200_000, intervalMs: 20 }, async () => {
    if (hasEnded) throw new Error(seen);
    return { done: sign.test(seen) || undefined, seen: seen.slice(-500) };
  });
  return { running };
}

test('a run that is stopped in the middle says where traffic goes and what brings it back, and switches nothing', async () => {
  const file = await written({ target: { mysql: undefined }, workload: {} });
  const { running } = await runUntil(file, /pass +writes to customer/);
  running.kill('SIGINT');
  const { all, exitCode } = await running;
  expect(exitCode).toBe(2);
  expect(all).toContain('Reads go to customer, writes to customer. Nothing is switched automatically.');
  await expectWritesOn('customer');

  const back = await goBack(all);
  expect(back.filter((command) => command.includes('reversetraffic'))).toHaveLength(2);
  expect((await state()).workflows).toEqual([]);
  await expectWritesOn(null);
}, 300_000);

/** Runs the commands that a run printed for bringing traffic back. @returns them. */
async function goBack(output: string): Promise<readonly string[]> {
  const back = output.split('\n').flatMap((line) => /^\$ vtctldclient (MoveTables .*)$/.exec(line)?.[1] ?? []);
  for (const command of back) await hand.vtctldclient(command.split(' '));
  return back;
}

test('an application that uses the account of Vitess or of this run is found, with or without a fence, and nothing is switched', async () => {
  await using application = await createConnection(hand.source);
  const file = await written({ workload: {}, fence: true });
  const { exitCode, output } = await roundtrip(['rehearse', '--config', file]);
  expect(output).toMatch(new RegExp(`connection ${application.threadId}: vt_dba from .*, an account of this harness`));
  expect(output).toContain('give target.mysql.source an account that nobody else uses');
  expect(output).toMatch(/fence lifted: direct@%/);
  expect(exitCode).toBe(1);
  await goBack(output);
  expect((await state()).workflows).toEqual([]);
  await expectWritesOn(null);
}, 300_000);

test('a vtctld that no longer answers ends the run, and commands that waited for it are not sent later', async () => {
  const { running } = await runUntil(await written(), /start +preflight/);
  await hand.stopVtctld();
  try {
    const { all, exitCode } = await running;
    expect(all).toMatch(/vtctld no longer answers[^]*ECONNREFUSED/);
    expect(exitCode).toBe(2);
  } finally {
    await hand.startVtctld();
  }
  expect((await state()).workflows).toEqual([]);
  await expectWritesOn(null);
}, 300_000);

test('the migration is completed if the config says so: the source keeps its tables, which are denied, and the workflow is gone', async () => {
  const before = await state();
  const file = await written({ end: 'complete', fence: { except: [] } });
  const { output: plan } = await roundtrip(['rehearse', '--config', file, '--plan']);
  expect(plan).toMatch(/locked out of the source MySQL: direct@% \(INSERT on commerce\.corder\)$/m);
  const alone = await roundtrip(['preflight', '--config', file]);
  expect(alone.output).toMatch(/would be locked out of the source MySQL: direct@%/);
  const { exitCode, output, log } = await rehearse(file);
  expect(output).toMatch(/^GO {2}14 of 14 steps passed/m);
  expect(exitCode).toBe(0);
  expect(commandsByStep(log)).toEqual(commandsByStep(plan));
  expect(log).toMatch(/left alone, as they may not write to the tables that move: .*monitor@%/);
  expect(log).toMatch(/still locked out of the source MySQL: direct@%\./);
  await withConnection(hand.source, async (connection) => {
    const direct = { ...hand.source, user: 'direct' };
    await expect(createConnection(direct)).rejects.toThrow(/locked/);
    const [, unlock = ''] = /(ALTER USER .* ACCOUNT UNLOCK .*);$/m.exec(log) ?? [];
    await connection.query(unlock);
    await (await createConnection(direct)).end();
  });

  const after = await state();
  expect(after).toMatchObject({ keyspaces: before.keyspaces, databases: before.databases, workflows: [] });
  expect(after.tables[0]).toEqual(before.tables[0]);
  expect(after.tables[1]).toEqual(expect.arrayContaining(TABLES));
  expect(shardRecord.parse(after.shards[0]).shard.tablet_controls[0]?.denied_tables).toEqual(TABLES.toSorted());
  await expectWritesOn(null);
}, 300_000);

const shardRecord = z.object({
  shard: z.object({ tablet_controls: z.array(z.object({ denied_tables: z.array(z.string()) })) }),
});

const routing = z.object({
  rules: z.array(z.object({ from_table: z.string(), to_tables: z.array(z.string()) })),
});

/** @param keyspace null if no rule says so, and every name leads to its own keyspace. */
async function expectWritesOn(keyspace: string | null): Promise<void> {
  const { rules } = routing.parse(JSON.parse(await hand.vtctldclient(['GetRoutingRules'])));
  const to = rules.filter(({ from_table: from }) => from === 'corder').flatMap(({ to_tables: tables }) => tables);
  expect(to).toEqual(keyspace === null ? [] : [`${keyspace}.corder`]);
}
