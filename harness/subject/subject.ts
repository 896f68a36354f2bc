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
  /** What could not be seen where the schema was read; it may exist, and would be lost. */
  readonly hidden?: readonly Hidden[];
  /** The VSchema of the source keyspace; it names these tables. */
  readonly vschema: Vschema;
  /**
   * Puts schema and rows into an empty database. The same seed generates the same rows.
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
