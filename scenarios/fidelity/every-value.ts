import path from 'node:path';
import { expect, test } from '@jest/globals';
import { readValueCases } from '../../harness/fidelity/value-case.ts';
import { Recorder } from '../../harness/history/recorder.ts';
import { openArtifacts } from '../../harness/report/artifacts.ts';
import { tryFidelity } from '../../harness/run/fidelity.ts';

// Claim: on each path there and back, values of every type, copied, inserted, updated and deleted, become what their
// case in `cases/` declares, by the exact bytes on both servers, and not by VDiff. A change that is not declared fails,
// and so does one that is declared but no longer happens.

const CASES = await readValueCases(path.join(import.meta.dirname, 'cases'));
const TIMEOUT_MS = 900_000;

test.each([
  ['values that pass, and those that arrive as others', CASES.filter(({ stops }) => stops.length === 0)],
  ['values that stop the stream', CASES.filter(({ stops }) => stops.length > 0)],
])(
  '%s',
  async (_, cases) => {
    const artifacts = await openArtifacts(path.resolve('artifacts'));
    const signal = AbortSignal.timeout(TIMEOUT_MS - 60_000);
    const result = await tryFidelity({ cases, recorder: new Recorder(), artifacts, signal });
    expect(result.surprises).toEqual([]);
    const names = [...result.cases, ...result.leftOut].map(({ name }) => name);
    expect(names.toSorted()).toEqual(cases.map(({ name }) => name));
  },
  TIMEOUT_MS,
);
