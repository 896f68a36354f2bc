import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { HistoryFile, type NewOperationLine } from '../harness/history/history-file.ts';
import { shareOf } from './share.ts';

/**
 * `npm run bench:history` measures how many operations per second the writer of `history.jsonl` handles alone on one
 * core. Each is an invocation, which is a write(2) of its own, and a completion. The file is written among the
 * artifacts.
 */
const REPETITIONS = 3;
const OPERATIONS = shareOf(200_000);
const SERVER = '7ca58de8-e6be-11f1-ae36-0242ac130006';

interface Figures {
  readonly operationsPerSecond: number;
  readonly cpuUsPerOperation: number;
  readonly bytesPerOperation: number;
  readonly heapBytes: number;
}

async function measure(directory: string): Promise<Figures> {
  const file = path.join(directory, 'history.jsonl');
  using history = HistoryFile.begin(file, () => performance.now());
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (let value = 1; value <= OPERATIONS; value += 1) {
    const line = { process: value % 8, f: 'update', table: 'roundtrip_rows', key: value % 1000, value } as const;
    history.append({ ...line, type: 'invoke', late: 123_456 } satisfies NewOperationLine);
    history.append({ ...line, type: 'ok', matched: 1, server: SERVER } satisfies NewOperationLine);
  }
  history.close();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    operationsPerSecond: Math.round(OPERATIONS / seconds),
    cpuUsPerOperation: Number(((user + system) / OPERATIONS).toFixed(2)),
    bytesPerOperation: Math.round((await stat(file)).size / OPERATIONS),
    heapBytes: process.memoryUsage().heapUsed,
  };
}

await mkdir('artifacts', { recursive: true });
const directory = await mkdtemp(path.resolve('artifacts', 'bench-history-'));
try {
  await measure(directory);
  for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
    const { operationsPerSecond, cpuUsPerOperation, bytesPerOperation, heapBytes } = await measure(directory);
    process.stdout.write(
      `${repetition}: ${operationsPerSecond.toLocaleString('en')} operations/s, ${cpuUsPerOperation} µs of CPU and ` +
        `${bytesPerOperation} bytes an operation, heap ${Math.round(heapBytes / 1e6)} MB\n`,
    );
  }
} finally {
  await rm(directory, { recursive: true });
}
