import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { readFixture } from '../../harness/fixture/fixture.ts';
import { rehearseConfig } from '../../harness/jest/config-run.ts';
import { parseRunResult } from '../../harness/report/verdict-schema.ts';

// Claim: an application that writes in transactions is rehearsed as it is: if it tries again after a switch, its users
// see no error, and if it does not, they see some; the answer follows from the limits.

const fixture = await readFixture('checkout');
const { checkout: once, cancelOrder } = fixture.workload.transactions ?? {};
if (once?.retry === undefined || cancelOrder === undefined) throw new Error('the fixture has two transactions');
const { retry, ...checkoutOnce } = once;
/**
 * It goes on trying for longer than a switch takes on any machine: the claim is about trying again, and not about how
 * fast that is.
 */
const checkout = { ...checkoutOnce, retry: { ...retry, times: 60, waitMs: 500 } };
/** This keeps some transactions under way whenever a switch begins. */
const pause = { kind: 'read', table: 'stock', sql: 'SELECT SLEEP(0.4) AS slept FROM stock WHERE id = :item' } as const;
const slow = { ...checkout, weight: 3, steps: checkout.steps.toSpliced(2, 0, pause) };

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-transactions-'));
});

afterAll(async () => await rm(folder, { recursive: true }));

/** Rehearses a shop that also has these transactions. @returns the answer, and what is in verdict.json. */
async function rehearse(transactions: object) {
  const schema = path.join(folder, 'shop.sql');
  await copyFile(path.join(fixture.directory, 'schema.sql'), schema);
  const config = {
    source: { file: schema },
    keyspaces: { source: 'shop', target: 'customer' },
    // Whatever a step does to a row must be possible: an amount at the lower limit of its type cannot decrease.
    data: {
      from: 'generated',
      rows: 200,
      columns: { 'stock.amount': fixture.seed.tables['stock']?.columns['amount'] },
    },
    workload: {
      rate: 15,
      connections: 8,
      witnesses: 0,
      statements: fixture.workload.statements,
      transactions: { checkout, cancelOrder, ...transactions },
    },
    cluster: SMALLEST_TARGET,
    thresholds: { writeGapMs: 30_000, lagMs: 30_000, errorsPerCutover: 0, failedStatements: 0 },
  };
  const run = await rehearseConfig(folder, config);
  const result = parseRunResult(JSON.parse(await readFile(path.join(run.folder, 'verdict.json'), 'utf8')));
  const named = new Map(result.transactions?.map((each) => [each.transaction, each]));
  return { ...run, result, named };
}

test('if transactions are tried again, users see no error, and all rows of a transaction are there', async () => {
  const patient = { ...cancelOrder, retry: checkout.retry };
  const { word, output, result, named } = await rehearse({ slow, cancelOrder: patient });
  expect({ word, reasons: result.decision.reasons }).toEqual({ word: 'GO', reasons: [] });
  expect(named.get('checkout')).toMatchObject({ failed: 0, gaveUp: 0 });
  const { committed, retries, judgedWhole, maxMs } = named.get('slow')!;
  // At each switch, at least one was under way.
  expect(retries).toBeGreaterThanOrEqual(result.cutovers.length);
  expect(maxMs).toBeGreaterThan(400);
  expect(judgedWhole).toBeGreaterThan(0);
  expect(judgedWhole).toBeLessThanOrEqual(committed);
  for (const { acknowledged, statementErrors, retriedErrors } of result.cutovers) {
    expect(acknowledged).toBeGreaterThan(0);
    expect(statementErrors).toBe(0);
    expect(retriedErrors).toBeGreaterThan(0);
  }
  const orders = result.exercised?.find(({ table }) => table === 'orders');
  expect(Math.min(orders!.before.insert, orders!.after.insert, orders!.after.delete)).toBeGreaterThan(0);
  expect(output).toMatch(/^3 transactions {2}[\d,]+ committed.* tried again.*judged to be whole or absent$/m);
  const atomic = result.invariants.find(({ id }) => id === 'transaction-atomic');
  expect(atomic).toMatchObject({ verdict: 'pass' });
}, 420_000);

test('if they are not tried again, users see errors at every switch, more than the limit allows', async () => {
  const { retry: _retry, ...slowOnce } = slow;
  const { word, exitCode, result, named } = await rehearse({ checkoutOnce, slowOnce });
  expect({ word, exitCode }).toEqual({ word: 'NO-GO', exitCode: 1 });
  expect(result.decision.reasons.join('\n')).toMatch(/failed statements around a switch: \d+ errors, limit 0/);
  expect(result.decision.reasons.join('\n')).toMatch(/statement (checkoutOnce|slowOnce) failed .*denied-table/);
  expect(named.get('checkout')).toMatchObject({ failed: 0 });
  expect(named.get('slowOnce')).toMatchObject({ retries: 0, gaveUp: 0 });
  expect(named.get('slowOnce')!.failed).toBeGreaterThanOrEqual(result.cutovers.length);
  // Transactions that failed left nothing behind.
  expect(result.invariants.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
}, 420_000);
