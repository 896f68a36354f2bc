import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readFinalState } from './final-state-reader.ts';
import { readHistory, type OtherLine } from './history-reader.ts';
import type { FinalRow, OperationLine } from './lines.ts';
import { formatFinalRow, formatOperation, OPERATION_FIELDS } from './operation-format.ts';
import { OperationScanner, type ScannedOperation } from './scan/operation-scanner.ts';

const whole = fc.oneof(fc.nat(), fc.integer({ min: -1000, max: 1000 }), fc.maxSafeInteger());
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('rt_rows', 'a"b', 'a\\b', 'a\nb', ''),
);

const operation: fc.Arbitrary<OperationLine> = fc.record(
  {
    index: fc.nat(),
    process: fc.nat(),
    type: fc.constantFrom('invoke', 'ok', 'fail', 'info'),
    f: fc.constantFrom('insert', 'update', 'delete', 'read', 'append', 'transfer', 'generate', 'transaction'),
    table: text,
    key: fc.oneof(whole, text, fc.constant(null)),
    value: fc.oneof(whole, fc.array(whole), fc.constant(null)),
    time: fc.oneof(fc.nat(), fc.maxSafeInteger().map(Math.abs)),
    version: whole,
    matched: fc.nat(),
    to: whole,
    server: text,
    answered: whole,
    error: text,
    message: text,
    duplicate: whole,
    late: whole,
    statement: text,
    tablet: fc.constantFrom('replica', 'rdonly'),
    executed: fc.array(
      fc.record(
        { f: fc.constantFrom('insert', 'update', 'delete', 'read'), table: text, key: whole, matched: fc.nat() },
        { requiredKeys: ['f', 'table', 'key'] },
      ),
    ),
    attempt: fc.nat(),
    of: fc.nat(),
    retried: fc.boolean(),
  },
  { requiredKeys: ['index', 'process', 'type', 'f', 'table', 'key', 'value', 'time'] },
);

/** The same without an error, as it is on the lines of a statement, with numbers and names of the usual kind. */
function plainOf(line: OperationLine, key: number, time: number): OperationLine {
  const { error: _error, message: _message, duplicate: _duplicate, ...others } = line;
  const { executed: _executed, attempt: _attempt, of: _of, retried: _retried, ...rest } = others;
  const names = { table: 'rt_rows', server: 'aa-bb', statement: 'add order' };
  return { ...rest, ...names, key, value: [1, -2], time, version: 1, to: 2, answered: time, late: 7 };
}

const bytesOf = (line: string) => Buffer.from(`${line}\n`);

/** The line without the fields that are undefined. */
function plain(line: ScannedOperation): unknown {
  return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined));
}

test('an operation is written with its fields in order, as equivalent JSON', () => {
  fc.assert(
    fc.property(operation, (line) => {
      const parsed: OperationLine = JSON.parse(formatOperation(line));
      expect(parsed).toEqual(JSON.parse(JSON.stringify(line)));
      const present = new Set(Object.keys(line));
      expect(Object.keys(parsed)).toEqual(OPERATION_FIELDS.filter((field) => present.has(field)));
    }),
  );
});

test('the scanner reads the same as JSON.parse, or says that it cannot', () => {
  const scanner = new OperationScanner();
  fc.assert(
    fc.property(operation, (line) => {
      const bytes = bytesOf(formatOperation(line));
      const next = scanner.scan(bytes, 0);
      if (next < 0) return;
      expect(next).toBe(bytes.length);
      expect(plain(scanner.operation)).toEqual(JSON.parse(bytes.toString()));
    }),
    { numRuns: 500 },
  );
});

test('operations without errors in plain words are always scanned', () => {
  const scanner = new OperationScanner();
  const small = fc.integer({ min: -1e15 + 1, max: 1e15 - 1 });
  fc.assert(
    fc.property(operation, small, small, (line, key, time) => {
      const bytes = bytesOf(formatOperation(plainOf(line, key, time)));
      expect(scanner.scan(bytes, 0)).toBe(bytes.length);
      expect(plain(scanner.operation)).toEqual(JSON.parse(bytes.toString()));
    }),
  );
});

test('a line with one byte changed is scanned only if JSON.parse reads the same', () => {
  const scanner = new OperationScanner();
  fc.assert(
    fc.property(operation, fc.nat(), fc.integer({ min: 32, max: 126 }), (line, place, byte) => {
      const bytes = bytesOf(formatOperation(plainOf(line, place, byte)));
      bytes[place % (bytes.length - 1)] = byte;
      if (scanner.scan(bytes, 0) < 0) return;
      expect(plain(scanner.operation)).toEqual(JSON.parse(bytes.toString()));
    }),
    { numRuns: 2000 },
  );
});

