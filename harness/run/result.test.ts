import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { judgeRun, type JudgedRun } from '../checker/judge-run.ts';
import { writeHealthyRun } from '../checker/model/healthy-run.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { StepLine } from '../history/lines.ts';
import { resultOf } from './result.ts';

let folder = '';
let judged: JudgedRun;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'roundtrip-result-'));
  writeHealthyRun(folder, { operations: 500, seed: 1 });
  judged = await judgeRun(folder);
}, 60_000);
afterAll(async () => await rm(folder, { recursive: true }));

const step = (event: 'start' | 'end'): StepLine => {
  return { index: 0, time: 0, type: 'step', event, step: 900, name: 'create', title: 'create', verdict: 'pass' };
};

/** Returns the reasons of a rehearsal that got as far as its workflow. */
function reasonsWith(lines: readonly OtherLine[], required: readonly string[] = judged.run.required) {
  const run = { ...judged.run, plannedSteps: ['create' as const], required };
  return resultOf({ ...judged, run, marks: [...judged.marks, step('start'), step('end'), ...lines] }).reasons;
}

test('the cost of a run comes from its history, if that has it', () => {
  const cost = { index: 0, time: 0, type: 'observation', of: 'cost', harnessSeconds: 4, servers: null } as const;
  expect(resultOf({ ...judged, marks: [...judged.marks, cost] }).cost?.cpuSeconds.harness).toBe(4);
  expect(resultOf(judged)).not.toHaveProperty('cost');
});

test('a server that ended makes the run unknown', () => {
  const what = 'The server commerce-100 ended.';
  const ended = { index: 0, time: 0, type: 'observation', of: 'serverEnded', what } as const;
  const result = resultOf({ ...judged, marks: [...judged.marks, ended] });
  expect(result.decision.verdict).toBe('unknown');
  expect(result.reasons).toContain(what);
});

const NOT_RUN = 'preflight did not run';

test('a rehearsal without preflight does not pass, unless there was no MySQL to ask', () => {
  const preflight = { index: 0, time: 0, type: 'observation', of: 'preflight', judged: 80, findings: [] } as const;
  expect(reasonsWith([])).toContain(NOT_RUN);
  expect(reasonsWith([preflight])).not.toContain(NOT_RUN);
  expect(reasonsWith([{ ...preflight, judged: 0 }])).toContain(NOT_RUN);
  expect(reasonsWith([], ['vdiff-agrees'])).not.toContain(NOT_RUN);
  expect(resultOf(judged).reasons).not.toContain(NOT_RUN);
});

test('a rehearsal whose history breaks off does not pass, however far it came', () => {
  const end = { index: 0, time: 0, type: 'observation', of: 'end' } as const;
  expect(reasonsWith([])).toContainEqual(expect.stringMatching(/^the history breaks off/));
  expect(reasonsWith([end])).not.toContainEqual(expect.stringMatching(/^the history breaks off/));
});
