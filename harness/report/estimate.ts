/** Work on tables one after another: which ended together, their rows and bytes, and the time that they took. */
export interface MeasuredPart {
  readonly tables: readonly string[];
  readonly rows: number;
  /** Data plus indexes on the source, as its server estimates them. */
  readonly bytes: number;
  readonly ms: number;
}

/** One copy or one VDiff. */
export interface MeasuredWork {
  readonly durationMs: number;
  readonly parts: readonly MeasuredPart[];
  /** Rows per second of one table, one figure for each window of time in which it was observed. */
  readonly rates: readonly { readonly table: string; readonly perSecond: number }[];
}

/** What the application's writes cost the binary log and the stream while they went to the source. */
export interface MeasuredWrites {
  /** Transactions per second on the source. */
  readonly perSecond: number;
  /** Bytes of binary log per transaction, one figure per window. */
  readonly logBytes: readonly number[];
  /** Transactions per second that the stream applied, one figure per window. */
  readonly applied: readonly number[];
  /** The figures from windows in which the stream was always behind, which show its limit. */
  readonly limits: readonly number[];
}

/** What a run measured, from which another size can be estimated. */
export interface Measured {
  /** The tables that move, without the harness' own, in their loaded state. */
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly bytes: number }[];
  readonly copies: readonly MeasuredWork[];
  readonly vdiffs: readonly MeasuredWork[];
  /** Whether a VDiff of all tables met few writes on purpose; absent if none did. */
  readonly isVDiffQuiet?: true;
  readonly writes: MeasuredWrites | null;
  readonly target: {
    readonly servers: number;
    readonly tables: readonly { readonly table: string; readonly bytes: number }[];
    /** Binary log that the copy wrote on the target's primary. */
    readonly copyLogBytes: number | null;
  };
  /** How long the source keeps its binary logs; null if it never removes them, absent if that is unknown. */
  readonly binlogExpireSeconds?: number | null;
}

export const QUANTITIES = ['copy', 'catchUp', 'vdiff', 'binlog', 'retention', 'targetDisk', 'sourceDisk'] as const;

/** One figure for production, as a range. */
export interface Quantity {
  readonly id: (typeof QUANTITIES)[number];
  readonly title: string;
  readonly unit: 'ms' | 'bytes' | 'hours';
  /** Null means that there is no end, and the figure grows for ever. */
  readonly low: number | null;
  readonly likely: number | null;
  readonly high: number | null;
  /** The measurements from which it is derived. */
  readonly from: string;
  readonly assumptions: readonly string[];
}

/** What the real migration will take. */
export interface Estimate {
  readonly quantities: readonly Quantity[];
  /** Quantities that could not be estimated, because nothing was measured for them, and why. */
  readonly missing: readonly { readonly id: Quantity['id']; readonly why: string }[];
}
