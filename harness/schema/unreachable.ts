import { messageOf, trouble, usage, type RoundtripError } from '../errors.ts';

/**
 * What the caller has to correct, by error code: MySQL's own (its manual, “Server Error Message Reference”) or mysql2's
 * (lib/base/connection.js, lib/commands/client_handshake.js).
 */
const MENDS: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: 'Correct user, passwordEnv or passwordFile of the config.',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 'Correct user, passwordEnv or passwordFile of the config.',
  ER_DBACCESS_DENIED_ERROR: 'Correct database of the config, or GRANT SELECT on it.',
  ER_BAD_DB_ERROR: 'Correct database of the config.',
  ER_HOST_NOT_PRIVILEGED: 'Let the account in from this machine, or run this where it may connect from.',
  ER_SECURE_TRANSPORT_REQUIRED: 'Set tls: true in the config, or name the files with tls: { ca }.',
  HANDSHAKE_NO_SSL_SUPPORT: 'The server offers no TLS: enable it there, or set tls: false in the config.',
  HANDSHAKE_SSL_ERROR:
    'Name the certificate authority’s file with tls: { ca }, and the server by the name in its certificate.',
};

/** The caller must correct a refused connection; a server that does not answer is the machine's fault. */
export function unreachable(error: unknown, where: string, place: string): RoundtripError {
  const mend = MENDS[codeOf(error)];
  const facts = { what: `${where} cannot be reached.`, seen: messageOf(error) || codeOf(error), where: place };
  if (mend !== undefined) return usage({ ...facts, next: mend, cause: error });
  return trouble({ ...facts, next: 'Is it running, and can this machine connect to it?', cause: error });
}

/** Errors with which MySQL says that an account may not do something (its manual, “Server Error Message Reference”). */
const REFUSALS = ['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR', 'ER_SPECIFIC_ACCESS_DENIED_ERROR'];

/** Returns the error for a statement without an answer, or one that the account may not send. */
export function unanswered(error: unknown, where: string, about: string, timeoutMs: number): RoundtripError {
  if (REFUSALS.includes(codeOf(error))) {
    const next = 'GRANT the account the privilege that the message names.';
    return usage({ what: `${where} refuses a statement.`, seen: messageOf(error), where: about, next, cause: error });
  }
  const isGone = ['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ER_SERVER_SHUTDOWN'].includes(codeOf(error));
  if (!isGone && isAnswer(error)) {
    return trouble({ what: `${where} refuses a statement.`, seen: messageOf(error), where: about, cause: error });
  }
  return trouble({
    what: `${where} did not answer.`,
    expected: `an answer within ${timeoutMs} ms`,
    seen: messageOf(error) || codeOf(error),
    where: about,
    next: isGone
      ? 'It went away, or ended the connection: see its error log, then run again.'
      : 'Run again; if it stays so, send the statement by hand.',
    cause: error,
  });
}

/** Whether the error comes from the server itself, and not from the driver or the machine. */
function isAnswer(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'sqlState' in error && typeof error.sqlState === 'string';
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
