import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { INVARIANT_IDS, type Finding, type InvariantId, type InvariantResult } from '../history/invariants.ts';
import type { Verdict } from '../history/steps.ts';
import type { FinalRow } from '../history/lines.ts';
import { judgeRun, verdictOf } from './judge-run.ts';
import { writeHealthyRun } from './model/healthy-run.ts';

const OPERATIONS = 3000;

// Files of some megabytes are written and read, on machines that may be busy.
jest.setTimeout(60_000);

async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'roundtrip-judge-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([1, 2, 3])('a healthy run passes, with every invariant judged (seed %d)', async (seed) => {
  await inFolder(async (folder) => {
    writeHealthyRun(folder, { operations: OPERATIONS, seed });
    const { results, verdict, operations, errors, run, marks } = await judgeRun(folder);
    expect(results.filter((each) => each.verdict !== 'pass')).toEqual([]);
    expect(results.map(({ id }) => id)).toEqual(INVARIANT_IDS);
    expect(results.every(({ judged }) => judged > 0)).toBe(true);
    expect(verdict).toBe('pass');
    expect(run.seed).toBe(seed);
    expect(marks.map(({ index }) => index)).toEqual(marks.map(({ index }) => index).toSorted((a, b) => a - b));
    const outcomes = Object.values(operations).flatMap((byName) => Object.values(byName));
    const [ok, others] = [
      outcomes.reduce((sum, each) => sum + each.ok, 0),
      outcomes.reduce((sum, { fail, info }) => sum + fail + info, 0),
    ];
    expect(ok + others).toBe(OPERATIONS + 3 * 32);
    expect(Object.values(errors).reduce((sum, each) => sum + each, 0)).toBe(others);
  });
});

test('a row that is gone at the end is named, with the lines about it', async () => {
  await inFolder(async (folder) => {
    let lost: FinalRow | null = null;
    const spoil = (row: FinalRow) => {
      if (lost !== null || row.table !== 'rt_rows' || row.version! < 4) return [row];
      lost = row;
      return [];
    };
    writeHealthyRun(folder, { operations: OPERATIONS, seed: 1, spoil });
    const heard: [string, Finding][] = [];
    const { results, verdict } = await judgeRun(folder, { onFinding: (id, finding) => heard.push([id, finding]) });
    const red = results.filter((each) => each.verdict === 'fail');
    const key = lost!['key'] as unknown;
    expect(verdict).toBe('fail');
    expect(red).toMatchObject([
      { id: 'no-lost-write', count: 1, findings: [{ table: 'rt_rows', key, which: ['first', 'worst', 'last'] }] },
    ]);
    expect(heard).toMatchObject([['no-lost-write', { key }]]);
    const { around, index } = red[0]!.findings[0]!;
    const lines = around.map((line) => JSON.parse(line));
    expect(around.length).toBeGreaterThanOrEqual(4);
    expect(around.length).toBeLessThanOrEqual(9);
    expect(lines.filter((line) => line.key === key).length).toBeGreaterThanOrEqual(3);
    expect(lines.map((line) => line.index)).toEqual(expect.arrayContaining([index! - 1, index, index! + 1]));
    expect(lines.map((line) => line.index)).toEqual(lines.map((line) => line.index).toSorted((a, b) => a - b));
  });
});

test('without a final state, or without the end of a table, it is unknown what is left in the tables', async () => {
  await inFolder(async (folder) => {
    writeHealthyRun(folder, { operations: OPERATIONS, seed: 1 });
    const file = path.join(folder, 'final-state.jsonl');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, lines.filter((line) => !line.includes('"end","table":"rt_append"')).join('\n'));
    const one = await judgeRun(folder);
    const open = one.results.filter((each) => each.verdict !== 'pass');
    expect(open.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(
      ['no-lost-write', 'no-phantom', 'no-duplicate'].map((id) => `${id} unknown`),
    );
    expect(open[0]!.reason).toBe('the final state of rt_append was not read whole');
    expect(one.verdict).toBe('unknown');
    await rm(file);
    const none = await judgeRun(folder);
    expect(none.results.filter((each) => each.verdict === 'fail')).toEqual([]);
    expect(none.results.find(({ id }) => id === 'no-lost-write')!.verdict).toBe('unknown');
    expect(none.results.find(({ id }) => id === 'single-writer')!.verdict).toBe('pass');
  });
});

test('a history that breaks off is judged up to there: what was in flight may have happened', async () => {
  await inFolder(async (folder) => {
    writeHealthyRun(folder, { operations: OPERATIONS, seed: 1 });
    const file = path.join(folder, 'history.jsonl');
    const { length } = await readFile(file);
    await truncate(file, Math.floor(length * 0.9));
    await rm(path.join(folder, 'final-state.jsonl'));
    const { results, verdict, errors } = await judgeRun(folder);
    expect(results.filter((each) => each.verdict === 'fail')).toEqual([]);
    expect(verdict).toBe('unknown');
    expect(errors['in flight at the end']).toBeGreaterThan(0);
  });
});

test('a history of another version, or a file that is not a history, is refused', async () => {
  await inFolder(async (folder) => {
    await expect(judgeRun(folder)).rejects.toMatchObject({ outcome: 'usage' });
    const file = path.join(folder, 'history.jsonl');
    await writeFile(file, '');
    await expect(judgeRun(folder)).rejects.toMatchObject({ outcome: 'usage' });
    await writeFile(file, '{"index":0,"time":0,"type":"run","version":2}\n');
    await expect(judgeRun(folder)).rejects.toThrow(/another version[^]*version 1[^]*version 2/);
    await writeFile(file, '{"index":0,"time":0,"type":"note","text":""}\n');
    await expect(judgeRun(folder)).rejects.toThrow(/no history of a run/);
  });
});

const result = (verdict: Verdict, id: InvariantId): InvariantResult => ({
  id,
  verdict,
  judged: 1,
  count: 0,
  findings: [],
});

test('one verdict of many', () => {
  expect(verdictOf([result('pass', 'monotonic')], ['monotonic'])).toBe('pass');
  expect(verdictOf([result('unknown', 'monotonic')], [])).toBe('pass');
  expect(verdictOf([result('unknown', 'monotonic')], ['monotonic'])).toBe('unknown');
  expect(verdictOf([result('pass', 'monotonic')], ['no-such'])).toBe('unknown');
  expect(verdictOf([result('unknown', 'monotonic'), result('fail', 'no-phantom')], ['monotonic'])).toBe('fail');
});
