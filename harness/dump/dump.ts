import type { TsvFormat } from './tsv.ts';

/** What a dump consists of. */
export interface Dump {
  /** In the order in which they are loaded. */
  readonly files: readonly DumpFile[];
  /** Statements that each session runs before anything else, if the files do not contain them. */
  readonly settings: readonly string[];
}

export interface DumpFile {
  readonly path: string;
  /** The path of the file on disk. */
  readonly bytes: number;
  /** The database that its statements are for, if its name says so. */
  readonly database: string | null;
  /** Set if it holds the rows of a table as text between tabs. */
  readonly tsv?: TsvFormat;
}
