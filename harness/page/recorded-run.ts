import path from 'node:path';
import { readHistory, type OtherLine } from '../history/history-reader.ts';
import type { ObservationLine, RunLine, StepLine } from '../history/lines.ts';
import type { Observation, RunbookStep } from '../history/observations.ts';
import type { Verdict } from '../history/steps.ts';
import type { RunResult } from '../report/verdict.ts';
import { SeriesBuilder, stepFor, type Series } from './series.ts';

export interface RecordedStep {
  readonly name: string;
  readonly title: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly verdict: Verdict;
  readonly error: string | null;
}

/** A time during which a fault was active. */
export interface FaultBand {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RecordedSample {
  readonly atMs: number;
  readonly streams: Extract<Observation, { of: 'sample' }>['streams'];
  readonly replicas: Extract<Observation, { of: 'sample' }>['replicas'];
}

/** When a table was last compared, and how many of its rows. */
export interface LastCompared {
  readonly atMs: number;
  readonly rows: number;
}

/** What a page shows from a run's history because `verdict.json` does not have it. */
export interface RecordedRun {
  readonly run: RunLine;
  readonly steps: readonly RecordedStep[];
  readonly faults: readonly FaultBand[];
  readonly notes: readonly string[];
  readonly samples: readonly RecordedSample[];
  readonly runbook: readonly RunbookStep[];
  readonly copied: ReadonlyMap<string, { readonly rows: number; readonly ms: number }>;
  /** The last comparison of each table. */
  readonly lastCompared: Readonly<Record<'vdiff' | 'checksums', ReadonlyMap<string, LastCompared>>>;
  readonly series: Series;
  /** The series of each cutover, in the order of the result. */
  readonly cutovers: readonly Series[];
}

/** How many parts the plot around a cutover has, and how far it reaches beyond it. */
const CUTOVER_STEP_MS = 10;
const PLOT_MARGIN_MS = 1_500;

/** Reads `history.jsonl` of a run's folder once. @throws the same as `readHistory`. */
export async function readRecordedRun(folder: string, { totalMs, cutovers }: RunResult): Promise<RecordedRun> {
  const builder = new SeriesBuilder([
    { fromMs: 0, toMs: totalMs, stepMs: stepFor(totalMs) },
    ...cutovers.map(({ startedAtMs, endedAtMs }) => ({
      fromMs: Math.max(0, startedAtMs - PLOT_MARGIN_MS),
      toMs: endedAtMs + PLOT_MARGIN_MS,
      stepMs: CUTOVER_STEP_MS,
    })),
  ]);
  const lines: OtherLine[] = [];
  await readHistory(path.join(folder, 'history.jsonl'), {
    operation: (operation) => builder.operation(operation),
    line: (line) => void lines.push(line),
  });
  const [series, ...around] = builder.series();
  const observed = lines.filter((line): line is ObservationLine => line.type === 'observation');
  const copy = observed.find((line) => line.of === 'copy');
  return {
    run: lines.find((line) => line.type === 'run')!,
    steps: stepsOf(lines, totalMs),
    faults: faultsOf(lines, totalMs),
    notes: lines.flatMap((line) => (line.type === 'note' ? [line.text] : [])),
    samples: observed.flatMap((line) =>
      line.of === 'sample' ? [{ atMs: line.time / 1e6, streams: line.streams, replicas: line.replicas }] : [],
    ),
    runbook: observed.find((line) => line.of === 'runbook')?.steps ?? [],
    copied: new Map((copy?.tables ?? []).map(({ table, rows, ms }) => [table, { rows, ms }])),
    lastCompared: lastComparedOf(observed),
    series: series!,
    cutovers: around,
  };
}

function lastComparedOf(observed: readonly ObservationLine[]): RecordedRun['lastCompared'] {
  const vdiff = new Map<string, LastCompared>();
  const checksums = new Map<string, LastCompared>();
  for (const line of observed) {
    const atMs = line.time / 1e6;
    if (line.of === 'vdiff') for (const { table, rowsCompared: rows } of line.tables) vdiff.set(table, { atMs, rows });
    if (line.of === 'checksums') for (const { table, rows } of line.tables) checksums.set(table, { atMs, rows });
  }
  return { vdiff, checksums };
}

function stepsOf(lines: readonly OtherLine[], totalMs: number): RecordedStep[] {
  const all = lines.filter((line): line is StepLine => line.type === 'step');
  const ends = new Map(all.filter(({ event }) => event === 'end').map((line) => [line.step, line]));
  return all
    .filter(({ event }) => event === 'start')
    .map(({ step, name, title, time }) => {
      const end = ends.get(step);
      return {
        name,
        title,
        fromMs: time / 1e6,
        toMs: end === undefined ? totalMs : end.time / 1e6,
        verdict: end?.verdict ?? 'unknown',
        error: end?.error ?? null,
      };
    });
}

function faultsOf(lines: readonly OtherLine[], totalMs: number): FaultBand[] {
  const faults: FaultBand[] = [];
  const on = new Map<string, number>();
  for (const line of lines) {
    if (line.type !== 'fault') continue;
    if (line.event === 'strike') on.set(line.name, line.time / 1e6);
    const fromMs = on.get(line.name);
    if (line.event !== 'heal' || fromMs === undefined) continue;
    faults.push({ name: line.name, fromMs, toMs: line.time / 1e6 });
    on.delete(line.name);
  }
  return [...faults, ...[...on].map(([name, fromMs]) => ({ name, fromMs, toMs: totalMs }))];
}
