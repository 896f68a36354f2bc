import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeHealthyRun } from '../harness/checker/model/healthy-run.ts';
import { INVARIANT_IDS, type InvariantResult } from '../harness/history/invariants.ts';
import type { Verdict } from '../harness/history/steps.ts';
import type { Judged } from './judge-alone.ts';
import { saveFigures, shareOf } from './share.ts';

/**
 * `npm run bench:checker` judges generated histories of healthy runs, each in a process of its own, so that the peak of
 * memory is its own. Every invariant must be judged and hold. Then it removes one row of the final state from the
 * smallest history, and the checker must find that. It writes `artifacts/bench-checker.json`.
 */
const SIZES = [1e6, 3e6, 10e6].map(shareOf);
const SEED = 1;
/** Bounds for the largest history, from the issue. */
const MOST_SECONDS = 30;
const MOST_BYTES = 1.5e9;
/** By how much the cost of an operation may grow from the smallest history to the largest. */
const MOST_GROWTH = 1.6;

const print = (...columns: string[]) =>
  process.stdout.write(`${columns.map((column) => column.padStart(14)).join('')}\n`);

await bench();

async function judgedByChild(directory: string): Promise<Judged> {
  const args = [...process.execArgv, path.join(import.meta.dirname, 'judge-alone.ts'), directory];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64e6 });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by judge-alone.ts
  return JSON.parse(stdout) as Judged;
}

async function bench(): Promise<void> {
  const figures: { operations: number; seconds: number; peakBytes: number; historyBytes: number; cores: number }[] = [];
  print('operations', 'seconds', 'µs each', 'peak MB', 'history MB');
  for (const operations of SIZES) {
    const directory = await mkdtemp(path.join(tmpdir(), 'roundtrip-bench-checker-'));
    try {
      writeHealthyRun(directory, { operations, seed: SEED });
      const { size: historyBytes } = await stat(path.join(directory, 'history.jsonl'));
      const { seconds, peakBytes, verdict, results } = await judgedByChild(directory);
      requireAllJudged(operations, verdict, results);
      if (operations === SIZES[0]) await requireLostRowFound(directory, operations);
      figures.push({ operations, seconds, peakBytes, historyBytes, cores: availableParallelism() });
      const each = (seconds * 1e6) / operations;
      print(String(operations), seconds.toFixed(2), each.toFixed(2), megabytes(peakBytes), megabytes(historyBytes));
    } finally {
      await rm(directory, { recursive: true });
    }
  }
  await saveFigures('bench-checker', { histories: figures });
  requireBounds(figures);
}

function requireAllJudged(operations: number, verdict: Verdict, results: readonly InvariantResult[]): void {
  const open = results.filter((result) => result.verdict !== 'pass' || result.judged === 0);
  if (verdict === 'pass' && open.length === 0 && results.length === INVARIANT_IDS.length) return;
  throw new Error(`The healthy history of ${operations} operations did not pass: ${JSON.stringify(open, null, 2)}`);
}

/** Removes a row that was acknowledged and never deleted from the final state. */
async function requireLostRowFound(directory: string, operations: number): Promise<void> {
  let lost: number | null = null as number | null;
  writeHealthyRun(directory, {
    operations,
    seed: SEED,
    spoil: (row) => {
      if (lost !== null || row.table !== 'rt_rows' || row.version === 1 || typeof row.key !== 'number') return [row];
      if (row.key <= operations / 20) return [row];
      lost = row.key;
      return [];
    },
  });
  const { results } = await judgedByChild(directory);
  const red = results.filter(({ verdict }) => verdict === 'fail');
  const [finding] = red[0]?.findings ?? [];
  const isFound = red.length === 1 && red[0]!.id === 'no-lost-write' && red[0]!.count === 1;
  if (
    lost === null ||
    !isFound ||
    finding?.table !== 'rt_rows' ||
    finding.key !== lost ||
    finding.around.length === 0
  ) {
    throw new Error(`The lost row ${String(lost)} was not found: ${JSON.stringify(red, null, 2)}`);
  }
  process.stdout.write(`    lost row ${lost} found, with ${finding.around.length} lines around it\n`);
}

function requireBounds(figures: readonly { operations: number; seconds: number; peakBytes: number }[]): void {
  const [smallest, largest] = [figures[0]!, figures.at(-1)!];
  const growth = largest.seconds / largest.operations / (smallest.seconds / smallest.operations);
  const isWithin = largest.seconds <= MOST_SECONDS && largest.peakBytes <= MOST_BYTES && growth <= MOST_GROWTH;
  if (isWithin) return;
  const seen = `${largest.seconds.toFixed(1)} s, ${megabytes(largest.peakBytes)} MB, ${growth.toFixed(2)} times the cost`;
  throw new Error(`Too slow or too large: ${seen}`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
