/** Tables done one after another: which ended together, their rows and bytes, and the time it took. */
export interface MeasuredPart {
  readonly tables: readonly string[];
  readonly rows: number;
  /** Data and indexes on the source, as its server estimates them. */
  readonly bytes: number;
  readonly ms: number;
}

/** One copy or one VDiff. */
export interface MeasuredWork {
  readonly durationMs: number;
  readonly parts: readonly MeasuredPart[];
  /** Rows a second of one table in one window of time, as often as it was looked at. */
  readonly rates: readonly { readonly table: string; readonly perSecond: number }[];
}

/** What the application's writes cost the binary log and the stream, while they went to the source. */
export interface MeasuredWrites {
  /** Transactions a second on the source. */
  readonly perSecond: number;
  /** Bytes of binary log that a transaction made, one figure a window. */
  readonly logBytes: readonly number[];
  /** Transactions a second that the stream applied, one figure a window. */
  readonly applied: readonly number[];
  /** Those of them in which it was behind all the time: its limit. */
  readonly limits: readonly number[];
}

/** What a run measured that another size can be estimated from. */
export interface Measured {
  /** The tables that move, without the harness' own, as they were loaded. */
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly bytes: number }[];
  readonly copies: readonly MeasuredWork[];
  readonly vdiffs: readonly MeasuredWork[];
  readonly writes: MeasuredWrites | null;
  readonly target: {
    readonly servers: number;
    readonly tables: readonly { readonly table: string; readonly bytes: number }[];
    /** Binary log that the copy wrote on the target's primary. */
    readonly copyLogBytes: number | null;
  };
  /** How long the source keeps its binary logs; null where it never removes them, absent where that is not known. */
  readonly binlogExpireSeconds?: number | null;
}

export const QUANTITIES = ['copy', 'catchUp', 'vdiff', 'binlog', 'retention', 'targetDisk', 'sourceDisk'] as const;

/** One figure of production, as a range. */
export interface Quantity {
  readonly id: (typeof QUANTITIES)[number];
  readonly title: string;
  readonly unit: 'ms' | 'bytes' | 'hours';
  /** Null stands for no end: the figure grows for ever. */
  readonly low: number | null;
  readonly likely: number | null;
  readonly high: number | null;
  /** The measurements it is derived from. */
  readonly from: string;
  readonly assumptions: readonly string[];
}

/** What the real thing will take. */
export interface Estimate {
  readonly quantities: readonly Quantity[];
  /** Those that nothing was measured for, and why. */
  readonly missing: readonly { readonly id: Quantity['id']; readonly why: string }[];
}
