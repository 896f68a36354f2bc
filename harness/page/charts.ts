import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkAreaComponent, MarkPointComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { bandLabels } from './band-labels.ts';
import { ceilingOf, peaksOf } from './ceiling.ts';
import type { Chart, ChartLine, Colour } from './chart.ts';
import { html, Html } from './html.ts';

use([BarChart, LineChart, GridComponent, LegendComponent, MarkAreaComponent, MarkPointComponent, SVGRenderer]);

/**
 * The renderer needs real colours; each stands for one of the page's, which replaces it in the renderer's output.
 */
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

const SIZES = { wide: { width: 960, height: 240 }, narrow: { width: 370, height: 230 } } as const;
/** The smallest width of bands, and the smallest distance of marks, in pixels. */
const BAND_PIXELS = { wide: 3, narrow: 5 } as const;
const MARK_PIXELS = 44;
type ChartSize = keyof typeof SIZES;

/**
 * Returns a plot in two widths, of which the page shows the one that fits, or a short text if there is nothing to plot.
 */
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
    <figcaption>
      ${title} <span class="unit">${unit}${scaleInWords(plot)}</span> ${lines.length > 1 ? legend : null}
    </figcaption>
    <div class="wide">${svg(plot, 'wide')}</div>
    <div class="narrow">${svg(plot, 'narrow')}</div>
  </figure>`;
}

/** Says how to read the axis, if it is not an ordinary one. */
function scaleInWords(plot: Chart): string {
  if (plot.scale === 'log') return '; logarithmic scale';
  const ceiling = ceilingOf(plot.lines);
  return ceiling === null ? '' : `; the axis ends at ${amountText(ceiling)}, ▲ marks points beyond it`;
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
  const ceiling = scale === 'log' ? null : ceilingOf(lines);
  const text = { color: STANDS_FOR.text, fontSize: 11, fontFamily: 'system-ui, sans-serif' };
  const rule = { lineStyle: { color: STANDS_FOR.grid } };
  return {
    animation: false,
    grid: { left: 8, right: 12, top: 20, bottom: 4, outerBounds: { left: 4, right: 12, top: 20, bottom: 4 } },
    xAxis: {
      type: 'value',
      min: fromMs,
      max: toMs,
      // Bars at an end do not widen the axis, so that times are aligned across all plots.
      containShape: false,
      ...(times === 'ms'
        ? { splitNumber: size === 'wide' ? 10 : 4 }
        : { interval: tickMs(toMs - fromMs, size === 'wide' ? 14 : 5) }),
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
      ...(ceiling === null ? {} : { max: ceiling }),
      splitNumber: 4,
      splitLine: rule,
      axisLabel: { ...text, formatter: (value: number) => amountText(value) },
    },
    series: lines.map((line, at) => ({
      ...seriesOf(line),
      ...(at === 0 ? { markArea: areasOf(plot, size) } : {}),
      ...(ceiling === null ? {} : { markPoint: marksOf(line, plot, size, ceiling) }),
    })),
  };
}

function seriesOf({ name, points, colour, as = 'line' }: ChartLine): EChartsCoreOption {
  const color = STANDS_FOR[colour];
  const data = points.map(([atMs, value]) => [atMs, value]);
  if (as === 'bars')
    return {
      type: 'bar',
      name,
      data,
      itemStyle: { color },
      barMinWidth: 1.5,
      barMaxWidth: 6,
      barMinHeight: 2,
      barGap: '-100%',
    };
  // A point between two gaps is only visible because of its symbol.
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

/** A triangle and the value for a point beyond the end of the axis. */
function marksOf(
  { points, colour }: ChartLine,
  { fromMs, toMs }: Chart,
  size: ChartSize,
  ceiling: number,
): EChartsCoreOption {
  const apartMs = ((toMs - fromMs) * MARK_PIXELS) / SIZES[size].width;
  const color = STANDS_FOR[colour];
  return {
    silent: true,
    symbol: 'triangle',
    symbolSize: 7,
    // The mark is inside the plot, because the names of bands are above it.
    symbolOffset: [0, 5],
    itemStyle: { color },
    data: peaksOf(points, ceiling, apartMs).map(({ atMs, value }) => ({
      coord: [atMs, ceiling],
      value,
      label: {
        show: true,
        formatter: amountText(value),
        position: atMs > fromMs + 0.85 * (toMs - fromMs) ? 'left' : 'right',
        distance: 3,
        color: STANDS_FOR.text,
        fontSize: 10,
      },
    })),
  };
}

/** Returns the bands, with only every second one of the steps, to distinguish each from the next. */
function areasOf({ bands, fromMs: startMs, toMs: endMs }: Chart, size: ChartSize): EChartsCoreOption {
  const shown = bands.filter(({ kind }, at) => kind !== 'step' || at % 2 === 0);
  const msPerPixel = (endMs - startMs) / SIZES[size].width;
  const labels = bandLabels(shown, msPerPixel, size === 'narrow');
  const fill = { step: STANDS_FOR.band, switch: STANDS_FOR.switch, fault: STANDS_FOR.fault };
  return {
    silent: true,
    data: shown.map((band) => {
      const { kind, fromMs, toMs } = band;
      const name = labels.get(band);
      return [
        {
          xAxis: fromMs,
          itemStyle: { color: fill[kind], opacity: kind === 'step' ? 0.6 : 0.35 },
          ...(name === undefined ? {} : { name }),
          label: { color: STANDS_FOR.text, fontSize: size === 'narrow' ? 12 : 11, position: 'top', distance: 3 },
        },
        { xAxis: kind === 'step' ? toMs : Math.max(toMs, fromMs + BAND_PIXELS[size] * msPerPixel) },
      ];
    }),
  };
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** The possible distances between two labels of the axis, in milliseconds. */
const TICKS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 10_080].map((minutes) => minutes * MINUTE_MS),
];

/** Returns the smallest round distance with which there are not too many labels. */
function tickMs(lengthMs: number, most: number): number {
  return TICKS_MS.find((each) => lengthMs / each <= most) ?? lengthMs / most;
}

function minutesAndSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const amounts = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

function amountText(value: number): string {
  return amounts.format(value);
}
