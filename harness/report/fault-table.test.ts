import { expect, test } from '@jest/globals';
import { faultTable, parseTried, withTable, type TriedFault } from './fault-table.ts';

const PASSED: TriedFault = {
  fault: 'vtgate.kill',
  point: 'running',
  struck: { atMs: 1, healedAtMs: 2, seen: 'vtgate has ended' },
  outcome: 'passed',
  recoveredBy: [],
  said: null,
  wrong: [],
  writeGapMs: 3210,
  errors: { 'lost-connection': 8 },
  normalAfterMs: 450,
  about: 'vtgate is killed',
  when: 'the stream follows',
  invariantsBroken: [],
  isCompared: true,
  run: 'artifacts/1',
  again: "npm run faults -- --only 'vtgate.kill/running'",
};

test('a row gives the outcome of a fault, what brought the migration back, and for how long nobody could write', () => {
  const [, , row] = faultTable([PASSED]).split('\n');
  expect(row).toBe('| `vtgate.kill` | `running` | passed | nothing | 3.2 s | 450 ms | 8 lost-connection | held |');
});

test('the row says what is still wrong and which invariants were broken', () => {
  const broken = {
    ...PASSED,
    outcome: 'broken',
    wrong: ['a | b\nc'],
    invariantsBroken: ['no-lost-write'],
    normalAfterMs: null,
  } as const;
  const [, , row] = faultTable([broken]).split('\n');
  expect(row).toContain('broken: a \\| b c');
  expect(row).toMatch(/\| no-lost-write \|$/);
});

test('a run that ended before both sides were compared does not say that anything held', () => {
  expect(faultTable([{ ...PASSED, isCompared: false }])).toContain('not compared at rest');
});

test('the table of a page is rewritten, and whatever comes before it is kept', () => {
  const once = withTable('# Faults\n\nProse.\n', [PASSED], 2);
  expect(once).toMatch(/^# Faults\n\nProse\.\n\n## The table\n\n1 of 2 pairs were struck/);
  expect(withTable(once, [PASSED], 2)).toBe(once);
  expect(parseTried(JSON.parse(JSON.stringify([PASSED])))).toEqual([PASSED]);
});
