import type { Hidden } from '../preflight/unread.ts';
import type { Progress } from '../history/steps.ts';
import type { Loaded } from '../workload/load.ts';
import type { SubjectLoadOptions } from './subject.ts';

/** Where schema and rows come from; it was scanned before any server started. */
export interface SubjectSource {
  /** Null if nothing says so. */
  readonly database: string | null;
  /** All existing tables, in order. */
  readonly tables: readonly string[];
  /** Variables that make the source MySQL like production's. */
  readonly settings: Readonly<Record<string, string>>;
  /** What could not be seen where the schema was read. */
  readonly hidden?: readonly Hidden[];
  /** Whether rows are generated from the schema. */
  readonly isGenerated: boolean;
  /**
   * Loads the schema, and rows unless they are generated.
   *
   * @param rows of each table that moves: the largest number, if they are sampled.
   */
  readonly load: (options: SubjectLoadOptions, rows: ReadonlyMap<string, number>) => Promise<Loaded>;
}

export interface SourceOptions {
  readonly onProgress: (progress: Progress) => void;
  /** Hosts of other machines that it may connect to. */
  readonly allowHost: readonly string[];
  /** Receives every statement before it is sent to a live source. */
  readonly onStatement: (sql: string) => void;
}
