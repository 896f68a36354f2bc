import type { ScratchMySqlOptions } from '../cluster/scratch-mysql.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Hidden } from '../preflight/unread.ts';
import type { Loaded } from '../workload/load.ts';
import type { SubjectLoadOptions } from './subject.ts';

/** Where schema and rows come from; it was read before any server of the rehearsal started. */
export interface SubjectSource {
  /** Null if nothing says so. */
  readonly database: string | null;
  /** All existing tables, in order. */
  readonly tables: readonly string[];
  /** Variables that make the source MySQL like production's. */
  readonly settings: Readonly<Record<string, string>>;
  /** What could not be seen where the schema was read. */
  readonly hidden?: readonly Hidden[];
  /** The volume that holds schema and rows already, if one does. */
  readonly volume?: string;
  /** The tables whose rows are generated from the schema. */
  readonly generates: readonly string[];
  /**
   * Loads the schema, and rows unless they are generated or there already.
   *
   * @param rows of each table that moves: the largest number, if they are sampled.
   */
  readonly load: (options: SubjectLoadOptions, rows: ReadonlyMap<string, number>) => Promise<Loaded>;
  readonly [Symbol.asyncDispose]?: () => Promise<void>;
}

export interface SourceOptions {
  /** Finds or starts the engine, and finds or builds the images: a MySQL reads dumps. */
  readonly engine: () => Promise<Pick<ScratchMySqlOptions, 'docker' | 'images'>>;
  /** Where the reading is shown. */
  readonly recorder: Recorder;
  /** Aborted when nobody waits for the rehearsal any more. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the caller brings statements of its own, so that none are derived or checked. */
  readonly bringsStatements?: boolean;
  /** Hosts of other machines that it may connect to. */
  readonly allowHost: readonly string[];
  /** Receives every statement before it is sent to a live source. */
  readonly onStatement: (sql: string) => void;
}
