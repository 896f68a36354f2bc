import { formatCount, formatDuration, formatRate } from './format.ts';
import { formatSeconds, formatShare } from './cost.ts';
import type { CutoverResult, RunResult } from './verdict.ts';

type FigureUnit = 'ms' | 'count' | 'rowsPerSecond' | 'operationsPerSecond' | 'cpuSeconds' | 'share';

/** One figure of two runs; null if a run lacks it. */
export interface ComparedFigure {
  /** Its name for programs, such as `cutover1.writeGapMs`. */
  readonly id: string;
  readonly title: string;
  readonly unit: FigureUnit;
  readonly before: number | null;
  readonly after: number | null;
  readonly change: FigureChange;
}

/** `null` if a greater figure is neither better nor worse, or if one of the runs lacks it. */
export type FigureChange = 'worse' | 'better' | 'same' | null;

/** A smaller change than this share counts as the same, because two equal runs on one machine differ by as much. */
export const SAME_WITHIN = 0.2;

/** A smaller change than this also counts as the same, whatever its share. */
const LEAST: Readonly<Record<FigureUnit, number>> = {
  ms: 20,
  count: 1,
  rowsPerSecond: 1,
  operationsPerSecond: 1,
  cpuSeconds: 1,
  share: 0.02,
};

interface Figure {
  readonly id: string;
  readonly title: string;
  readonly unit: FigureUnit;
  /** `none` for a figure that only describes the conditions of a run. */
  readonly better: 'less' | 'more' | 'none';
  readonly of: (run: RunResult) => number | null | undefined;
}

/** Returns the figures of two runs, side by side; figures that both lack are left out. */
export function comparedFigures(before: RunResult, after: RunResult): readonly ComparedFigure[] {
  const cutovers = Math.max(before.cutovers.length, after.cutovers.length);
  const all = [...Array.from({ length: cutovers }, (_, at) => cutoverFigures(at)).flat(), ...WHOLE];
  return all.flatMap(({ of, better, ...figure }) => {
    const [was, is] = [of(before) ?? null, of(after) ?? null];
    if (was === null && is === null) return [];
    return [{ ...figure, before: was, after: is, change: changeOf(was, is, figure.unit, better) }];
  });
}

function changeOf(was: number | null, is: number | null, unit: FigureUnit, better: Figure['better']): FigureChange {
  if (was === null || is === null || better === 'none') return null;
  const by = Math.abs(is - was);
  if (by < LEAST[unit] || by < SAME_WITHIN * Math.max(was, is)) return 'same';
  return is < was === (better === 'less') ? 'better' : 'worse';
}

function cutoverFigures(at: number): Figure[] {
  const name = `cutover ${at + 1}`;
  const id = `cutover${at + 1}`;
  const of = (figure: (cutover: CutoverResult) => number | null) => (run: RunResult) => {
    const cutover = run.cutovers[at];
    return cutover === undefined ? null : figure(cutover);
  };
  const latencies = (['before', 'during', 'after'] as const).flatMap((phase) =>
    (['p50Ms', 'p99Ms'] as const).map((field): Figure => {
      const title = `${name}, ${field.slice(0, 3)} ${phase}`;
      return {
        id: `${id}.${phase}.${field}`,
        title,
        unit: 'ms',
        better: 'less',
        of: of((c) => c.latency[phase][field]),
      };
    }),
  );
  return [
    { id: `${id}.writeGapMs`, title: `${name}, write gap`, unit: 'ms', better: 'less', of: of((c) => c.writeGapMs) },
    {
      id: `${id}.errors`,
      title: `${name}, errors`,
      unit: 'count',
      better: 'less',
      of: of(({ errors }) => sum(Object.values(errors))),
    },
    ...latencies,
  ];
}

const WHOLE: readonly Figure[] = [
  {
    id: 'failedStatements',
    title: 'failed statements at other times',
    unit: 'count',
    better: 'less',
    of: ({ failures }) => failures?.outsideSwitches,
  },
  { id: 'lagMs', title: 'lag before a switch', unit: 'ms', better: 'less', of: ({ lagMs }) => lagMs },
  {
    id: 'copyRowsPerSecond',
    title: 'copy',
    unit: 'rowsPerSecond',
    better: 'more',
    of: ({ copy }) => copy?.rowsPerSecond,
  },
  { id: 'vdiffMs', title: 'VDiffs, all together', unit: 'ms', better: 'less', of: vdiffMs },
  { id: 'totalMs', title: 'whole run', unit: 'ms', better: 'less', of: ({ totalMs }) => totalMs },
  { id: 'cpuSeconds', title: 'CPU seconds', unit: 'cpuSeconds', better: 'less', of: cpuSeconds },
  {
    id: 'harnessShare',
    title: 'share of the harness',
    unit: 'share',
    better: 'less',
    of: ({ cost }) => cost?.harnessShare,
  },
  {
    id: 'invariantsJudged',
    title: 'invariants judged',
    unit: 'count',
    better: 'more',
    of: ({ invariants }) => invariants.filter(({ verdict }) => verdict !== 'unknown').length,
  },
  {
    id: 'rate',
    title: 'rate of the application',
    unit: 'operationsPerSecond',
    better: 'none',
    of: ({ capacity }) => capacity?.rate,
  },
];

function vdiffMs({ steps, phases }: RunResult): number | null {
  const all = [...steps, ...phases].filter(({ name }) => name === 'vdiff' || name === 'vdiffAtRest');
  return all.length === 0 ? null : sum(all.map(({ durationMs }) => durationMs));
}

/** Null if a part of it is unknown. */
function cpuSeconds({ cost }: RunResult): number | null {
  if (cost === undefined || cost.cpuSeconds.servers === null) return null;
  const servers = Object.values(cost.cpuSeconds.servers).filter((each) => each !== null);
  return servers.length < Object.keys(cost.cpuSeconds.servers).length
    ? null
    : sum([cost.cpuSeconds.harness, cost.cpuSeconds.application ?? 0, ...servers]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const FORMATS: Readonly<Record<FigureUnit, (value: number) => string>> = {
  ms: formatDuration,
  count: formatCount,
  rowsPerSecond: (value) => formatRate(value),
  operationsPerSecond: (value) => formatRate(value, 'operations'),
  cpuSeconds: formatSeconds,
  share: formatShare,
};

/** Formats a value of a figure for a person; `-` if a run lacks it. */
export function figureText({ unit }: Pick<ComparedFigure, 'unit'>, value: number | null): string {
  return value === null ? '-' : FORMATS[unit](value);
}
