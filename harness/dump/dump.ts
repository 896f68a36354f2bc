import type { TsvFormat } from './tsv.ts';

/** What a dump consists of. */
export interface Dump {
  /** In the order in which they are loaded. */
  readonly files: readonly DumpFile[];
  /** Statements for each session before anything else, where the files do not have them. */
  readonly settings: readonly string[];
}

export interface DumpFile {
  readonly path: string;
  /** As it is on disk. */
  readonly bytes: number;
  /** The database that its statements are for, where its name says so. */
  readonly database: string | null;
  /** Where it holds the rows of a table as text between tabs. */
  readonly tsv?: TsvFormat;
}
