import { isOutOfResources, trouble, usage, type RoundtripError } from '../errors.ts';
import type { ClientError } from './client-output.ts';

/** An error of MySQL's client, and what is known about its statement. */
export interface RefusedStatement {
  readonly error: ClientError;
  /** The file and its line, such as `shop.sql:17`. */
  readonly where: string;
  /** The beginning of the statement; empty if it is not known. */
  readonly text: string;
  /** Whether the file ends within the statement. */
  readonly isCutOff: boolean;
  readonly isOfMariaDb: boolean;
  /** The modes with which the server began; empty if it no longer answers. */
  readonly sqlMode: string;
  /** The end of the server's log. */
  readonly log: string;
}

const SYNTAX = 1064;
const CONNECTION_LOST = new Set([2006, 2013]);
/** Errors of a strict mode, or one that refuses zero dates, for statements that other modes accept. */
const BY_MODE = new Set([1067, 1264, 1265, 1292, 1364, 1366, 1406, 1101]);
const NOT_IN_CHARACTER_SET = /^Incorrect string value: '\\x/;
const ZERO_DATE = /'(?:0000-|\d{4}-00-|\d{4}-\d\d-00)/;

/** What to do about an error, by MySQL's number (MySQL manual, “Server Error Message Reference”). */
const HELP: Readonly<Record<number, string>> = {
  1055: 'The server has ONLY_FULL_GROUP_BY in its sql_mode. If production does without, leave it out of source.settings: { sql_mode }.',
  1007: 'It creates this database twice: remove one, or dump the databases into a file each.',
  1049: 'It uses a database that it does not create: dump that one too (mysqldump --databases), or remove the statement.',
  1050: 'It creates this twice, perhaps once as a view: put DROP TABLE IF EXISTS before it, or remove one.',
  1062: 'Two of its rows have the same key here: make the dump again with --single-transaction, or see whether production’s database has another collation.',
  1114: 'Make room on the disk of the engine, or load fewer rows.',
  1146: 'It refers to a table that it does not create before: dump the whole database into one file.',
  1153: 'Make a dump with shorter statements: mysqldump --net-buffer-length=1M.',
  6125: 'MySQL wants a unique key there since 8.4. If production does not, say so: source.settings: { restrict_fk_on_non_standard_key: OFF }.',
  3161: 'Give the tables another engine: Vitess needs InnoDB.',
};

/** Whether the machine is to blame, and not the dump. */
export function isTrouble({ errno, message }: ClientError): boolean {
  return CONNECTION_LOST.has(errno) || isOutOfResources(message);
}

/** Returns the error to report: usage, or trouble if the machine is to blame and not the statement. */
export function refusedStatement(refused: RefusedStatement): RoundtripError {
  const { error, where, text, isCutOff, log } = refused;
  const { errno, message } = error;
  const isLost = CONNECTION_LOST.has(errno);
  if (isCutOff && errno === SYNTAX) {
    return usage({
      what: 'The dump ends inside a statement.',
      expected: 'every statement to have an end',
      seen: `${text} … without an end`,
      where,
      next: 'It was cut off: make or copy the dump again. In a schema written by hand, end the last statement.',
    });
  }
  const told = errno === 0 ? message : `${message} (error ${errno})`;
  return (isTrouble(error) ? trouble : usage)({
    what: 'MySQL does not accept a statement of the dump.',
    seen: isLost ? `${told}\nthe server’s log ends:\n${log}` : told,
    where: text === '' ? where : `${where}: ${text}`,
    next: nextOf(refused),
  });
}

function nextOf({ error: { errno, message }, isOfMariaDb, sqlMode, text }: RefusedStatement): string {
  if (CONNECTION_LOST.has(errno)) return 'It may have run out of memory or disk: give the engine more, and run again.';
  if (errno === 0 && message.startsWith('Failed to open file')) {
    return 'Put that file beside the dump, where it is looked for, or remove the line.';
  }
  if (isOfMariaDb && HELP[errno] === undefined) return ofMariaDb(errno);
  if (errno === 1300 || NOT_IN_CHARACTER_SET.test(message)) {
    return 'The file is not in UTF-8: begin it with SET NAMES and what it is in, or make it with mysqldump --default-character-set=utf8mb4 --hex-blob.';
  }
  if (BY_MODE.has(errno)) return byMode(errno, `${message} ${text}`, sqlMode);
  return HELP[errno] ?? 'Correct the statement in the file, or make the dump again with MySQL’s own mysqldump.';
}

/** What MySQL does not accept in MariaDB's dumps, and what helps; this was tried, see docs/mariadb.md. */
const OF_MARIADB: Readonly<Record<number, { readonly seen: string; readonly help: string }>> = {
  [SYNTAX]: {
    seen: 'its own syntax, such as sequences, SYSTEM VERSIONING, the types UUID and INET6, or DEFAULT uuid()',
    help: 'Correct the statement in the file.',
  },
  1101: {
    seen: 'a DEFAULT of a TEXT or JSON column that is not in parentheses',
    help: "Put it into parentheses, as in DEFAULT ('{}').",
  },
  1273: {
    seen: 'its own collations, such as utf8mb4_uca1400_ai_ci',
    help: "Name one of MySQL in the file: sed -i 's/utf8mb4_uca1400_ai_ci/utf8mb4_0900_ai_ci/g'.",
  },
  1286: { seen: 'its own storage engines', help: 'Name InnoDB in the file.' },
  3105: {
    seen: 'values of generated columns, which it computes itself',
    help: 'On a copy, drop those columns before the dump, and add them again at its end.',
  },
};

function ofMariaDb(errno: number): string {
  const { seen, help } = OF_MARIADB[errno] ?? {
    seen: 'all that MariaDB has',
    help: 'Correct the statement in the file.',
  };
  return `MariaDB made this dump, and MySQL does not take ${seen}. ${help} docs/mariadb.md has what was tried.`;
}

function byMode(errno: number, said: string, sqlMode: string): string {
  const modes = sqlMode.split(',');
  const isOfDate = ZERO_DATE.test(said);
  if (errno === 1067 && !isOfDate)
    return 'Correct the statement in the file: the default is not a value of its column.';
  const culprits = modes.filter((mode) => mode.startsWith(isOfDate ? 'NO_ZERO_' : 'STRICT_'));
  if (culprits.length === 0) return HELP[errno] ?? 'Correct the statement in the file.';
  const kept = modes.filter((mode) => !culprits.includes(mode)).join(',');
  return (
    `The server has ${culprits.join(', ')} in its sql_mode. If production does without, say so: ` +
    `source.settings: { sql_mode: '${kept}' }.`
  );
}
