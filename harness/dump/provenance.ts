/** What a dump says about itself outside its statements. */
export interface Provenance {
  /**
   * The database in a comment such as mysqldump's `-- Host: localhost    Database: sakila`, or on a line of its own.
   */
  readonly database: string | null;
  readonly isOfMariaDb: boolean;
  /** Whether the last line of mysqldump or mariadb-dump is missing. */
  readonly lacksEnd: boolean;
  /** Whether the last statement has an end. */
  readonly isLastEnded: boolean;
}

const HEAD_BYTES = 2_000;
const TAIL_BYTES = 300;

/** Reads the first and last lines of a file (mysql: client/mysqldump.cc, write_header and write_footer). */
export class ProvenanceReader {
  #head = '';
  #tail = '';

  see(chunk: Buffer): void {
    if (this.#head.length < HEAD_BYTES) this.#head += chunk.toString('latin1', 0, HEAD_BYTES);
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - TAIL_BYTES))).slice(-TAIL_BYTES);
  }

  get seen(): Provenance {
    const name = /^-- (?:Host: .*\s)?Database: `?([^\s`]+)`?\s*$/m.exec(this.#head)?.[1];
    const isOfMysqldump = /^-- (?:MySQL|MariaDB) dump /m.test(this.#head);
    const tail = this.#tail.replaceAll(/^\s*(?:--|#).*$/gm, '').trimEnd();
    return {
      database: name === undefined ? null : Buffer.from(name, 'latin1').toString(),
      isOfMariaDb: /^-- (?:MariaDB dump |(?:Server version:?\s|Adminer ).*MariaDB)|^\/\*M!/m.test(this.#head),
      lacksEnd: isOfMysqldump && !/^-- Dump completed/m.test(this.#tail),
      isLastEnded: tail === '' || /(?:[;/$|]|\*\/|\\[gG])$/.test(tail),
    };
  }
}
