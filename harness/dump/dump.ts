import type { RowFormat } from './row-format.ts';

/** What a dump consists of. */
export interface Dump {
  /** In the order in which they are read. */
  readonly files: readonly DumpFile[];
  /** Statements that each session of the client begins with, if the files do not contain them. */
  readonly settings: readonly string[];
}

export interface DumpFile {
  readonly path: string;
  /** The size of the file on disk. */
  readonly bytes: number;
  /** The database that its statements are for, if its name says so and its own statements do not. */
  readonly database: string | null;
  /** Set if it holds rows of a table as text, and no statements. */
  readonly rows?: RowFormat;
}
