import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { trouble } from '../errors.ts';
import { HistoryFile, type NewLine } from './history-file.ts';
import { Recorder } from './recorder.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'history-'));
afterAll(() => rmSync(directory, { recursive: true }));
let files = 0;
const newFile = () => path.join(directory, `${files++}.jsonl`);

function linesOf(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const operation = (type: 'invoke' | 'ok', value: number): NewLine => ({
  process: 0,
  type,
  f: 'append',
  table: 't',
  key: null,
  value,
});

test('lines are numbered without gaps, in the order of the calls, and time never goes back', () => {
  const file = newFile();
  const clock = [5, 3, 8.0000004, 8, 9];
  using history = HistoryFile.begin(file, () => clock.shift() ?? 10);
  history.append({ type: 'note', text: 'a' });
  history.append(operation('invoke', 1));
  history.append(operation('ok', 1));
  history.append(operation('invoke', 2));
  history.append({ type: 'fault', event: 'strike', name: 'kill' });
  history.close();
  const lines = linesOf(file);
  expect(lines.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  expect(lines.map(({ time }) => time)).toEqual([5_000_000, 5_000_000, 8_000_000, 8_000_000, 9_000_000]);
  expect(lines.map(({ type }) => type)).toEqual(['note', 'invoke', 'ok', 'invoke', 'fault']);
});

test('an invocation is in the file when append returns, with everything before it', () => {
  const file = newFile();
  using history = HistoryFile.begin(file, () => 0);
  history.append(operation('invoke', 1));
  expect(linesOf(file)).toHaveLength(1);
  history.append(operation('ok', 1));
  expect(linesOf(file)).toHaveLength(1);
  history.append(operation('invoke', 2));
  expect(linesOf(file)).toHaveLength(3);
});

test('a line that is not an invocation is in the file soon after', async () => {
  const file = newFile();
  using history = HistoryFile.begin(file, () => 0);
  history.append({ type: 'note', text: 'soon' });
  expect(linesOf(file)).toHaveLength(0);
  await sleep(200);
  expect(linesOf(file)).toHaveLength(1);
});

test('steps, notes and observations of a recorder are in the file, progress is not, and neither is anything after it is closed', async () => {
  const file = newFile();
  const recorder = new Recorder();
  const history = HistoryFile.begin(file, () => recorder.now());
  recorder.listen(history.listener);
  await recorder.step('copy', 'copy', async ({ progress, note }) => {
    progress({ done: 1, total: 2, unit: 'rows' });
    note('half way');
  });
  recorder.observed({ of: 'problem', verdict: 'unknown', what: 'odd' });
  const failing = recorder.step('vdiff', 'vdiff', async () => {
    throw trouble({ what: 'gone' });
  });
  await expect(failing).rejects.toThrow('gone');
  history.close();
  recorder.note('too late');
  expect(linesOf(file)).toMatchObject([
    { index: 0, type: 'step', event: 'start', step: 0, name: 'copy', title: 'copy' },
    { index: 1, type: 'note', text: 'half way' },
    { index: 2, type: 'step', event: 'end', step: 0, name: 'copy', verdict: 'pass', durationMs: expect.any(Number) },
    { index: 3, type: 'observation', of: 'problem', what: 'odd' },
    { index: 4, type: 'step', event: 'start', step: 1, name: 'vdiff' },
    { index: 5, type: 'step', event: 'end', step: 1, verdict: 'unknown', error: 'gone' },
  ]);
});

test('whatever a line contains is read back unchanged', () => {
  const text = fc.string({ unit: 'binary' });
  const line = fc.record({
    process: fc.nat(),
    type: fc.constantFrom('invoke', 'ok', 'fail', 'info'),
    f: fc.constant('read'),
    table: text,
    key: fc.oneof(fc.maxSafeInteger(), text, fc.constant(null)),
    value: fc.oneof(fc.maxSafeInteger(), fc.array(fc.maxSafeInteger()), fc.constant(null)),
    message: text,
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (operations) => {
      const file = newFile();
      using history = HistoryFile.begin(file, () => 1);
      for (const each of operations) history.append(each);
      history.close();
      expect(linesOf(file)).toEqual(operations.map((each, index) => ({ index, time: 1e6, ...each })));
    }),
    { numRuns: 50 },
  );
});

test('lines larger than the buffer, and more lines than it holds, are written whole', () => {
  const file = newFile();
  using history = HistoryFile.begin(file, () => 0);
  const texts = ['ä'.repeat(300_000), ...Array.from({ length: 5000 }, (_, at) => `line ${at}`)];
  for (const text of texts) history.append({ type: 'note', text });
  history.close();
  expect(linesOf(file).map((line) => line['text'])).toEqual(texts);
});

test('a full disk ends the history with trouble that names the file, then and at every later call', () => {
  const history = HistoryFile.begin('/dev/full', () => 0);
  expect(() => history.append(operation('invoke', 1))).toThrow(/cannot be written[^]*ENOSPC[^]*\/dev\/full/);
  expect(() => history.append({ type: 'note', text: 'a' })).toThrow(/ENOSPC/);
  expect(() => history.close()).toThrow(/ENOSPC/);
  expect(() => HistoryFile.begin('/nowhere/history.jsonl', () => 0)).toThrow(/ENOENT/);
});

test('a write that fails in the background is reported to the next caller', async () => {
  const history = HistoryFile.begin('/dev/full', () => 0);
  history.append({ type: 'note', text: 'a' });
  await sleep(200);
  expect(() => history.append({ type: 'note', text: 'b' })).toThrow(/ENOSPC/);
});

test('a runner that is killed leaves a file of whole lines, with every invocation', () => {
  const file = newFile();
  const script = path.join(directory, 'killed.ts');
  writeFileSync(
    script,
    `import { HistoryFile } from ${JSON.stringify(path.join(import.meta.dirname, 'history-file.ts'))};
     const history = HistoryFile.begin(${JSON.stringify(file)}, () => performance.now());
     for (let value = 0; ; value += 1) {
       history.append({ process: 0, type: 'invoke', f: 'append', table: 't', key: null, value });
       if (value === 1234) process.kill(process.pid, 'SIGKILL');
       history.append({ process: 0, type: 'ok', f: 'append', table: 't', key: null, value });
     }`,
  );
  expect(() => execFileSync(process.execPath, [script], { stdio: 'ignore' })).toThrow(/SIGKILL|failed/);
  const lines = linesOf(file);
  expect(lines).toHaveLength(2 * 1234 + 1);
  expect(lines.at(-1)).toMatchObject({ type: 'invoke', value: 1234 });
});

test('a fault is reported at once, and only once', () => {
  const told: Error[] = [];
  const history = HistoryFile.begin(
    '/dev/full',
    () => 0,
    (fault) => told.push(fault),
  );
  expect(() => history.append(operation('invoke', 1))).toThrow(/ENOSPC/);
  expect(() => history.append(operation('invoke', 2))).toThrow(/ENOSPC/);
  expect(told.map(({ message }) => message)).toEqual([expect.stringMatching(/ENOSPC/)]);
});

test('if the disk accepts half a line, nothing of it is left', () => {
  const file = newFile();
  const script = `
    import { HistoryFile } from ${JSON.stringify(new URL('history-file.ts', import.meta.url).href)};
    const history = HistoryFile.begin(${JSON.stringify(file)}, () => 0);
    for (let at = 0; at < 9; at++) { history.append({ type: 'note', text: 'x'.repeat(100) }); history.flush(); }
  `;
  // The shell's unit is 512 bytes; a file that would grow beyond the limit is refused as on a full disk.
  const args = ['-c', 'ulimit -f 1; exec "$0" --input-type=module --eval "$1"', process.execPath, script];
  const { status } = spawnSync('sh', args, { env: { ...process.env, NODE_OPTIONS: '' } });
  expect(status).toBe(1);
  expect(linesOf(file).map(({ index }) => index)).toEqual([0, 1, 2]);
});
