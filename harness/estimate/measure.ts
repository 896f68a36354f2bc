import type { OtherLine } from '../history/history-reader.ts';
import type { ObservationLine, StepLine } from '../history/lines.ts';
import type { Observation, Part } from '../history/observations.ts';
import type { Measured, MeasuredPart, MeasuredWork } from '../report/estimate.ts';
import { copyRates } from './rates.ts';
import { measureWrites } from './writes.ts';

type Of<K extends Observation['of']> = Extract<ObservationLine, { of: K }>;

/**
 * Returns what a run measured, from its history. Runs of older versions recorded less, and what they lack is absent.
 */
export function measure(lines: readonly OtherLine[]): Measured {
  const found = observationsOf(lines);
  const tables = (found('tables').at(-1)?.tables ?? []).map(({ table, rows, bytes }) => ({ table, rows, bytes }));
  const [copy] = found('copy');
  const bytesOf = byteCounter(tables, copy);
  const steps = stepsOf(lines);
  const expire = found('source').at(-1)?.binlogExpireSeconds;
  return {
    tables,
    copies: found('copy').flatMap((each) => measureCopy(each, stepAround(each, steps), found('copying'), bytesOf)),
    // A copy of only some tables is not a measurement of another size.
    vdiffs: found('vdiff')
      .filter(({ asked }) => asked === undefined || tables.every(({ table }) => asked.includes(table)))
      .flatMap((vdiff) => measureVDiff(vdiff, stepAround(vdiff, steps), bytesOf)),
    ...(found('quiet').length === 0 ? {} : { isVDiffQuiet: true }),
    writes: measureWrites(found('sample'), lines),
    target: {
      servers: lines.filter((line) => line.type === 'server' && line.side === 'target').length,
      tables: (copy?.target ?? []).map(({ table, bytes }) => ({ table, bytes })),
      copyLogBytes: copyLogBytes(lines, found('sample'), copy, steps),
    },
    ...(expire === undefined ? {} : { binlogExpireSeconds: expire }),
  };
}

function observationsOf(lines: readonly OtherLine[]) {
  const all = lines.filter((line): line is ObservationLine => line.type === 'observation');
  return <K extends Observation['of']>(of: K) => all.filter((line): line is Of<K> => line.of === of);
}

/** A step that has ended, in milliseconds on the run's clock. */
interface EndedStep {
  readonly name: StepLine['name'];
  readonly fromMs: number;
  readonly toMs: number;
}

function stepsOf(lines: readonly OtherLine[]): EndedStep[] {
  return lines.flatMap((line) => {
    if (line.type !== 'step' || line.event !== 'end') return [];
    const toMs = line.time / 1e6;
    return [{ name: line.name, fromMs: toMs - (line.durationMs ?? 0), toMs }];
  });
}

/** Returns the step in which something was seen, which ends after that. */
function stepAround({ time }: ObservationLine, steps: readonly EndedStep[]): EndedStep | undefined {
  const atMs = time / 1e6;
  // Lines have the time when they were written, which is a little after what they report.
  return steps.find(({ name, fromMs, toMs }) => /^(?:copy|vdiff)/.test(name) && fromMs <= atMs && atMs <= toMs + 5);
}

/** Returns the bytes of this many rows of a table: on the source if it was loaded there, otherwise on the target. */
function byteCounter(tables: Measured['tables'], copy: Of<'copy'> | undefined) {
  const onTarget = new Map((copy?.target ?? []).map(({ table, bytes }) => [table, bytes]));
  return (name: string, rows: number): number => {
    const loaded = tables.find(({ table }) => table === name);
    if (loaded === undefined || loaded.rows === 0) return onTarget.get(name) ?? 0;
    return (loaded.bytes * rows) / loaded.rows;
  };
}

type ByteCounter = ReturnType<typeof byteCounter>;

function measureCopy(
  copy: Of<'copy'>,
  step: EndedStep | undefined,
  looks: readonly Of<'copying'>[],
  bytesOf: ByteCounter,
): MeasuredWork[] {
  const rows = new Map((copy.tables ?? []).map((each) => [each.table, each.rows]));
  const durationMs = copy.durationMs ?? (step === undefined ? null : step.toMs - step.fromMs);
  if (durationMs === null || rows.size === 0) return [];
  const parts = partsOf(copy.parts, durationMs, rows, bytesOf);
  const fromNs = copy.time - durationMs * 1e6;
  return [{ durationMs, parts, rates: copyRates(looks.filter(({ time }) => fromNs <= time && time <= copy.time)) }];
}

function measureVDiff(vdiff: Of<'vdiff'>, step: EndedStep | undefined, bytesOf: ByteCounter): MeasuredWork[] {
  const rows = new Map(vdiff.tables.map(({ table, rowsCompared }) => [table, rowsCompared]));
  const durationMs = vdiff.durationMs ?? (step === undefined ? null : step.toMs - step.fromMs);
  if (durationMs === null || rows.size === 0) return [];
  return [{ durationMs, parts: partsOf(vdiff.parts, durationMs, rows, bytesOf), rates: [] }];
}

function partsOf(
  seen: readonly Part[] | undefined,
  durationMs: number,
  rows: ReadonlyMap<string, number>,
  bytesOf: ByteCounter,
): MeasuredPart[] {
  const parts = seen === undefined || seen.length === 0 ? [{ tables: [...rows.keys()], ms: durationMs }] : seen;
  return parts.map(({ tables, ms }) => ({
    tables,
    rows: tables.reduce((sum, table) => sum + (rows.get(table) ?? 0), 0),
    bytes: tables.reduce((sum, table) => sum + bytesOf(table, rows.get(table) ?? 0), 0),
    ms,
  }));
}

/** Returns how much the binary logs of the target's primary grew during the copy. */
function copyLogBytes(
  lines: readonly OtherLine[],
  samples: readonly Of<'sample'>[],
  copy: Of<'copy'> | undefined,
  steps: readonly EndedStep[],
): number | null {
  const create = steps.find(({ name }) => name === 'create');
  if (copy === undefined || create === undefined) return null;
  const names = new Set(lines.flatMap((line) => (line.type === 'server' && line.side === 'target' ? [line.name] : [])));
  const bytesAt = (sample: Of<'sample'> | undefined) => sample?.logs?.find(({ server }) => names.has(server))?.bytes;
  // A target without an earlier sample has only the log of its own set-up, which is some kB.
  const before = bytesAt(samples.findLast(({ time }) => time / 1e6 <= create.fromMs)) ?? 0;
  const after = bytesAt(samples.find(({ time }) => time >= copy.time));
  return after === undefined || after < before ? null : after - before;
}
