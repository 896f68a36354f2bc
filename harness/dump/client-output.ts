/** What MySQL's client said when it gave up, such as `ERROR 1064 (42000) at line 7: …` (mysql.cc: put_info). */
export interface ClientError {
  /** The server's error number; 0 for an error of the client itself. */
  readonly errno: number;
  /** The line of its input on which the statement begins; 0 if it named none. */
  readonly line: number;
  readonly message: string;
}

/** A warning of the server about a statement that it ran. */
export interface ClientWarning {
  readonly code: number;
  readonly message: string;
}

const ERROR =
  /^ERROR(?: (?<errno>\d+))?(?: \(\w+\))?(?: at line (?<line>\d+))?(?: in file: '[^']*')?: (?<message>[^]*)/m;
const WARNING = /^(?:Warning|Error) \(Code (?<code>\d+)\): (?<message>.*)$/gm;

/** Returns null if the client wrote no error. */
export function readClientError(stderr: string): ClientError | null {
  const { errno = '0', line = '0', message } = ERROR.exec(stderr)?.groups ?? {};
  return message === undefined ? null : { errno: Number(errno), line: Number(line), message: message.trim() };
}

/** Returns the warnings that the client showed because of `--show-warnings`, without notes. */
export function readWarnings(stdout: string): readonly ClientWarning[] {
  return [...stdout.matchAll(WARNING)].map(({ groups: { code = '0', message = '' } = {} }) => ({
    code: Number(code),
    message,
  }));
}

/**
 * Warnings that a value or a row was not stored as it is in the file: out of range, truncated, invalid for its type or
 * its character set, missing, refused by a CHECK or by every partition, or a second row with the same key (MySQL
 * manual, “Server Error Message Reference”).
 */
const ALTERING = new Set([1048, 1062, 1261, 1262, 1263, 1264, 1265, 1292, 1364, 1366, 1406, 1411, 1526, 3156, 3819]);

export function changesRows({ code }: ClientWarning): boolean {
  return ALTERING.has(code);
}
