import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import { Reader } from '../../harness/observe/side.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: a statement that takes too long is reported with its text, and is ended on its server.

const BOUND_MS = 500;
/** A billion times a thousand rows, every one of which has to be examined. */
const ENDLESS = 'SELECT MAX(SHA2(CONCAT(a.id, b.id, c.id, d.id), 256)) AS most FROM many a, many b, many c, many d';

let lone: LoneMysql;

beforeAll(async () => {
  lone = await startMysql('shop');
  await withConnection(lone.mysql.harnessEndpoint, async (connection) => {
    await connection.query('CREATE TABLE many (id INT PRIMARY KEY)');
    const rows = Array.from({ length: 1000 }, (_, id) => `(${id})`);
    await connection.query(`INSERT INTO many VALUES ${rows.join()}`);
  });
}, 300_000);

afterAll(async () => {
  await lone[Symbol.asyncDispose]();
});

/** Waits until the server no longer runs a statement. */
async function untilNothingRuns(statement: string): Promise<void> {
  await withConnection(lone.mysql.harnessEndpoint, async (connection) => {
    await waitFor({ what: `no server thread that runs ${statement}`, timeoutMs: 10_000 }, async () => {
      const [rows] = await connection.query(`SHOW FULL PROCESSLIST`);
      const running = JSON.stringify(rows).split(statement).length - 1;
      return { done: running === 0 || undefined, seen: `${running} thread(s)` };
    });
  });
}

test.each([
  [ENDLESS, ENDLESS, 'its server ended it'],
  ['DO SLEEP(600)', 'DO SLEEP(600)', 'it was killed'],
  ['DELETE FROM many WHERE id IN (SELECT SLEEP(600))', 'SLEEP(600)', 'it was killed'],
])('%s is ended on its server', async (sql, part, ended) => {
  const asking = withConnection(lone.mysql.harnessEndpoint, async (connection) => await connection.query(sql), {
    timeoutMs: BOUND_MS,
  });
  await expect(asking).rejects.toMatchObject({
    outcome: 'unknown',
    facts: { expected: 'an answer within 0.5 s', seen: `none; ${ended}`, where: expect.stringContaining(part) },
  });
  await untilNothingRuns(part);
});

test.each([
  [ENDLESS, 'many a, many b', 'its server ended it'],
  ['DO SLEEP(600)', 'DO SLEEP(600)', 'it was killed'],
])('a comparison that takes too long is ended on its server: %s', async (sql, part, ended) => {
  using reader = await Reader.open('source', lone.mysql.harnessEndpoint, BOUND_MS);
  await expect(reader.read(sql, 'many')).rejects.toMatchObject({
    outcome: 'unknown',
    facts: { seen: expect.stringContaining(ended) },
  });
  await untilNothingRuns(part);
});
