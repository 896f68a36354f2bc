import type { Hidden } from '../preflight/unread.ts';
import type { Progress } from '../history/steps.ts';
import type { Loaded } from '../workload/load.ts';
import type { SubjectLoadOptions } from './subject.ts';

/** Where schema and rows come from; it was looked through before any server starts. */
export interface SubjectSource {
  /** Null where nothing says so. */
  readonly database: string | null;
  /** All there are, in order. */
  readonly tables: readonly string[];
  /** Variables of the source MySQL by which it is like production's. */
  readonly settings: Readonly<Record<string, string>>;
  /** What nobody could see where the schema was read from. */
  readonly hidden?: readonly Hidden[];
  /** Whether rows are made from the schema. */
  readonly isGenerated: boolean;
  /**
   * Loads the schema, and rows unless they are made.
   *
   * @param rows of each table that moves: how many at most, where they are sampled.
   */
  readonly load: (options: SubjectLoadOptions, rows: ReadonlyMap<string, number>) => Promise<Loaded>;
}

export interface SourceOptions {
  readonly onProgress: (progress: Progress) => void;
  /** Hosts other than this machine that may be connected to. */
  readonly allowHost: readonly string[];
  /** Told every statement before it is sent to a live source. */
  readonly onStatement: (sql: string) => void;
}
