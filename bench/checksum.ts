import path from 'node:path';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { layOutCluster, stop } from '../harness/cluster/cluster-layout.ts';
import { queryRows, withConnection } from '../harness/cluster/mysql-endpoint.ts';
import { SourceMySql } from '../harness/cluster/source-mysql.ts';
import { failure } from '../harness/errors.ts';
import { readFixture, scaled } from '../harness/fixture/fixture.ts';
import { Recorder } from '../harness/history/recorder.ts';
import { compareTables, type TableComparison } from '../harness/observe/checksum.ts';
import { setUp, type SetUp } from '../harness/run/set-up.ts';
import { allOrFirstError } from '../harness/wait.ts';
import { loadFixture } from '../harness/workload/load.ts';
import { saveFigures, SHARE, shareOf } from './share.ts';

/**
 * `npm run bench:checksum` measures how long our comparison of two MySQLs takes, next to `CHECKSUM TABLE` on both at
 * the same time, alternating on the same rows: 500,000 of customer and 1,500,000 of corder. Then it flips one byte,
 * which the comparison must find. It writes `artifacts/bench-checksum.json`.
 */
const SCALE = 5 * SHARE;
const PAIRS = 7;
const SEED = 1;
const FLIPPED_ROW = shareOf(777_777);

interface Mysql extends AsyncDisposable {
  readonly endpoint: ConnectionOptions;
}

async function startMysql(ready: SetUp): Promise<Mysql> {
  const layout = await layOutCluster(ready.docker, ready.images, {
    logDirectory: path.resolve('artifacts/bench-checksum'),
  });
  try {
    const { environment, sourceKeyspace: database, credentials } = layout;
    const source = await SourceMySql.start(environment, { image: ready.images.mysql, database, credentials });
    return {
      endpoint: source.harnessEndpoint,
      [Symbol.asyncDispose]: async () => await stop(layout),
    };
  } catch (error) {
    await stop(layout);
    throw error;
  }
}

async function timed<T>(body: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const startedAt = performance.now();
  const result = await body();
  return { ms: Math.round(performance.now() - startedAt), result };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function print(...columns: readonly (string | number)[]): void {
  process.stdout.write(`${columns.map((column) => String(column).padStart(18)).join('')}\n`);
}

function refuse(unless: boolean, expected: string, seen: readonly TableComparison[]): void {
  if (!unless) throw failure({ what: 'The comparison is wrong.', expected, seen: JSON.stringify(seen) });
}

const ready = await setUp(new Recorder());
const fixture = scaled(await readFixture('commerce'), SCALE);
const { tables } = fixture;
await using stack = new AsyncDisposableStack();
const start = async () => stack.use(await startMysql(ready)).endpoint;
const [source, target] = await allOrFirstError([start(), start()]);
const [{ rows }] = await allOrFirstError([
  loadFixture({ connect: source, fixture, seed: SEED }),
  loadFixture({ connect: target, fixture, seed: SEED }),
]);

const checksumTable = async (connection: Connection) =>
  await queryRows<{ Checksum: string }>(connection, `CHECKSUM TABLE ${tables.join(', ')}`);
const theirs = async () =>
  await timed(async () => await allOrFirstError([source, target].map((side) => withConnection(side, checksumTable))));
const ours = async () => await timed(async () => await compareTables({ source, target, tables }));

// The first round is not measured: it writes out the pages that the load left, and gives both the same cache.
await theirs();
const pairs: { checksumTableMs: number; oursMs: number }[] = [];
print('CHECKSUM TABLE', 'ours', 'ratio');
for (let pair = 0; pair < PAIRS; pair += 1) {
  const { ms: checksumTableMs } = await theirs();
  const { ms: oursMs, result } = await ours();
  refuse(
    result.every(({ equal }) => equal) && result.reduce((sum, each) => sum + each.rows, 0) === rows,
    `${rows} equal rows`,
    result,
  );
  pairs.push({ checksumTableMs, oursMs });
  print(`${checksumTableMs} ms`, `${oursMs} ms`, (oursMs / checksumTableMs).toFixed(2));
}

// One bit of one byte.
const flip = `UPDATE corder SET sku = INSERT(sku, 4, 1, CHAR(ORD(SUBSTR(sku, 4, 1)) ^ 1)) WHERE order_id = ${FLIPPED_ROW}`;
await withConnection(target, async (connection) => await connection.query(flip));
const { result: flipped } = await ours();
const [difference, ...others] = flipped.flatMap(({ differences }) => differences);
const isNamed = difference?.key['order_id'] === String(FLIPPED_ROW) && difference.kind === 'different';
refuse(isNamed && others.length === 0, `a difference only in corder ${FLIPPED_ROW}`, flipped);

const checksumTableMs = median(pairs.map((pair) => pair.checksumTableMs));
const oursMs = median(pairs.map((pair) => pair.oursMs));
const ratio = Number(median(pairs.map((pair) => pair.oursMs / pair.checksumTableMs)).toFixed(2));
print(`${checksumTableMs} ms`, `${oursMs} ms`, ratio, 'medians');
process.stdout.write(`${rows.toLocaleString('en')} rows on each side; a flipped byte was found and named\n`);
await saveFigures('bench-checksum', { rows, checksumTableMs, oursMs, ratio, pairs });
