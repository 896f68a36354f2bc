import type { Side } from '../side.ts';
import type { StepName } from './steps.ts';

/** What was observed on the servers at one moment. */
export type Observation =
  | RoutingObservation
  | VDiffObservation
  | ChecksumObservation
  | GtidObservation
  | ConstraintObservation
  | LeftoverObservation
  | VersionsObservation
  | LoadObservation
  | TablesObservation
  | PreflightObservation
  | SourceObservation
  | CopyObservation
  | CopyingObservation
  | EndpointObservation
  | WorkloadStoppedObservation
  | CapacityObservation
  | CutoverObservation
  | SampleObservation
  | RunbookObservation
  | StandstillObservation
  | CostObservation
  | ExhaustedObservation
  | QuietObservation
  | ServerEndedObservation
  | FaultObservation
  | ProblemObservation
  | EndObservation;

/** Everything that shows where traffic goes, read after a switch and at rest. */
export interface RoutingObservation {
  readonly of: 'routing';
  /** Where traffic must go. */
  readonly reads: Side;
  readonly writes: Side;
  /** Tables whose routing rules, denied tables or probe writes are not as expected. */
  readonly differences: readonly { readonly table: string | null; readonly what: string }[];
  /** The number of entries that were compared. */
  readonly compared: number;
  /** The fault that was striking: differences are then not judged, unless they are still there later. */
  readonly fault?: string;
}

export interface VDiffObservation {
  readonly of: 'vdiff';
  readonly workflow: string;
  readonly keyspace: string;
  /** The tables that it was asked to compare; absent if it was asked to compare all that move. */
  readonly asked?: readonly string[];
  readonly tables: readonly {
    readonly table: string;
    readonly rowsCompared: number;
    readonly mismatchedRows: number;
    /** Keys of rows that differ, as VDiff's report shows them; only the first ones. */
    readonly keys: readonly string[];
    /** Rows in the table when the VDiff began, counted by us; null if they were not counted. */
    readonly rows: number | null;
    /**
     * Rows that were certainly there from its beginning to its end; present if others may write and nothing is counted.
     */
    readonly atLeast?: number;
  }[];
  /** The time from its command to its end, without the rows that we count before it. */
  readonly durationMs?: number;
  readonly parts?: readonly Part[];
}

/**
 * Tables that one stream compared one after another, and the time that each took; tables that were seen to end together
 * are one part.
 */
export interface Part {
  readonly tables: readonly string[];
  readonly ms: number;
}

export interface ChecksumObservation {
  readonly of: 'checksums';
  /** Present if there were writes, so that the numbers of rows are from different moments. Absent at rest. */
  readonly underWrites?: true;
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly targetRows: number;
    readonly equal: boolean;
    /**
     * The number of ranges whose rows differed in every look, but not always in the same way because of writes, so that
     * nothing is known about them.
     */
    readonly unsettled?: number;
    readonly differencesTotal: number;
    /** The first ones. */
    readonly differences: readonly {
      readonly key: string;
      readonly kind: 'missing-on-target' | 'extra-on-target' | 'different';
      readonly source?: Readonly<Record<string, string | null>>;
      readonly target?: Readonly<Record<string, string | null>>;
      /**
       * The first leaves of JSON documents whose types differ between the sides; types as JSON_TYPE returns them.
       */
      readonly leaves?: readonly {
        readonly column: string;
        readonly path: string;
        readonly source: string;
        readonly target: string;
      }[];
    }[];
    readonly schemaDifferences: readonly string[];
  }[];
}

/** GTID sets at rest, in MySQL's text form. */
export interface GtidObservation {
  readonly of: 'gtid';
  /** Every MySQL. The primary of a side comes before the others of that side. */
  readonly servers: readonly {
    readonly server: string;
    readonly side: Side;
    readonly executed: string;
    /** What it had executed before the migration began; absent if that was not read. */
    readonly before?: string;
    /** UUIDs with which its replication group begins transactions; absent if it is not in a group. */
    readonly groups?: readonly string[];
  }[];
  /** Running streams: what they read, and how far they have come. */
  readonly streams: readonly { readonly workflow: string; readonly from: Side; readonly position: string }[];
  /** The side that serves writes. */
  readonly writes: Side;
}

