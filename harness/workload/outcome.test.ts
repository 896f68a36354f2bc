import { expect, test } from '@jest/globals';
import { NotAcknowledged, type FailurePoint } from './outcome.ts';

const fromServer = (code: string, sqlMessage: string) => Object.assign(new Error(sqlMessage), { code, sqlMessage });
const lost = Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true });
const timeout = Object.assign(new Error('Query inactivity timeout'), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' });
const deadlock = fromServer('ER_LOCK_DEADLOCK', 'Deadlock found when trying to get lock');
const duplicate = fromServer('ER_DUP_ENTRY', "Duplicate entry '17' for key 'roundtrip_ids.PRIMARY'");
const vtgate = (text: string) => fromServer('ER_UNKNOWN_ERROR', `target: customer.0.primary: ${text}`);
const denied = vtgate(
  'vttablet: rpc error: code = FailedPrecondition desc = disallowed due to rule: enforce denied tables',
);
const noTablet = vtgate(`no healthy tablet available for 'keyspace:"customer" shard:"0" tablet_type:PRIMARY'`);
const evicted = (original: string) =>
  vtgate(
    `failed to automatically buffer and retry failed request during failover. original err (type=*x): ${original}: buffer full`,
  );

function outcome(error: unknown, stage: FailurePoint, isVtgate = true) {
  return new NotAcknowledged(error, stage, isVtgate).outcome;
}

test.each([
  ['a refused connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
  ['a connection that times out', Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' })],
  ['a locked account', fromServer('ER_ACCOUNT_HAS_BEEN_LOCKED', 'Account is locked.')],
])('%s: nothing was sent, so it certainly failed', (_, error) => {
  expect(outcome(error, 'connect')).toBe('fail');
});

test.each([lost, timeout, deadlock, denied, noTablet, duplicate, new Error('anything')])(
  'before COMMIT is sent nothing is applied, and after that nothing is known: %s',
  (error) => {
    expect(outcome(error, 'before-commit')).toBe('fail');
    expect(outcome(error, 'commit')).toBe('info');
    expect(outcome(error, 'commit', false)).toBe('info');
  },
);

const unreachable = Object.assign(new Error('read EHOSTUNREACH'), { code: 'EHOSTUNREACH', fatal: true });

test.each([
  ['a lost connection', lost],
  ['a connection whose route is lost while it waits', unreachable],
  ['a timeout', timeout],
  ['the query was killed', fromServer('ER_QUERY_INTERRUPTED', 'Query execution was interrupted')],
  ['an error at commit', fromServer('ER_ERROR_DURING_COMMIT', 'Got error 149 during COMMIT')],
  ['something new', new Error('something new')],
])('an autocommitted statement: the outcome is not known after %s', (_, error) => {
  expect(outcome(error, 'autocommit', true)).toBe('info');
  expect(outcome(error, 'autocommit', false)).toBe('info');
});

test.each([
  ['a deadlock', deadlock],
  ['a lock timeout', fromServer('ER_LOCK_WAIT_TIMEOUT', 'Lock wait timeout exceeded')],
  ['read-only', fromServer('ER_OPTION_PREVENTS_STATEMENT', 'running with the --super-read-only option')],
  ['a missing table', fromServer('ER_NO_SUCH_TABLE', "Table 'commerce.gone' doesn't exist")],
  ['a missing column', fromServer('ER_BAD_FIELD_ERROR', "Unknown column 'gone' in 'field list'")],
  ['no privilege', fromServer('ER_TABLEACCESS_DENIED_ERROR', "UPDATE command denied to user 'app'")],
  ['a duplicate key', duplicate],
  ['a number out of range', fromServer('ER_WARN_DATA_OUT_OF_RANGE', "Out of range value for column 'version'")],
  ['a missing parent', fromServer('ER_NO_REFERENCED_ROW_2', 'a foreign key constraint fails')],
])('an autocommitted statement: MySQL undid it at %s, but vtgate may have tried it before', (_, error) => {
  expect(outcome(error, 'autocommit', false)).toBe('fail');
  expect(outcome(error, 'autocommit', true)).toBe('info');
});

test.each([
  denied,
  noTablet,
  vtgate('primary is not serving, there is a reparent operation in progress'),
  vtgate('query update t failed after retries: disallowed due to rule: enforce denied tables'),
  evicted('<nil>'),
  evicted('disallowed due to rule: enforce denied tables'),
  evicted('rpc error: code = Unavailable desc = error reading from server: EOF'),
])('vtgate shows only its last attempt, so an earlier one may have been applied: %s', (error) => {
  expect(outcome(error, 'autocommit')).toBe('info');
});

test('a statement that cannot be parsed was never executed', () => {
  const syntax = fromServer('ER_PARSE_ERROR', 'You have an error in your SQL syntax');
  expect(outcome(syntax, 'autocommit', true)).toBe('fail');
  expect(outcome(syntax, 'autocommit', false)).toBe('fail');
});

test('the id that a duplicate primary key names', () => {
  expect(new NotAcknowledged(duplicate, 'before-commit', true)).toMatchObject({
    class: 'duplicate-key',
    duplicate: 17,
  });
  const value = fromServer('ER_DUP_ENTRY', "Duplicate entry '5' for key 'roundtrip_ids.value'");
  expect(new NotAcknowledged(value, 'before-commit', true).duplicate).toBeUndefined();
});
