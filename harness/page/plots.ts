import type { RunResult } from '../report/verdict.ts';
import { isStepName } from '../report/step-names.ts';
import type { Band, Chart, ChartLine, Colour, PlotPoint } from './chart.ts';
import { chart } from './charts.ts';
import { html, type Html } from './html.ts';
import type { RecordedRun, RecordedSample } from './recorded-run.ts';
import type { Series } from './series.ts';

/** The run over time, one plot per figure. */
export function overTime(recorded: RecordedRun, { totalMs }: RunResult): Html {
  const { series, samples } = recorded;
  const around = { bands: bandsOf(recorded), fromMs: 0, toMs: totalMs };
  const plots: Chart[] = [
    {
      title: 'Writes acknowledged',
      unit: 'a second',
      lines: [line('writes', series, 'acknowledged', 'blue')],
      ...around,
    },
    {
      title: 'Latency of writes',
      unit: 'ms, from when they were due',
      lines: latencyLines(series),
      scale: 'log',
      ...around,
    },
    {
      title: 'Operations that failed',
      unit: 'in each part of the run',
      nothing: 'none',
      lines: [{ name: 'failed', points: counted(series, series.errors, 0), colour: 'red', as: 'bars' }],
      ...around,
    },
    { title: 'Lag of the workflows', unit: 'seconds', lines: streamLines(samples, lagSeconds), ...around },
    { title: 'Lag of replicas', unit: 'seconds', lines: replicaLines(samples), ...around },
    { title: 'Rows copied', unit: 'rows', lines: streamLines(samples, ({ rowsCopied }) => rowsCopied), ...around },
  ];
  return html`${plots.map(chart)}`;
}

/** One plot for each switch of writes, at 10 ms. */
export function cutoverPlots({ cutovers }: RecordedRun, result: RunResult): Html {
  return html`${cutovers.map((series, at) => {
    const { startedAtMs, endedAtMs, direction } = result.cutovers[at]!;
    // Times count from the beginning of the switch.
    const fromMs = series.fromMs - startedAtMs;
    const toMs = fromMs + series.acknowledged.length * series.stepMs;
    const title = `Cutover ${at + 1}, ${direction}`;
    const bands: Band[] = [{ name: 'switch', fromMs: 0, toMs: endedAtMs - startedAtMs, kind: 'switch' }];
    const lines = [
      { name: 'acknowledged', points: counted(series, series.acknowledged, fromMs), colour: 'blue', as: 'bars' },
      { name: 'failed', points: counted(series, series.errors, fromMs), colour: 'red', as: 'bars' },
    ] as const;
    return chart({ title, unit: 'operations in 10 ms', lines, bands, fromMs, toMs, times: 'ms' });
  })}`;
}

/** Steps, switches of writes by number, and faults by letter. */
export function bandsOf({ steps, faults }: RecordedRun): Band[] {
  const ofSteps = steps
    .filter(({ name }) => isStepName(name))
    .map(({ name, fromMs, toMs }) => ({ name, fromMs, toMs, kind: 'step' as const }));
  const switches = ofSteps.filter(({ name }) => name === 'switchWrites' || name === 'reverseWrites');
  return [
    ...ofSteps,
    ...switches.map((each, at) => ({
      ...each,
      name: `${at + 1} ${each.name === 'switchWrites' ? 'switch' : 'reverse'}`,
      short: `${at + 1}`,
      kind: 'switch' as const,
    })),
    ...faults.map((each, at) => ({ ...each, short: lettered(at), kind: 'fault' as const })),
  ];
}

function lettered(at: number): string {
  return String.fromCodePoint('a'.codePointAt(0)! + (at % 26));
}

type Listed = 'acknowledged' | 'errors' | 'p50Ms' | 'p99Ms' | 'maxMs';

function line(name: string, series: Series, field: Listed, colour: Colour): ChartLine {
  const points = series[field].map((value, at): PlotPoint => [series.fromMs + (at + 0.5) * series.stepMs, value]);
  return { name, points, colour };
}

function latencyLines(series: Series): ChartLine[] {
  return [
    line('p50', series, 'p50Ms', 'blue'),
    line('p99', series, 'p99Ms', 'orange'),
    line('max', series, 'maxMs', 'red'),
  ];
}

/** Returns the points in whole operations for each part; parts without any have no bar. */
function counted({ stepMs }: Series, perSecond: readonly number[], fromMs: number): PlotPoint[] {
  return perSecond.flatMap((value, at): PlotPoint[] =>
    value === 0 ? [] : [[fromMs + (at + 0.5) * stepMs, Math.round((value * stepMs) / 1000)]],
  );
}

const COLOURS: readonly Colour[] = ['blue', 'orange', 'teal', 'violet', 'red'];

function streamLines(
  samples: readonly RecordedSample[],
  figure: (stream: RecordedSample['streams'][number]) => number | null,
): ChartLine[] {
  const names = [...new Set(samples.flatMap(({ streams }) => streams.map(({ workflow }) => workflow)))];
  return names.map((name, at) => ({
    name,
    colour: COLOURS[at % COLOURS.length]!,
    points: samples.map(({ atMs, streams }): PlotPoint => {
      const own = streams.filter(({ workflow }) => workflow === name).map(figure);
      const known = own.filter((value) => value !== null);
      return [atMs, known.length === 0 ? null : Math.max(...known)];
    }),
  }));
}

function lagSeconds({ lagMs }: RecordedSample['streams'][number]): number | null {
  return lagMs === null ? null : lagMs / 1000;
}

function replicaLines(samples: readonly RecordedSample[]): ChartLine[] {
  const names = [...new Set(samples.flatMap(({ replicas }) => replicas.map(({ server }) => server)))];
  return names.map((name, at) => ({
    name,
    colour: COLOURS[at % COLOURS.length]!,
    points: samples.flatMap(({ atMs, replicas }): PlotPoint[] => {
      // The sample just before a switch only has the streams.
      if (replicas.length === 0) return [];
      const lagMs = replicas.find(({ server }) => server === name)?.lagMs ?? null;
      return [[atMs, lagMs === null ? null : lagMs / 1000]];
    }),
  }));
}