export interface ConstraintObservation {
  readonly of: 'constraints';
  /** The rows that broke it on the source before the migration began; absent in observations made later. */
  readonly before?: true;
  /** Constraints that were checked. */
  readonly compared: number;
  readonly violations: readonly {
    readonly side: Side;
    readonly table: string;
    readonly constraint: string;
    /** How many rows break it. */
    readonly rows: number;
    /** The key of one of them. */
    readonly key: string;
    /** The keys of all of them; absent if there are many, or they have none. */
    readonly keys?: readonly string[];
  }[];
  /** Constraints that were not checked because that took too long; absent if there are none. */
  readonly tooSlow?: readonly { readonly table: string; readonly constraint: string }[];
}

/** What is left after `complete` or `cancel`. */
export interface LeftoverObservation {
  readonly of: 'leftovers';
  readonly after: 'complete' | 'cancel';
  readonly compared: number;
  readonly left: readonly { readonly table: string | null; readonly what: string }[];
}

/** The versions that the running servers report. */
export interface VersionsObservation {
  readonly of: 'versions';
  readonly mysql: string;
  readonly vitess: string;
  readonly etcd: string;
  readonly node: string;
}

export interface LoadObservation {
  readonly of: 'load';
  readonly rows: number;
  readonly rowsPerSecond: number;
}

/** The tables that move, in their loaded state. */
export interface TablesObservation {
  readonly of: 'tables';
  readonly tables: readonly {
    readonly table: string;
    /** The number of rows that were counted. */
    readonly rows: number;
    /** Data plus indexes, as the server estimates them. */
    readonly bytes: number;
  }[];
}

/** What blocks the migration, or should be known before it. */
export interface PreflightObservation {
  readonly of: 'preflight';
  /** The number of rules that were applied. */
  readonly judged: number;
  readonly findings: readonly PreflightFinding[];
}

export interface PreflightFinding {
  readonly rule: string;
  readonly severity: 'blocker' | 'warning' | 'note';
  readonly table: string | null;
  readonly what: string;
  readonly where: string;
  readonly why: string;
  /** The statement to run, or what else to do. */
  readonly mend: string | null;
}

/** Settings of the source that a plan for production needs. */
export interface SourceObservation {
  readonly of: 'source';
  /** How long it keeps its binary logs; null if it never removes them. */
  readonly binlogExpireSeconds: number | null;
}

export interface CopyObservation {
  readonly of: 'copy';
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly bytes: number;
  /** Largest transaction lag seen after the copy. */
  readonly lagMs: number;
  /** The rows that the tablets counted, and the time that they spent writing them; tables are written in parallel. */
  readonly tables?: readonly { readonly table: string; readonly rows: number; readonly ms: number }[];
  /** The time from the creation of the workflow until every table was copied; absent if someone else created it. */
  readonly durationMs?: number;
  readonly parts?: readonly Part[];
  /** The tables on the target's primary: data and indexes. */
  readonly target?: readonly { readonly table: string; readonly bytes: number }[];
}

/** How far the copy was at one moment, by the tablets' own count; about one per second. */
export interface CopyingObservation {
  readonly of: 'copying';
  /** Rows written so far. */
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
}

/** Latencies from the due time of an operation to its acknowledgement; null if there were none. */
export interface Latency {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number | null;
}

/** The parts of a switch of writes, in their order, from vtctld's log. */
export const CUTOVER_PARTS = [
  'stopWrites',
  'lockTables',
  'catchUp',
  'reverseStreams',
  'journal',
  'allowWrites',
  'routing',
  'other',
] as const;

