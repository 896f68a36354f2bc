import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, jest, test } from '@jest/globals';
import type { StandstillObservation } from '../history/observations.ts';
import { junit } from '../report/junit.ts';
import { summarize } from '../report/summary.ts';
import { judgeFolder } from './judge.ts';
import { Standstill } from '../workload/standstill.ts';

test('a minute without a look is reported once, with its time; looks that are a little late are not', () => {
  jest.useFakeTimers();
  try {
    let [now, used] = [0, 0];
    const seen: StandstillObservation[] = [];
    using _ = new Standstill(
      () => now,
      (standstill) => seen.push(standstill),
      () => (used += 20),
    );
    for (const step of [500, 4_000, 60_000, 500]) {
      now += step;
      jest.advanceTimersByTime(500);
    }
    expect(seen).toEqual([{ of: 'standstill', fromMs: 4_500, toMs: 64_500, ownMs: 20 }]);
  } finally {
    jest.useRealTimers();
  }
});

test('a write gap during which this machine stood still does not count against the migration', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'standstill-'));
  const figures = { p50Ms: 1, p99Ms: 1, p999Ms: 1, maxMs: 1 };
  const cutover = {
    type: 'observation',
    of: 'cutover',
    direction: 'forward',
    startedAtMs: 1_000,
    endedAtMs: 63_000,
    writeGapMs: 61_000,
    acknowledged: 10,
    errors: {},
    statementErrors: 0,
    latency: { before: figures, during: figures, after: figures },
    buffered: null,
    rowsBehind: null,
    partsMs: null,
  };
  const thresholds = { writeGapMs: 5_000, errorsPerCutover: 0, lagMs: 5_000 };
  const run = { type: 'run', version: 1, fixture: 'x', seed: 1, profile: 'rehearsal', tables: [], plannedSteps: [] };
  const judge = async (...seen: readonly object[]) => {
    const lines = [{ ...run, required: [], thresholds }, ...seen, cutover];
    const text = lines.map((line, index) => `${JSON.stringify({ index, time: index, ...line })}\n`).join('');
    await writeFile(path.join(folder, 'history.jsonl'), text);
    return await judgeFolder(folder);
  };
  try {
    expect((await judge()).decision.verdict).toBe('no-go');
    const result = await judge({ type: 'observation', of: 'standstill', fromMs: 2_000, toMs: 62_000 });
    const { decision } = result;
    expect(decision.verdict).toBe('unknown');
    const told = summarize(result, { again: '', artifacts: '' });
    expect(told).toMatch(/longest write gap +5\.0 s +1 m 01 s +no, not judged, as this machine stood still/);
    expect(told).toContain('- not judged, as this machine stood still: longest write gap: 61000 ms, limit 5000');
    expect(junit(result)).toMatch(/<error message="1 m 01 s, limit 5\.0 s; not judged, as this machine stood still"/);
    expect(decision.reasons).toContainEqual(expect.stringMatching(/^this machine stood still for /));
    const both = await judge(
      { type: 'observation', of: 'standstill', fromMs: 2_000, toMs: 62_000 },
      { type: 'observation', of: 'standstill', fromMs: 2_300, toMs: 62_400 },
    );
    expect(both.decision.reasons.filter((reason) => reason.startsWith('this machine stood still'))).toHaveLength(1);
    const own = await judge({ type: 'observation', of: 'standstill', fromMs: 2_000, toMs: 62_000, ownMs: 30_000 });
    expect(own.decision.verdict).toBe('unknown');
    expect(own.decision.reasons).toContainEqual(expect.stringMatching(/^this program itself computed for 1 m 00 s: /));
    const excused = summarize(own, { again: '', artifacts: '' });
    expect(excused).toContain('not judged, as this program itself computed');
    expect(excused).not.toContain('this machine stood still');
    const starved = await judge({ type: 'observation', of: 'standstill', fromMs: 2_000, toMs: 62_000, ownMs: 29_000 });
    expect(starved.decision.reasons).toContainEqual(expect.stringMatching(/^this machine stood still for 1 m 00 s/));
  } finally {
    await rm(folder, { recursive: true });
  }
});
