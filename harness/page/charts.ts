import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkAreaComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html, Html } from './html.ts';

use([BarChart, LineChart, GridComponent, LegendComponent, MarkAreaComponent, SVGRenderer]);

/** Milliseconds of the run's clock, and a figure; null where there is none. */
export type Point = readonly [atMs: number, value: number | null];

export interface ChartLine {
  readonly name: string;
  readonly points: readonly Point[];
  readonly colour: Colour;
  /** A line by default; bars are for counts of rare things. */
  readonly as?: 'line' | 'bars';
}

export interface Band {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: 'step' | 'switch' | 'fault';
}

export interface Chart {
  readonly title: string;
  /** The unit of the values, such as `writes/s`. */
  readonly unit: string;
  readonly lines: readonly ChartLine[];
  readonly bands: readonly Band[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly scale?: 'linear' | 'log';
  /** How times are shown; by default in minutes and seconds, such as `1:05`. */
  readonly times?: 'ms';
  /** What is said where no line has a point. */
  readonly nothing?: string;
}

/** Names of the page's own colours, which are others in the dark. */
export type Colour = 'blue' | 'orange' | 'red' | 'teal' | 'violet';

/** The renderer works with real colours; each stands for one of the page, and is replaced in its text. */
const STANDS_FOR: Readonly<Record<Colour | 'text' | 'grid' | 'band' | 'switch' | 'fault', string>> = {
  blue: '#010101',
  orange: '#010102',
  red: '#010103',
  teal: '#010104',
  violet: '#010105',
  text: '#010106',
  grid: '#010107',
  band: '#010108',
  switch: '#010109',
  fault: '#01010a',
};

const SIZES = { wide: { width: 960, height: 230 }, narrow: { width: 380, height: 220 } } as const;
type ChartSize = keyof typeof SIZES;

/** A plot in two widths, of which the page shows the one that fits; a word where there is nothing to plot. */
export function chart(plot: Chart): Html {
  const { title, unit, lines } = plot;
  if (lines.every(({ points }) => points.every(([, value]) => value === null))) {
    return html`<figure>
      <figcaption>${title}</figcaption>
      <p class="nothing">${plot.nothing ?? 'not measured'}</p>
    </figure>`;
  }
  const legend = lines.map(({ name, colour }) => html`<span class="key ${colour}">${name}</span> `);
  return html`<figure>
    <figcaption>${title} <span class="unit">${unit}</span> ${lines.length > 1 ? legend : null}</figcaption>
    <div class="wide">${svg(plot, 'wide')}</div>
    <div class="narrow">${svg(plot, 'narrow')}</div>
  </figure>`;
}

function svg(plot: Chart, size: ChartSize): Html {
  const surface = init(null, null, { renderer: 'svg', ssr: true, ...SIZES[size] });
  surface.setOption(optionOf(plot, size));
  const text = surface.renderToSVGString();
  surface.dispose();
  return new Html(coloured(text).replace('<svg ', `<svg role="img" aria-label="${plot.title.replaceAll('"', '')}" `));
}

function coloured(text: string): string {
  return Object.entries(STANDS_FOR).reduce((all, [name, hex]) => all.replaceAll(hex, `var(--${name})`), text);
}

function optionOf(plot: Chart, size: ChartSize): EChartsCoreOption {
  const { fromMs, toMs, times, lines, scale = 'linear' } = plot;
  const text = { color: STANDS_FOR.text, fontSize: 11, fontFamily: 'system-ui, sans-serif' };
  const rule = { lineStyle: { color: STANDS_FOR.grid } };
  return {
    animation: false,
    grid: { left: 8, right: 12, top: 14, bottom: 4, outerBounds: { left: 4, right: 12, top: 4, bottom: 4 } },
    xAxis: {
      type: 'value',
      min: fromMs,
      max: toMs,
      splitNumber: size === 'wide' ? 10 : 4,
      splitLine: { show: false },
      axisLine: rule,
      axisTick: rule,
      axisLabel: {
        ...text,
        hideOverlap: true,
        showMinLabel: times === undefined,
        showMaxLabel: false,
        formatter: times === 'ms' ? (ms: number) => `${Math.round(ms)} ms` : minutesAndSeconds,
      },
    },
    yAxis: {
      type: scale === 'log' ? 'log' : 'value',
      splitNumber: 4,
      splitLine: rule,
      axisLabel: { ...text, formatter: (value: number) => amountText(value) },
    },
    series: lines.map((line, at) => ({ ...seriesOf(line), ...(at === 0 ? { markArea: areasOf(plot, size) } : {}) })),
  };
}

function seriesOf({ name, points, colour, as = 'line' }: ChartLine): EChartsCoreOption {
  const color = STANDS_FOR[colour];
  const data = points.map(([atMs, value]) => [atMs, value]);
  if (as === 'bars')
    return { type: 'bar', name, data, itemStyle: { color }, barMinWidth: 1.5, barMinHeight: 2, barGap: '-100%' };
  // A point between two gaps is seen by its symbol alone.
  return {
    type: 'line',
    name,
    data,
    symbol: 'circle',
    symbolSize: 2,
    lineStyle: { color, width: 1.4 },
    itemStyle: { color },
  };
}

/** Steps in every second band, so that one can be told from the next. */
function areasOf({ bands }: Chart, size: ChartSize): EChartsCoreOption {
  const shown = bands.filter(({ kind }, at) => kind !== 'step' || at % 2 === 0);
  const fill = { step: STANDS_FOR.band, switch: STANDS_FOR.switch, fault: STANDS_FOR.fault };
  return {
    silent: true,
    data: shown.map(({ name, fromMs, toMs, kind }) => [
      {
        xAxis: fromMs,
        itemStyle: { color: fill[kind], opacity: kind === 'step' ? 0.6 : 0.35 },
        ...(kind === 'step' || size === 'narrow' ? {} : { name }),
        label: { color: STANDS_FOR.text, fontSize: 10, position: 'insideTop' },
      },
      { xAxis: toMs },
    ]),
  };
}

function minutesAndSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const amounts = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

function amountText(value: number): string {
  return amounts.format(value);
}
