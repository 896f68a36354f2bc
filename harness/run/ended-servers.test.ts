import { expect, test } from '@jest/globals';
import { endedError, type SeenEnd } from './ended-servers.ts';

function ended(name: string, exitCode: number | null, words: string): SeenEnd {
  return { name, status: `Exited (${exitCode}) 3 seconds ago`, exitCode, logFile: `/logs/${name}.log`, words };
}

const PANIC = 'panic: runtime error: index out of range [1] with length 1\n\ngoroutine 164523 [running]:';

test.each([
  ['a panic', ended('commerce-100', 2, PANIC)],
  ['a signal that Go reports', ended('vtgate', 2, 'SIGSEGV: segmentation violation')],
  ['a signal that mysqld reports', ended('source-mysql', 2, '2026-11-29T07:00:54Z UTC - mysqld got signal 6 ;')],
  ['a signal without words', ended('source-mysql', 134, 'ready for connections')],
])('%s is a failure, because it would happen in production too', (_, crash) => {
  const error = endedError([crash], false, undefined);
  expect(error.outcome).toBe('fail');
  expect(error.facts).toMatchObject({ what: `The server ${crash.name} crashed.`, where: crash.logFile });
  expect(error.facts.seen).toContain(crash.words);
});

test.each([
  ['a server that was killed', [ended('commerce-100', 137, '{"level":"INFO"}')], false],
  ['a server that was stopped', [ended('vtctld', 0, '{"level":"INFO"}')], false],
  ['a server that gave up', [ended('vtgate', 1, 'Failed to connect to topo server')], false],
  ['a server whose end the engine does not explain', [ended('vtgate', null, '')], false],
  ['a panic for want of memory', [ended('vtgate', 2, 'fatal error: runtime: out of memory')], false],
  ['a panic for which there was a reason', [ended('commerce-100', 2, PANIC)], true],
])('%s says nothing about the migration', (_, servers, hadReason) => {
  const cause = new Error('no answer');
  const error = endedError(servers, hadReason, cause);
  expect([error.outcome, error.cause]).toEqual(['unknown', cause]);
  expect(error.facts.what).toBe(`The server ${servers[0]!.name} ended.`);
});

test('several servers are all named, and a crash beside another end is no failure', () => {
  const error = endedError([ended('etcd', 137, ''), ended('commerce-100', 2, PANIC)], false, undefined);
  expect(error.outcome).toBe('unknown');
  expect(error.facts.what).toBe('The servers etcd, commerce-100 ended.');
});
