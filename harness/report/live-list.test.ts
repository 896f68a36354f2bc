import { Writable } from 'node:stream';
import { expect, jest, test } from '@jest/globals';
import { LiveList } from './live-list.ts';

class FakeTerminal extends Writable {
  readonly columns = 80;
  readonly rows = 24;
  text = '';
  writes = 0;
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    this.writes += 1;
    done();
  }
}

test('redraws are throttled, notes stay, and the last list is complete', () => {
  jest.useFakeTimers();
  const terminal = new FakeTerminal();
  const list = new LiveList({ terminal, colour: false, clock: () => performance.now() });
  list.listener({ type: 'stepStarted', index: 0, name: 'copy', title: 'Copy', atMs: 0 });
  const drawn = terminal.writes;
  for (let done = 1; done <= 1000; done++) {
    list.listener({ type: 'stepProgress', index: 0, done, total: 1000, unit: 'rows', atMs: 1 });
  }
  expect(terminal.writes).toBe(drawn);
  jest.advanceTimersByTime(100);
  expect(terminal.writes).toBe(drawn + 1);
  expect(terminal.text).toContain('1,000/1,000 rows');

  list.listener({ type: 'note', text: 'a note', atMs: 120 });
  list.listener({
    type: 'stepEnded',
    index: 0,
    name: 'copy',
    title: 'Copy',
    verdict: 'pass',
    durationMs: 130,
    atMs: 130,
  });
  list.stop();
  const { text } = terminal;
  expect(text).toContain('a note\n');
  expect(text.endsWith('✔ Copy     130 ms\n')).toBe(true);

  list.stop();
  list.listener({ type: 'note', text: 'too late', atMs: 140 });
  jest.advanceTimersByTime(1000);
  expect(terminal.text).toBe(text);
  jest.useRealTimers();
});
