import { expect, test } from '@jest/globals';
import { NotAcknowledged, type Stage } from './outcome.ts';

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

function outcome(error: unknown, stage: Stage, isVtgate = true) {
  return new NotAcknowledged(error, stage, isVtgate).outcome;
}

test.each([
  ['a refused connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
  ['a connection that times out', Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' })],
  ['a locked account', fromServer('ER_ACCOUNT_HAS_BEEN_LOCKED', 'Account is locked.')],
])('%s: nothing was sent, so it surely failed', (_, error) => {
  expect(outcome(error, 'connect')).toBe('fail');
});

test.each([lost, timeout, deadlock, denied, noTablet, duplicate, new Error('anything')])(
  'before COMMIT is sent nothing is applied, after it nothing is known: %s',
  (error) => {
    expect(outcome(error, 'before-commit')).toBe('fail');
    expect(outcome(error, 'commit')).toBe('info');
    expect(outcome(error, 'commit', false)).toBe('info');
  },
);

test.each([
  ['a lost connection', lost, 'info'],
  ['a timeout', timeout, 'info'],
  ['the query was killed', fromServer('ER_QUERY_INTERRUPTED', 'Query execution was interrupted'), 'info'],
  ['an error at commit', fromServer('ER_ERROR_DURING_COMMIT', 'Got error 149 during COMMIT'), 'info'],
  ['something new', new Error('something new'), 'info'],
  ['a deadlock', deadlock, 'fail'],
  ['a lock timeout', fromServer('ER_LOCK_WAIT_TIMEOUT', 'Lock wait timeout exceeded'), 'fail'],
  ['read-only', fromServer('ER_OPTION_PREVENTS_STATEMENT', 'running with the --super-read-only option'), 'fail'],
  ['a missing table', fromServer('ER_NO_SUCH_TABLE', "Table 'commerce.gone' doesn't exist"), 'fail'],
])('a statement that commits itself: %s', (_, error, expected) => {
  expect(outcome(error, 'autocommit', true)).toBe(expected);
  expect(outcome(error, 'autocommit', false)).toBe(expected);
});

test('vtgate may have tried before: what hides a first try is not sure', () => {
  expect(outcome(denied, 'autocommit')).toBe('fail');
  expect(outcome(noTablet, 'autocommit')).toBe('info');
  expect(outcome(vtgate('primary is not serving, there is a reparent operation in progress'), 'autocommit')).toBe(
    'info',
  );
  expect(outcome(evicted('<nil>'), 'autocommit')).toBe('fail');
  expect(outcome(evicted('disallowed due to rule: enforce denied tables'), 'autocommit')).toBe('fail');
  expect(outcome(evicted('rpc error: code = Unavailable desc = error reading from server: EOF'), 'autocommit')).toBe(
    'info',
  );
  expect(outcome(duplicate, 'autocommit', true)).toBe('info');
  expect(outcome(duplicate, 'autocommit', false)).toBe('fail');
});

test('the id that a duplicate primary key names', () => {
  expect(new NotAcknowledged(duplicate, 'before-commit', true)).toMatchObject({
    class: 'duplicate-key',
    duplicate: 17,
  });
  const value = fromServer('ER_DUP_ENTRY', "Duplicate entry '5' for key 'roundtrip_ids.value'");
  expect(new NotAcknowledged(value, 'before-commit', true).duplicate).toBeUndefined();
});
