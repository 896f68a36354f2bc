import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { writeJepsen } from './jepsen.ts';

type Draft = Record<string, unknown>;

async function converted(
  history: readonly Draft[],
  finalState: readonly Draft[] | null,
): Promise<Record<string, string[]>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'roundtrip-jepsen-'));
  const lines = (drafts: readonly Draft[]) => drafts.map((draft) => `${JSON.stringify(draft)}\n`).join('');
  try {
    const numbered = history.map((draft, index) => ({ index, time: index * 10, ...draft }));
    await writeFile(path.join(folder, 'history.jsonl'), lines(numbered));
    if (finalState) await writeFile(path.join(folder, 'final-state.jsonl'), lines(finalState));
    const files = await writeJepsen(folder);
    const read: Record<string, string[]> = {};
    for (const file of files) read[path.basename(file)] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    return read;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const operation = (
  process: number,
  type: string,
  table: string,
  f: string,
  key: unknown,
  value: unknown,
  more: Draft = {},
): Draft => ({ process, type, f, table, key, value, ...more });

test('rows become independent registers', async () => {
  const t = 'rt_rows';
  const files = await converted(
    [
      { type: 'table', table: t, kind: 'rows', rows: 1 },
      operation(1, 'invoke', t, 'insert', 2, 7),
      operation(2, 'invoke', t, 'read', 1, null),
      operation(1, 'ok', t, 'insert', 2, 7, { server: 'uuid' }),
      operation(2, 'ok', t, 'read', 1, -1, { version: 1 }),
      operation(1, 'invoke', t, 'update', 2, 8),
      operation(1, 'info', t, 'update', 2, 8, { error: 'lost "it"' }),
      operation(2, 'invoke', t, 'delete', 1, null),
      operation(2, 'ok', t, 'delete', 1, null, { matched: 1 }),
      operation(2, 'invoke', t, 'update', 1, 9),
      operation(2, 'ok', t, 'update', 1, 9, { matched: 0 }),
      operation(2, 'invoke', t, 'read', 2, null, { tablet: 'replica' }),
      operation(2, 'ok', t, 'read', 2, null, { tablet: 'replica' }),
    ],
    [
      { type: 'begin', table: t, kind: 'rows', side: 'source' },
      { type: 'row', table: t, key: 2, value: 8, version: 2 },
      { type: 'end', table: t, rows: 1 },
    ],
  );
  expect(files).toEqual({
    'rows.edn': [
      '{:index 0, :time 0, :process -1, :type :invoke, :f :write, :value [1 -1]}',
      '{:index 1, :time 0, :process -1, :type :ok, :f :write, :value [1 -1]}',
      '{:index 2, :time 10, :process 1, :type :invoke, :f :write, :value [2 7], :line 1}',
      '{:index 3, :time 20, :process 2, :type :invoke, :f :read, :value [1 nil], :line 2}',
      '{:index 4, :time 30, :process 1, :type :ok, :f :write, :value [2 7], :line 3}',
      '{:index 5, :time 40, :process 2, :type :ok, :f :read, :value [1 -1], :line 4}',
      '{:index 6, :time 50, :process 1, :type :invoke, :f :write, :value [2 8], :line 5}',
      '{:index 7, :time 60, :process 1, :type :info, :f :write, :value [2 8], :error "lost \\"it\\"", :line 6}',
      '{:index 8, :time 70, :process 2, :type :invoke, :f :write, :value [1 nil], :line 7}',
      '{:index 9, :time 80, :process 2, :type :ok, :f :write, :value [1 nil], :line 8}',
      '{:index 10, :time 90, :process 2, :type :invoke, :f :write, :value [1 9], :line 9}',
      '{:index 11, :time 100, :process 2, :type :fail, :f :write, :value [1 9], :line 10}',
      '{:index 12, :time 120, :process 3, :type :invoke, :f :read, :value [2 nil]}',
      '{:index 13, :time 120, :process 3, :type :ok, :f :read, :value [2 8]}',
      '{:index 14, :time 120, :process 3, :type :invoke, :f :read, :value [1 nil]}',
      '{:index 15, :time 120, :process 3, :type :ok, :f :read, :value [1 nil]}',
    ],
  });
});

test('append becomes a set, ids become unique ids, and bank becomes what Jepsen calls one', async () => {
  const files = await converted(
    [
      { type: 'table', table: 'a', kind: 'append', rows: 0 },
      { type: 'table', table: 'b', kind: 'bank', rows: 2, balance: 10 },
      { type: 'table', table: 'i', kind: 'ids', rows: 0 },
      { type: 'table', table: 's', kind: 'sql', rows: 5, keyColumn: 'id' },
      operation(1, 'invoke', 'a', 'append', null, 7),
      operation(1, 'ok', 'a', 'append', null, 7),
      operation(1, 'invoke', 'b', 'transfer', 1, 3, { to: 2 }),
      operation(1, 'ok', 'b', 'transfer', 1, 3, { to: 2 }),
      operation(1, 'invoke', 'b', 'read', null, null),
      operation(1, 'ok', 'b', 'read', null, [7, 13]),
      operation(1, 'invoke', 'i', 'generate', null, 8),
      operation(1, 'ok', 'i', 'generate', 100, 8),
      operation(1, 'invoke', 'i', 'delete', 100, null),
      operation(1, 'ok', 'i', 'delete', 100, null, { matched: 1 }),
      operation(1, 'invoke', 's', 'insert', null, 9),
      operation(1, 'ok', 's', 'insert', 6, 9),
    ],
    [
      { type: 'row', table: 'a', key: null, value: 7 },
      { type: 'row', table: 'a', key: null, value: 7 },
      { type: 'end', table: 'a', rows: 2 },
      { type: 'row', table: 'b', key: 1, value: 7, version: 1 },
      { type: 'row', table: 'b', key: 2, value: 13, version: 1 },
      { type: 'end', table: 'b', rows: 2 },
      { type: 'end', table: 'i', rows: 0 },
    ],
  );
  expect(files).toEqual({
    'append.edn': [
      '{:index 0, :time 40, :process 1, :type :invoke, :f :add, :value 7, :line 4}',
      '{:index 1, :time 50, :process 1, :type :ok, :f :add, :value 7, :line 5}',
      '{:index 2, :time 50, :process 2, :type :invoke, :f :read, :value nil}',
      '{:index 3, :time 50, :process 2, :type :ok, :f :read, :value [7 7]}',
    ],
    'bank.edn': [
      '{:index 0, :time 60, :process 1, :type :invoke, :f :transfer, :value {:from 1, :to 2, :amount 3}, :line 6}',
      '{:index 1, :time 70, :process 1, :type :ok, :f :transfer, :value {:from 1, :to 2, :amount 3}, :line 7}',
      '{:index 2, :time 80, :process 1, :type :invoke, :f :read, :value nil, :line 8}',
      '{:index 3, :time 90, :process 1, :type :ok, :f :read, :value {1 7, 2 13}, :line 9}',
      '{:index 4, :time 90, :process 2, :type :invoke, :f :read, :value nil}',
      '{:index 5, :time 90, :process 2, :type :ok, :f :read, :value {1 7, 2 13}}',
    ],
    'ids.edn': [
      '{:index 0, :time 100, :process 1, :type :invoke, :f :generate, :value nil, :line 10}',
      '{:index 1, :time 110, :process 1, :type :ok, :f :generate, :value 100, :line 11}',
    ],
  });
});

test('a second table of a kind has a file of its own, and a missing final state adds no reads', async () => {
  const files = await converted(
    [
      { type: 'table', table: 'a', kind: 'append', rows: 0 },
      { type: 'table', table: 'b', kind: 'append', rows: 0 },
      operation(1, 'invoke', 'b', 'append', null, 7),
    ],
    null,
  );
  expect(files).toEqual({
    'append.edn': [''],
    'append-b.edn': ['{:index 0, :time 20, :process 1, :type :invoke, :f :add, :value 7, :line 2}'],
  });
});
