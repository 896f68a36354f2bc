import type { ScratchMySqlOptions } from '../cluster/scratch-mysql.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Hidden } from '../preflight/unread.ts';
import type { Loaded } from '../workload/load.ts';
import type { SubjectLoadOptions } from './subject.ts';

/** Where the schema and rows come from; it was read before any server of the rehearsal started. */
export interface SubjectSource {
  /** Null if nothing names it. */
  readonly database: string | null;
  /** All existing tables, in order. */
  readonly tables: readonly string[];
  /** Variables that make the source MySQL like production's. */
  readonly settings: Readonly<Record<string, string>>;
  /** What could not be seen where the schema was read. */
  readonly hidden?: readonly Hidden[];
  /** The volume that already contains schema and rows, if there is one. */
  readonly volume?: string;
  /** The tables whose rows are generated from the schema. */
  readonly generates: readonly string[];
  /**
   * Loads the schema, and also rows unless they are generated or already there.
   *
   * @param rows how many rows to sample at most from each table that moves.
   */
  readonly load: (options: SubjectLoadOptions, rows: ReadonlyMap<string, number>) => Promise<Loaded>;
  readonly [Symbol.asyncDispose]?: () => Promise<void>;
}

export interface SourceOptions {
  /** Finds or starts the engine, and finds or builds the images, because a MySQL reads dumps. */
  readonly engine: () => Promise<Pick<ScratchMySqlOptions, 'docker' | 'images'>>;
  /** Where the progress of reading is shown. */
  readonly recorder: Recorder;
  /** Aborted when the rehearsal is no longer wanted. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the caller has statements of its own, so that none are derived or checked. */
  readonly bringsStatements?: boolean;
  /** Hosts on other machines to which it may connect. */
  readonly allowHost: readonly string[];
  /** Receives every statement before it is sent to a live source. */
  readonly onStatement: (sql: string) => void;
}