/** Milliseconds of each part. */
export type CutoverParts = Readonly<Record<(typeof CUTOVER_PARTS)[number], number>>;

/** What the servers could sustain before anything moved, and how many operations were sent from then on. */
export interface CapacityObservation {
  readonly of: 'capacity';
  /** Operations that succeeded per second while each connection sent one after another. */
  readonly perSecond: number;
  /** Operations per second; the highest of several stages. */
  readonly rate: number;
}

/** Where the application's operations go from now on. */
export interface EndpointObservation {
  readonly of: 'endpoint';
  /** `source` means directly to the source MySQL, bypassing Vitess. */
  readonly to: 'source' | 'vtgate';
}

/** The application was stopped on purpose, so that operations that follow are the harness' own. */
export interface WorkloadStoppedObservation {
  readonly of: 'workloadStopped';
}

/** One switch of writes, and what the application saw of it. */
export interface CutoverObservation {
  readonly of: 'cutover';
  readonly direction: 'forward' | 'reverse';
  /** The fault that struck in it; its figures then say nothing about an ordinary switch. */
  readonly fault?: string;
  /** When it started, on the run's clock. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /**
   * How long the application could not write: the longest time in which writes were with a server, waiting or being
   * refused, and none was acknowledged. It counts in full if any part of it is in the time around the switch; see
   * `aroundCutovers`. A time without attempts to write is not a gap. Nor is a refusal because of the rows, such as a
   * duplicate key, nor a write that waited for its turn while servers answered others.
   */
  readonly writeGapMs: number;
  /** How many operations, including reads, were due in that gap; absent in older histories. */
  readonly dueInGap?: number;
  /** Writes acknowledged in the same time. */
  readonly acknowledged: number;
  /** Errors, by class, of operations that were due or under way in the same time, no matter when they ended. */
  readonly errors: Readonly<Record<string, number>>;
  /**
   * How many of them are errors of the fixture's own statements and transactions that reached their users; if a
   * transaction is tried again, the last attempt counts.
   */
  readonly statementErrors: number;
  /** How many are errors after which a transaction was tried again; absent if none was, and during recording. */
  readonly retriedErrors?: number;
  /**
   * Latencies in the five seconds before the switch, during it, and in the five seconds after it, or as long as the
   * application writes.
   */
  readonly latency: { readonly before: Latency; readonly during: Latency; readonly after: Latency };
  /** Operations that vtgate held back; null if it could not be asked. */
  readonly buffered: number | null;
  /** How many transactions of the side that served writes the other side still had to apply when the switch began. */
  readonly rowsBehind: number | null;
  /** Null if vtctld's log does not say. */
  readonly partsMs: CutoverParts | null;
}

/** The progress of streams and replicas at one moment: once a second, and only of streams before each switch. */
export interface SampleObservation {
  readonly of: 'sample';
  readonly streams: readonly {
    readonly workflow: string;
    readonly state: string;
    readonly rowsCopied: number;
    /** The lag of a running stream, in whole seconds given as milliseconds; null while the stream is not running. */
    readonly lagMs: number | null;
    /** The number of transactions in its saved position. */
    readonly applied?: number;
  }[];
  readonly replicas: readonly {
    readonly server: string;
    /** The lag that the replica reports; null if it does not replicate. */
    readonly lagMs: number | null;
  }[];
  /**
   * MySQLs that are not replicas, with the number of transactions that they have executed, and the bytes of their
   * binary logs.
   */
  readonly logs?: readonly { readonly server: string; readonly transactions: number; readonly bytes: number }[];
}

/** The commands of this migration, as a person would run them in production. */
export interface RunbookObservation {
  readonly of: 'runbook';
  readonly steps: readonly RunbookStep[];
}

export interface RunbookStep {
  readonly name: StepName;
  /** What it does, and what to look at before the next step. */
  readonly about: string;
  readonly commands: readonly string[];
  /** The way back from it; empty if there is none. */
  readonly back: readonly string[];
}

