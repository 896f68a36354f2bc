import { loadavg } from 'node:os';
import path from 'node:path';
import { createConnection, type Connection } from 'mysql2';
import { fixtureSubject } from '../harness/subject/fixture-subject.ts';
import { readFixture, scaled } from '../harness/fixture/fixture.ts';
import { HistoryFile } from '../harness/history/history-file.ts';
import { Recorder } from '../harness/history/recorder.ts';
import { openArtifacts } from '../harness/report/artifacts.ts';
import { Run } from '../harness/run/run.ts';
import { setUp } from '../harness/run/set-up.ts';
import { Numbering } from '../harness/workload/numbering.ts';
import { SERVER_TOLD } from '../harness/workload/server-sql.ts';
import { Servers } from '../harness/workload/servers.ts';
import type { WriteEndpoint } from '../harness/workload/session.ts';
import { DEFAULT_KINDS, type KindWeights } from '../harness/workload/tables.ts';
import { Writer } from '../harness/workload/writer.ts';
import { saveFigures, shareOf } from './share.ts';

/**
 * `npm run bench:workload` measures how many writes per second go through vtgate, and how many of these the writer gets
 * acknowledged while it keeps a history. It first measures the limit of vtgate and of the source MySQL themselves, with
 * a minimal closed loop of one statement on bare connections. Then that loop and the writer send the same statement in
 * turn. Then, for each mix, it runs that loop once more, the writer with more than it can do, and the writer at rising
 * shares of what it did, to find the highest rate that it can sustain. All of this happens on one cluster, one after
 * another, because the speed of machines varies from hour to hour.
 */
const SECONDS = shareOf(5);
const LOOPS = [8, 16, 32];
const PROCESSES = 16;
/** More than any machine of this kind can do. */
const TOO_MUCH = 5_000;
const SHARES = [0.5, 0.6, 0.7, 0.8, 0.9, 1];
const MIXES: Readonly<Record<string, KindWeights>> = { rows: { rows: 1 }, default: DEFAULT_KINDS };
/** How often the loop and the writer alternate, to compare what the writer does with what vtgate can do. */
const PAIRS = 5;

interface Loop {
  readonly through: WriteEndpoint['name'];
  readonly connections: number;
  readonly writesPerSecond: number;
  readonly clientCpuUsPerWrite: number;
}

interface Level {
  readonly mix: string;
  readonly offeredPerSecond: number;
  /** Operations that ended, including reads, and how many of these are acknowledged writes. */
  readonly operationsPerSecond: number;
  readonly writesPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  readonly errors: Readonly<Record<string, number>>;
  readonly clientCpuUsPerOperation: number;
  /** Whether at most as many operations were waiting at the end as are due in a tenth of a second. */
  readonly isSustained: boolean;
}

function cpuUs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

async function open({ options }: WriteEndpoint): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const connection = createConnection(options);
  connection.connect((error) => (error === null ? resolve() : reject(error)));
  await promise;
  return connection;
}

let value = 4_000_000_000_000_000;

type MakeStatement = (count: number) => string;

const UPDATE: MakeStatement = (count) =>
  `UPDATE roundtrip_rows SET value = ${++value}, version = version + 1, server = ${SERVER_TOLD} WHERE id = ${1 + (count % 1000)}`;
const INSERT: MakeStatement = () => `INSERT INTO roundtrip_append (value, server) VALUES (${++value}, ${SERVER_TOLD})`;

/** One connection of the closed loop: the next statement is sent when the last one has been acknowledged. */
function writeUntil(endMs: number, connection: Connection, statement: MakeStatement, first: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let count = 0;
  const next = () => {
    if (performance.now() >= endMs) return resolve(count);
    connection.query(statement(first + count), (error) => {
      if (error !== null) return reject(error);
      count += 1;
      return next();
    });
  };
  next();
  return promise;
}

async function closedLoop(endpoint: WriteEndpoint, connections: number, statement = UPDATE): Promise<Loop> {
  const opened = await Promise.all(Array.from({ length: connections }, () => open(endpoint)));
  const cpu = process.cpuUsage();
  const endMs = performance.now() + SECONDS * 1000;
  // Spread over the rows, so no two wait for the same one.
  const first = (at: number) => Math.floor((at * 1000) / connections);
  const counts = await Promise.all(opened.map((connection, at) => writeUntil(endMs, connection, statement, first(at))));
  const writes = counts.reduce((sum, count) => sum + count, 0);
  const clientCpuUsPerWrite = Math.round(cpuUs(cpu) / writes);
  for (const connection of opened) connection.destroy();
  return {
    through: endpoint.name,
    connections,
    writesPerSecond: Math.round(writes / SECONDS),
    clientCpuUsPerWrite,
  };
}

type Shared = Pick<
  Parameters<typeof Writer.start>[0],
  'application' | 'history' | 'numbering' | 'servers' | 'to' | 'now'
>;

async function level(shared: Shared, mix: string, kinds: KindWeights, rate: number): Promise<Level> {
  const writer = await Writer.start({ ...shared, seed: 1, kinds, rate, connections: PROCESSES });
  const cpu = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const usedUs = cpuUs(cpu);
  const { sent, unsent, acknowledged, errors, p50Ms, p99Ms, maxMs } = await writer.stop();
  return {
    mix,
    offeredPerSecond: rate,
    operationsPerSecond: Math.round(sent / SECONDS),
    writesPerSecond: Math.round(acknowledged / SECONDS),
    p50Ms,
    p99Ms,
    maxMs,
    errors,
    clientCpuUsPerOperation: Math.round(usedUs / sent),
    isSustained: unsent <= rate / 10,
  };
}