async function inFile<T>(name: string, content: string, body: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'roundtrip-history-'));
  try {
    const file = path.join(folder, name);
    await writeFile(file, content);
    return await body(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readAll(content: string): Promise<unknown[]> {
  const lines: unknown[] = [];
  await inFile('history.jsonl', content, async (file) => {
    await readHistory(file, {
      operation: (line, raw) => {
        expect(JSON.parse(raw.toString())).toEqual(plain(line));
        lines.push(plain(line));
      },
      line: (line: OtherLine) => lines.push(line),
    });
  });
  return lines;
}

test('a file is read as JSON.parse reads its lines, up to the last whole one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 6 }), fc.nat(), async (operations, cut) => {
      const lines = operations.map((line, index) =>
        index % 5 === 4
          ? JSON.stringify({ index, time: 0, type: 'note', text: 'ä\n' })
          : formatOperation({ ...line, index }),
      );
      const content = lines.map((line) => `${line}\n`).join('');
      expect(await readAll(content)).toEqual(lines.map((line) => JSON.parse(line)));
      const bytes = Buffer.from(content).subarray(0, cut % (Buffer.byteLength(content) + 1));
      const untilCut = bytes.toString().split('\n').slice(0, -1);
      expect(await readAll(bytes.toString())).toEqual(untilCut.map((line) => JSON.parse(line)));
    }),
    { numRuns: 30 },
  );
}, 60_000);

test('lines that span two pieces of a file are read whole', async () => {
  const lines = Array.from({ length: 40_000 }, (_, index) =>
    JSON.stringify({ index, time: 0, type: 'note', text: 'x'.repeat(index % 700) }),
  );
  const read = await readAll(`${lines.join('\n')}\n`);
  expect(read).toEqual(lines.map((line) => JSON.parse(line)));
});

test('strings stay unchanged when the buffers are filled again', async () => {
  const names = ['rt_rows', 'rt_bank', 'customer'];
  const line = (index: number): OperationLine => {
    const table = names[Math.floor(index / 40_000) % 3]!;
    return { index, process: 1, type: 'invoke', f: 'append', table, key: null, value: index, time: index };
  };
  const lines = Array.from({ length: 300_000 }, (_, index) => formatOperation(line(index)));
  let index = 0;
  await inFile('history.jsonl', `${lines.join('\n')}\n`, async (file) => {
    await readHistory(file, {
      operation: ({ table, value }) => {
        if (table !== line(index).table || value !== index) throw new Error(`line ${index} is of ${table}`);
        index++;
      },
      line: () => {},
    });
  });
  expect(index).toBe(lines.length);
}, 60_000);

const note = (index: number) => `${JSON.stringify({ index, time: 0, type: 'note', text: '' })}\n`;

test('a broken line is reported with its number and content', async () => {
  await expect(readAll(`${note(0)}{"index":1,"ty\n${note(2)}`)).rejects.toThrow(/Line 1 [^]*\{"index":1,"ty/);
  await expect(readAll(`${note(0)}${note(2)}`)).rejects.toThrow(/Line 1 .*index 2/);
  await expect(readAll(`${note(0)}7\n`)).rejects.toThrow(/Line 1 .*no type/);
  await expect(readHistory('no/such/file', { operation: () => {}, line: () => {} })).rejects.toMatchObject({
    outcome: 'usage',
  });
});

test('the final state is read as JSON.parse reads it', async () => {
  const row: fc.Arbitrary<FinalRow> = fc.record(
    {
      type: fc.constant('row'),
      table: text,
      key: fc.oneof(whole, fc.constant(null)),
      value: fc.oneof(whole, fc.constant(null)),
      version: whole,
    },
    { requiredKeys: ['type', 'table', 'key', 'value'] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 6 }), async (rows) => {
      const begin = { type: 'begin', table: 't', kind: 'rows', side: 'source' };
      const end = { type: 'end', table: 't', rows: rows.length };
      const content = [JSON.stringify(begin), ...rows.map(formatFinalRow), JSON.stringify(end)].join('\n');
      const read: unknown[] = [];
      await inFile('final-state.jsonl', `${content}\n`, async (file) => {
        await readFinalState(file, {
          row: ({ version, ...rest }) => read.push({ type: 'row', ...rest, ...(version !== undefined && { version }) }),
          finalLine: (line) => read.push(line),
        });
      });
      expect(read).toEqual(content.split('\n').map((line) => JSON.parse(line)));
    }),
    { numRuns: 50 },
  );
  await expect(
    inFile('final-state.jsonl', '{"type":"row"\n', async (file) => {
      await readFinalState(file, { row: () => {}, finalLine: () => {} });
    }),
  ).rejects.toThrow(/Line 0 of the final state/);
}, 60_000);
