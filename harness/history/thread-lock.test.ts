import { expect, test } from '@jest/globals';
import { HistoryFile } from './history-file.ts';
import { StuckLock, ThreadLock } from './thread-lock.ts';

test('a lock that another thread holds is waited for, and given up', () => {
  const memory = new SharedArrayBuffer(4);
  const lock = new ThreadLock(memory, 50);
  expect(lock.hold(() => 'held')).toBe('held');
  // As a thread leaves it that was ended in the middle of a write.
  Atomics.store(new Int32Array(memory), 0, 1);
  const begun = performance.now();
  expect(() => lock.hold(() => 'held')).toThrow(StuckLock);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(49);
});

test('an error in a lock lets it go', () => {
  const lock = new ThreadLock(new SharedArrayBuffer(4), 50);
  expect(() => lock.hold(() => JSON.parse('broken'))).toThrow(SyntaxError);
  expect(lock.hold(() => 'held')).toBe('held');
});

test('a history whose lock is stuck is broken: that is told once, and then known at once', () => {
  const told: Error[] = [];
  const history = HistoryFile.begin(
    '/dev/null',
    () => 0,
    (fault) => told.push(fault),
    50,
  );
  history.append({ type: 'note', text: 'a' });
  Atomics.store(new Int32Array(history.shared.lock), 0, 1);
  expect(() => history.append({ type: 'note', text: 'b' })).toThrow(/cannot be written[^]*has been writing for/);
  expect(told).toHaveLength(1);
  const begun = performance.now();
  expect(() => history.append({ type: 'note', text: 'c' })).toThrow(/has been writing for/);
  expect(() => history.close()).toThrow(/has been writing for/);
  expect(performance.now() - begun).toBeLessThan(45);
});