interface MixFigures {
  readonly mix: string;
  /** What the closed loop through vtgate did just before, on as many connections. */
  readonly loop: Loop;
  readonly levels: readonly Level[];
  readonly sustained: Level | null;
}

async function tryMix(shared: Shared, mix: string, kinds: KindWeights): Promise<MixFigures> {
  const loop = await closedLoop(shared.to, PROCESSES);
  print(loopRow(loop));
  const overload = await level(shared, mix, kinds, TOO_MUCH);
  print(levelRow(overload));
  const levels = [overload];
  for (const share of SHARES) {
    const reached = await level(shared, mix, kinds, Math.round(overload.operationsPerSecond * share));
    levels.push(reached);
    print(levelRow(reached));
  }
  return { mix, loop, levels, sustained: levels.findLast(({ isSustained }) => isSustained) ?? null };
}

interface Pair {
  readonly loop: number;
  readonly writer: number;
}

/** Sends the same INSERT by the loop and by the writer, on as many connections, in turn. */
async function pairs(shared: Shared): Promise<readonly Pair[]> {
  const all: Pair[] = [];
  for (let turn = 0; turn < PAIRS; turn++) {
    const loop = await closedLoop(shared.to, PROCESSES, INSERT);
    const writer = await level(shared, 'append', { append: 1 }, TOO_MUCH);
    all.push({ loop: loop.writesPerSecond, writer: writer.writesPerSecond });
    print(`pair    ${String(loop.writesPerSecond).padStart(9)}${String(writer.writesPerSecond).padStart(9)}`);
  }
  return all;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const ms = (given: number | null) => (given === null ? '-' : given.toFixed(1)).padStart(9);

function loopRow({ through, connections, writesPerSecond, clientCpuUsPerWrite }: Loop): string {
  const figures = [connections, writesPerSecond, clientCpuUsPerWrite].map((each) => String(each).padStart(9));
  return `${through.padEnd(8)}${figures.join('')}`;
}

function levelRow(each: Level): string {
  const { mix, offeredPerSecond, operationsPerSecond, writesPerSecond, p50Ms, p99Ms, maxMs } = each;
  const rates = [offeredPerSecond, operationsPerSecond, writesPerSecond]
    .map((rate) => String(rate).padStart(9))
    .join('');
  const errors = Object.keys(each.errors).length === 0 ? '' : ` ${JSON.stringify(each.errors)}`;
  const cpu = String(each.clientCpuUsPerOperation).padStart(9);
  return `${mix.padEnd(8)}${rates}${ms(p50Ms)}${ms(p99Ms)}${ms(maxMs)}${cpu}${each.isSustained ? '' : '  falls behind'}${errors}`;
}

const recorder = new Recorder();
const artifacts = await openArtifacts(path.resolve('artifacts'));
const fixture = scaled(await readFixture('commerce'), 0.02);
await using run = await Run.start(await setUp(recorder), {
  subject: fixtureSubject(fixture),
  seed: 1,
  recorder,
  artifacts,
});
await run.load();
await run.migration.adopt();
const { cluster } = run;
const vtgate: WriteEndpoint = {
  name: 'vtgate',
  options: (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace),
};
const source: WriteEndpoint = { name: 'source', options: cluster.source.applicationEndpoint };

// Figures from a machine that is busy with other things are worth less; the file says so.
const [loadBefore] = loadavg();
print(`load of the machine: ${loadBefore?.toFixed(1)}`);
print('closed loop of one UPDATE: connections, writes/s, µs of client CPU per write');
const loops: Loop[] = [];
for (const endpoint of [vtgate, source]) {
  for (const connections of LOOPS) {
    const loop = await closedLoop(endpoint, connections);
    loops.push(loop);
    print(loopRow(loop));
  }
}

print(`writer through vtgate, ${PROCESSES} processes, history on`);
print(`mix       offered    ops/s writes/s   p50 ms   p99 ms   max ms   CPU µs`);
using history = HistoryFile.begin(path.join(artifacts.path, 'history.jsonl'), () => recorder.now());
const shared = {
  application: fixture,
  history,
  numbering: new Numbering(),
  servers: new Servers(),
  to: vtgate,
  now: () => recorder.now(),
};
print('the same INSERT by a bare loop and by the writer, in turn: writes/s of each');
const turns = await pairs(shared);
const share = median(turns.map(({ loop, writer }) => writer / loop));
print(`the writer does ${(share * 100).toFixed(0)} % of what the loop does (median of ${PAIRS} pairs)`);
const mixes: MixFigures[] = [];
for (const [mix, kinds] of Object.entries(MIXES)) mixes.push(await tryMix(shared, mix, kinds));

const throughVtgate = [...loops.filter(({ through }) => through === 'vtgate'), ...mixes.map(({ loop }) => loop)];
const limit = Math.max(...throughVtgate.map((each) => each.writesPerSecond));
print(`vtgate's own limit in this run: ${limit} writes/s`);
for (const { sustained } of mixes) if (sustained !== null) print(`sustained: ${levelRow(sustained)}`);
await saveFigures('bench-workload', {
  loadBefore,
  seconds: SECONDS,
  processes: PROCESSES,
  limitOfVtgate: limit,
  pairs: turns,
  shareOfLoop: share,
  loops,
  mixes,
});
