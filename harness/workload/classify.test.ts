import { expect, test } from '@jest/globals';
import { classify, endsConnection } from './classify.ts';

// The shapes in which mysql2 throws: an Error with `code`, and for a server's message also `errno` and `sqlMessage`.
function fromServer(code: string, errno: number, sqlMessage: string) {
  return Object.assign(new Error(sqlMessage), { code, errno, sqlState: 'HY000', sqlMessage });
}

function fromClient(code: string, message: string, fatal = true) {
  return Object.assign(new Error(message), { code, fatal });
}

const vtgate = (text: string) => fromServer('ER_UNKNOWN_ERROR', 1105, `target: customer.0.primary: ${text}`);

test.each([
  [fromClient('PROTOCOL_CONNECTION_LOST', 'Connection lost: The server closed the connection.'), 'lost-connection'],
  [fromClient('ECONNRESET', 'read ECONNRESET'), 'lost-connection'],
  [fromServer('ER_SERVER_SHUTDOWN', 1053, 'Server shutdown in progress'), 'lost-connection'],
  [fromClient('PROTOCOL_SEQUENCE_TIMEOUT', 'Query inactivity timeout'), 'timeout'],
  [fromClient('ETIMEDOUT', 'connect ETIMEDOUT'), 'timeout'],
  [
    fromServer('ER_LOCK_DEADLOCK', 1213, 'Deadlock found when trying to get lock; try restarting transaction'),
    'deadlock',
  ],
  [fromServer('ER_LOCK_WAIT_TIMEOUT', 1205, 'Lock wait timeout exceeded; try restarting transaction'), 'lock-timeout'],
  [fromServer('ER_DUP_ENTRY', 1062, "Duplicate entry '1' for key 'customer.PRIMARY'"), 'duplicate-key'],
  [
    fromServer(
      'ER_OPTION_PREVENTS_STATEMENT',
      1290,
      'The MySQL server is running with the --super-read-only option so it cannot execute this statement',
    ),
    'read-only',
  ],
  [
    fromServer('ER_ACCESS_DENIED_ERROR', 1045, "Access denied for user 'app'@'%' (using password: YES)"),
    'access-denied',
  ],
  [fromServer('ER_ACCOUNT_HAS_BEEN_LOCKED', 3118, "Access denied for user 'app'. Account is locked."), 'access-denied'],
  [fromClient('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:3306'), 'connection-refused'],
  [
    vtgate(
      'vttablet: rpc error: code = FailedPrecondition desc = disallowed due to rule: enforce denied tables (CallerID: app)',
    ),
    'denied-table',
  ],
  [vtgate(`no healthy tablet available for 'keyspace:"customer" shard:"0" tablet_type:PRIMARY'`), 'no-tablet'],
  [vtgate('primary is not serving, there is a reparent operation in progress'), 'reparent'],
  [vtgate('primary buffer is full'), 'buffering'],
  [
    fromServer(
      'ER_QUERY_INTERRUPTED',
      1317,
      'vttablet: rpc error: code = Aborted desc = transaction 1795386942278517775: ended at 2026-11-22 22:36:40.698 UTC (exceeded timeout: 30s)',
    ),
    'transaction-ended',
  ],
  [
    vtgate(
      'failed to automatically buffer and retry failed request during failover. original err ' +
        '(type=*vterrors.fundamental): <nil>: buffer full: request evicted for newer request',
    ),
    'buffering',
  ],
  [vtgate('vttablet: rpc error: code = DeadlineExceeded desc = context deadline exceeded'), 'timeout'],
  [vtgate('vttablet: rpc error: code = Unavailable desc = error reading from server: EOF'), 'lost-connection'],
  [fromServer('ER_NO_SUCH_TABLE', 1146, "Table 'commerce.gone' doesn't exist"), 'other: ER_NO_SUCH_TABLE'],
  [new Error('something new'), 'other: something new'],
  ['not even an error', 'other: not even an error'],
])('%s is %s', (error, expected) => {
  expect(classify(error)).toBe(expected);
});

test('a connection ends with a lost connection and with a timeout, not with a refused write', () => {
  expect(endsConnection(fromClient('PROTOCOL_CONNECTION_LOST', 'Connection lost'))).toBe(true);
  expect(endsConnection(fromClient('PROTOCOL_SEQUENCE_TIMEOUT', 'Query inactivity timeout', false))).toBe(true);
  expect(endsConnection(new Error("Can't add new command when connection is in closed state"))).toBe(true);
  expect(endsConnection(fromServer('ER_DUP_ENTRY', 1062, 'Duplicate entry'))).toBe(false);
  expect(endsConnection(vtgate('primary buffer is full'))).toBe(false);
});
