/** Milliseconds on the run's clock, and a figure; null if there is none. */
export type PlotPoint = readonly [atMs: number, value: number | null];

export interface ChartLine {
  readonly name: string;
  readonly points: readonly PlotPoint[];
  readonly colour: Colour;
  /** How the figure is drawn: a line by default; bars are for counts of rare things. */
  readonly as?: 'line' | 'bars';
}

export interface Band {
  readonly name: string;
  /** A number or letter that fits on a phone, if the legend explains it. */
  readonly short?: string;
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
  /** The scale: by default `linear`, with the axis cut if a few points are far beyond the rest; see `ceilingOf`. */
  readonly scale?: 'linear' | 'log';
  /** How times are shown; by default in minutes and seconds, such as `1:05`. */
  readonly times?: 'ms';
  /** What is shown when no line has a point. */
  readonly nothing?: string;
}

/** Names of the page's own colours, which differ in dark mode. */
export type Colour = 'blue' | 'orange' | 'red' | 'teal' | 'violet';
