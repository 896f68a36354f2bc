import { expect, test } from '@jest/globals';
import { RoundtripError } from '../errors.ts';
import { ESTIMATE, FAILED, PASSED, UNKNOWN } from './golden/results.ts';
import { parseRunResult } from './verdict-schema.ts';

test('a result survives the round trip through JSON', () => {
  const estimated = { ...PASSED, estimate: ESTIMATE };
  for (const run of [PASSED, FAILED, UNKNOWN, estimated])
    expect(parseRunResult(JSON.parse(JSON.stringify(run)))).toEqual(run);
});

test.each([
  ['a rate that is not a number', { ...PASSED, load: { rows: 1, rowsPerSecond: Infinity } }, 'load.rowsPerSecond'],
  ['a negative time', { ...PASSED, totalMs: -1 }, 'totalMs'],
  [
    'a step that is not in the sequence',
    { ...PASSED, steps: [{ name: 'jump', durationMs: 1, verdict: 'pass' }] },
    'steps[0].name',
  ],
  ['an unknown field', { ...PASSED, password: 'x' }, 'password'],
  ['a field that is missing', { ...PASSED, seed: undefined }, 'seed'],
  ['a pass with a step that failed', { ...FAILED, verdict: 'pass', reasons: [] }, 'verdict'],
  ['a pass with a reason against it', { ...PASSED, reasons: ['but'] }, 'verdict'],
  [
    'an inverted range',
    { ...PASSED, estimate: { ...ESTIMATE, quantities: [{ ...ESTIMATE.quantities[0], low: 9e9 }] } },
    'estimate.quantities[0]',
  ],
  ['a share of more than all', { ...PASSED, cost: { ...PASSED.cost, harnessShare: 1.1 } }, 'cost.harnessShare'],
  ['a share of an unknown total', { ...FAILED, cost: { ...FAILED.cost, harnessShare: 0.1 } }, 'cost.harnessShare'],
  ['a fail without a reason', { ...FAILED, reasons: [] }, 'reasons'],
])('%s is refused by name', (_title, run, field) => {
  let thrown: unknown;
  try {
    parseRunResult(run);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(RoundtripError);
  expect(thrown).toMatchObject({ outcome: 'unknown', facts: { seen: expect.stringContaining(field) } });
});
