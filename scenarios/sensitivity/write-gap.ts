import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mysql2/promise';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { isOutOfResources, messageOf } from '../../harness/errors.ts';
import type { Application } from '../../harness/fixture/fixture.ts';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import { waitFor } from '../../harness/wait.ts';
import { Numbering } from '../../harness/workload/numbering.ts';
import { Servers } from '../../harness/workload/servers.ts';
import { Writer } from '../../harness/workload/writer.ts';

// Claim: the write gap is how long the application could not write. Rare writes leave no gap; a server that holds
// writes back, or refuses every write, leaves a gap as long as that lasts; and a full table is reported as the
// machine's fault.

let lone: LoneMysql;

beforeAll(async () => {
  lone = await startMysql('diary');
  await withConnection(lone.mysql.harnessEndpoint, async (connection) => {
    await connection.query('CREATE TABLE note (id INT AUTO_INCREMENT PRIMARY KEY, words VARCHAR(40) NOT NULL)');
    await connection.query("INSERT INTO note (words) VALUES ('first')");
  });
}, 120_000);

afterAll(async () => await lone[Symbol.asyncDispose]());

/** A mix of writes and reads, by their shares. */
function application(writes: number, reads: number): Application {
  const write = {
    kind: 'insert',
    table: 'note',
    weight: writes,
    sql: "INSERT INTO note (words) VALUES ('more')",
  } as const;
  const read = { kind: 'read', table: 'note', weight: reads, sql: 'SELECT words FROM note WHERE id = 1' } as const;
  const statements = { write: { ...write, parameters: {} }, read: { ...read, parameters: {} } };
  return { tables: ['note'], seed: { tables: {} }, workload: { statements } };
}

async function startWriter(of: Application, rate: number): Promise<Writer> {
  return await Writer.start({
    to: { name: 'source', options: lone.mysql.applicationEndpoint },
    application: of,
    seed: 5,
    rate,
    kinds: { sql: 1 },
    numbering: new Numbering(),
    servers: new Servers(),
    now: () => performance.now(),
  });
}

test('an application that seldom writes has no gap longer than its slowest write', async () => {
  await using writer = await startWriter(application(1, 99), 100);
  await writer.untilAcknowledged(4, 60_000);
  const { writeGapMs, maxMs, acknowledged } = await writer.stop();
  expect(acknowledged).toBeGreaterThanOrEqual(4);
  expect(writeGapMs).toBeGreaterThan(0);
  expect(writeGapMs).toBeLessThanOrEqual(maxMs!);
}, 120_000);

test.each([
  ['holds writes back', 'FLUSH TABLES WITH READ LOCK', 'UNLOCK TABLES', false],
  ['refuses every write', 'SET GLOBAL super_read_only = ON', 'SET GLOBAL super_read_only = OFF, read_only = OFF', true],
])(
  'a server that %s leaves a gap as long as it does',
  async (_, begin, end, isRefused) => {
    await using writer = await startWriter(application(1, 1), 100);
    await writer.untilAcknowledged(20, 60_000);
    const heldMs = await withConnection(lone.mysql.harnessEndpoint, async (connection) => {
      await connection.query(begin);
      const fromMs = performance.now();
      await untilGapIs(1_000, writer, fromMs);
      const toMs = performance.now();
      await connection.query(end);
      return toMs - fromMs;
    });
    await writer.untilAcknowledged(20, 60_000);
    const { writeGapMs, dueInGap, errors } = await writer.stop();
    // The first write in the gap was due up to a few operations after the gap began.
    expect(writeGapMs).toBeGreaterThan(0.8 * heldMs);
    expect(dueInGap).toBeGreaterThan(0.5 * (writeGapMs / 1000) * 100);
    expect(Object.keys(errors)).toEqual(isRefused ? ['read-only'] : []);
  },
  120_000,
);

async function untilGapIs(leastMs: number, writer: Writer, fromMs: number): Promise<void> {
  await waitFor({ what: `a gap of ${leastMs} ms`, timeoutMs: 30_000 }, () => {
    const { writeGapMs } = writer.figures(fromMs, performance.now());
    return Promise.resolve({ done: writeGapMs > leastMs || undefined, seen: `${writeGapMs} ms` });
  });
}

test('a full table is recognised by MySQL’s message as trouble with the machine', async () => {
  const message = await withConnection(lone.mysql.harnessEndpoint, async (connection) => {
    await connection.query('SET SESSION max_heap_table_size = 16384');
    await connection.query('CREATE TABLE small (words VARCHAR(4000)) ENGINE = MEMORY');
    return await messageOfRefusal(connection, "INSERT INTO small VALUES (REPEAT('x', 4000))");
  });
  expect(message).toBe("The table 'small' is full");
  expect(isOutOfResources(message)).toBe(true);
});

/** Sends a statement until it is refused, at most a hundred times. */
async function messageOfRefusal(connection: Connection, sql: string): Promise<string> {
  for (let sent = 0; sent < 100; sent += 1) {
    try {
      await connection.query(sql);
    } catch (error) {
      return messageOf(error);
    }
  }
  return 'not refused';
}
