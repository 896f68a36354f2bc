import type { ConnectionOptions } from 'mysql2/promise';
import type { Application } from '../fixture/fixture.ts';
import type { Vschema } from '../fixture/generators.ts';
import type { ForeignKeyHandling } from '../preflight/rule.ts';
import type { Hidden } from '../preflight/unread.ts';
import type { Progress } from '../history/steps.ts';

/** What is migrated: which tables, and how schema and rows get into the source MySQL. */
export interface Subject {
  readonly name: string;
  /** Tables that move, in order. */
  readonly tables: readonly string[];
  /** What nobody could see where the schema was read from: it may be there, and would be lost. */
  readonly hidden?: readonly Hidden[];
  /** Of the source keyspace; it names these tables. */
  readonly vschema: Vschema;
  /**
   * Puts schema and rows into an empty database. The same seed makes the same rows.
   *
   * @throws usage or trouble that names the file or the table, and what the server said.
   */
  readonly load: (options: SubjectLoadOptions) => Promise<LoadedSubject>;
}

export interface SubjectLoadOptions {
  /** A connection to the source, with its database. */
  readonly connect: ConnectionOptions;
  readonly seed: number;
  readonly onProgress: (progress: Progress) => void;
  readonly note: (text: string) => void;
}

/** What was loaded. */
export interface LoadedSubject {
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** What the application does with it. */
  readonly application: Application;
  readonly foreignKeys: ForeignKeyHandling | 'none';
}
