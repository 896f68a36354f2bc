import type { RowFormat } from './row-format.ts';

/** What a dump consists of. */
export interface Dump {
  /** The files in the order in which they are read. */
  readonly files: readonly DumpFile[];
  /** Statements that each session of the client begins with, if the files do not contain them. */
  readonly settings: readonly string[];
}

export interface DumpFile {
  readonly path: string;
  /** The size of the file on disk. */
  readonly bytes: number;
  /** The database for its statements, if its name says so and its own statements do not. */
  readonly database: string | null;
  /** Present if it contains rows of a table as text instead of statements. */
  readonly rows?: RowFormat;
}
