import type { ErrorClass } from '../error-classes.ts';

// Vitess passes most of its own errors on as 1105 (unknown), or with a MySQL number that says less than the text, so
// the text is tried first. The order matters: a failed buffering wraps the error that it was waiting out.
const byText: readonly [RegExp, ErrorClass][] = [
  [/enforce denied tables|enforce blacklisted tables/i, 'denied-table'],
  [/buffer is full|buffer full|failed to automatically buffer|before failover finished/i, 'buffering'],
  [
    /reparent operation in progress|is being resharded|primary is not serving|operation not allowed in state/i,
    'reparent',
  ],
  [/no healthy tablet available|no connection for tablet|inconsistent state detected/i, 'no-tablet'],
  // vttablet rolls back transactions that take longer than its --queryserver-config-transaction-timeout.
  [/transaction \d+: (ended at|not found)/i, 'transaction-ended'],
  [/--(super-)?read-only option|READ[ -]ONLY (transaction|mode)/i, 'read-only'],
  [/context deadline exceeded|maximum statement execution time exceeded/i, 'timeout'],
  [
    /Lost connection to MySQL|server has gone away|rpc error: code = Unavailable|EOF \(errno 2013\)/i,
    'lost-connection',
  ],
];

const byCode: Readonly<Record<string, ErrorClass>> = {
  PROTOCOL_CONNECTION_LOST: 'lost-connection',
  PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR: 'lost-connection',
  ECONNRESET: 'lost-connection',
  EPIPE: 'lost-connection',
  ER_SERVER_SHUTDOWN: 'lost-connection',
  ER_QUERY_INTERRUPTED: 'lost-connection',
  ER_CLIENT_INTERACTION_TIMEOUT: 'lost-connection',
  CR_SERVER_GONE_ERROR: 'lost-connection',
  CR_SERVER_LOST: 'lost-connection',
  PROTOCOL_SEQUENCE_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  ER_QUERY_TIMEOUT: 'timeout',
  ECONNREFUSED: 'connection-refused',
  ENOENT: 'connection-refused',
  ENOTFOUND: 'connection-refused',
  EHOSTUNREACH: 'connection-refused',
  ER_LOCK_DEADLOCK: 'deadlock',
  ER_LOCK_WAIT_TIMEOUT: 'lock-timeout',
  ER_DUP_ENTRY: 'duplicate-key',
  ER_DUP_ENTRY_WITH_KEY_NAME: 'duplicate-key',
  ER_OPTION_PREVENTS_STATEMENT: 'read-only',
  ER_READ_ONLY_MODE: 'read-only',
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: 'read-only',
  ER_ACCESS_DENIED_ERROR: 'access-denied',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 'access-denied',
  ER_DBACCESS_DENIED_ERROR: 'access-denied',
  ER_TABLEACCESS_DENIED_ERROR: 'access-denied',
  ER_COLUMNACCESS_DENIED_ERROR: 'access-denied',
  ER_SPECIFIC_ACCESS_DENIED_ERROR: 'access-denied',
  ER_ACCOUNT_HAS_BEEN_LOCKED: 'access-denied',
};

/** Returns the class of any error that a query or a connection of mysql2 throws. */
export function classify(error: unknown): ErrorClass {
  const { code, message } = shapeOf(error);
  const said = byText.find(([pattern]) => pattern.test(message))?.[1];
  if (said !== undefined) return said;
  // mysql2 uses the same code for a lost connection and for one that was never made; the text distinguishes them.
  if (/connect ECONNREFUSED/.test(message)) return 'connection-refused';
  return byCode[code] ?? `other: ${code === '' ? message.slice(0, 80) : code}`;
}

/** Whether the connection can no longer be used after this error. */
export function endsConnection(error: unknown): boolean {
  const { code, fatal } = shapeOf(error);
  const kind = byCode[code];
  return (
    fatal || kind === 'lost-connection' || kind === 'timeout' || /closed state|is closed/.test(shapeOf(error).message)
  );
}

function shapeOf(error: unknown): { code: string; message: string; fatal: boolean } {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error), fatal: false };
  const text = (name: string) => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : '';
  };
  return {
    code: text('code'),
    message: text('sqlMessage') || text('message'),
    fatal: Reflect.get(error, 'fatal') === true,
  };
}

/** Returns MySQL's number of an error, or undefined if it has none. */
export function errnoOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return undefined;
  return typeof error.errno === 'number' ? error.errno : undefined;
}