/** A server whose log says that it lacked disk or memory, so that its failures are the machine's fault. */
export interface ExhaustedObservation {
  readonly of: 'exhausted';
  /** The name of the server, such as `customer-200-mysqld`. */
  readonly server: string;
  /** The first line that says so. */
  readonly line: string;
}

/** A time in which the application wrote little on purpose, in milliseconds on the run's clock. */
export interface QuietObservation {
  readonly of: 'quiet';
  readonly fromMs: number;
  readonly toMs: number;
  /** Operations per second. */
  readonly perSecond: number;
}

/** Servers of the run that ended without a crash, so that what failed then is not the migration's fault. */
export interface ServerEndedObservation {
  readonly of: 'serverEnded';
  /** A sentence that names them. */
  readonly what: string;
}

/** A time in which the run's thread, or that of its application, did nothing, in milliseconds on the run's clock. */
export interface StandstillObservation {
  readonly of: 'standstill';
  readonly fromMs: number;
  readonly toMs: number;
  /** Processor time that the thread used meanwhile; histories of before 28 November 2026 do not say. */
  readonly ownMs?: number;
}

/** CPU seconds, from before the servers were started until just before they are removed. */
export interface CostObservation {
  readonly of: 'cost';
  /** The CPU time of the run's own process, with all its threads but that of the application. */
  readonly harnessSeconds: number;
  /**
   * The CPU time of the thread in which the application's clients run; null if it is unknown, and absent in older
   * histories: `harnessSeconds` then contains it.
   */
  readonly applicationSeconds?: number | null;
  /** Null if the run did not start them. */
  readonly servers:
    | readonly {
        readonly server: string;
        /** The CPU time of all processes in its container; null if it is not known. */
        readonly cpuSeconds: number | null;
        /** The part used by the harness' own queries; null if it is unknown, absent if it cannot be told apart. */
        readonly questionSeconds?: number | null;
      }[]
    | null;
}

/** The outcome of a fault that was planned at a point of the migration. */
export interface FaultObservation {
  readonly of: 'fault';
  /** What is struck and how, such as `vtctld.kill`. */
  readonly fault: string;
  /** When it strikes: a step and a moment in it, such as `switchWrites/journal`. */
  readonly point: string;
  /** What was seen when it struck; null if the point was missed, so that the fault was not exercised. */
  readonly struck: { readonly atMs: number; readonly healedAtMs: number; readonly seen: string } | null;
  readonly outcome: FaultOutcome;
  /** What an operator ran to continue, besides restarting what had ended; empty if nothing was needed. */
  readonly recoveredBy: readonly string[];
  /** What the step said, if it failed. */
  readonly said: string | null;
  /** What was still wrong when everything had been tried. */
  readonly wrong: readonly string[];
  /** As in `CutoverObservation`, from the strike until everything was normal again; null if there were no writes. */
  readonly writeGapMs: number | null;
  /** By class, the errors of operations in the same time. */
  readonly errors: Readonly<Record<string, number>>;
  /** From the end of the healing until writes were acknowledged and streams ran again; null if they never did. */
  readonly normalAfterMs: number | null;
}

/**
 * `passed`: the step ended well in spite of it. `refused`: the step failed, traffic stayed where it was, and the step
 * passed when it was run again. `recovered`: something was left half done, or did not continue, until the commands in
 * `recoveredBy` were run. `broken`: nothing that was tried brought it back.
 */
export type FaultOutcome = 'passed' | 'refused' | 'recovered' | 'broken' | 'not-exercised';

/** What went wrong outside every step. */
export interface ProblemObservation {
  readonly of: 'problem';
  readonly verdict: 'fail' | 'unknown';
  readonly what: string;
}

/** The last line of a history, after everything that the run learned. */
export interface EndObservation {
  readonly of: 'end';
}
