import type { RunResult } from '../verdict.ts';

const SEQUENCE = [
  ['adopt', 1512],
  ['provision', 4210],
  ['create', 912],
  ['copy', 12_871],
  ['vdiff', 3120],
  ['switchReads', 402],
  ['switchWrites', 655],
  ['vdiff', 3011],
  ['reverseReads', 388],
  ['reverseWrites', 701],
  ['complete', 125_000],
] as const;

const TABLES = [
  { table: 'customer', rowsCompared: 100_112, mismatchedRows: 0 },
  { table: 'corder', rowsCompared: 300_415, mismatchedRows: 0 },
];

/** A made-up run that passed; tests change what they are about. */
export const PASSED: RunResult = {
  verdict: 'pass',
  fixture: 'commerce',
  seed: 42,
  versions: { mysql: '9.7.0', vitess: '24.0.1', etcd: '3.4.23', node: '24.21.0' },
  profile: 'rehearsal',
  steps: SEQUENCE.map(([name, durationMs]) => ({ name, durationMs, verdict: 'pass' })),
  phases: [
    { name: 'cluster', durationMs: 5870, verdict: 'pass' },
    { name: 'load', durationMs: 6011, verdict: 'pass' },
  ],
  load: { rows: 400_000, rowsPerSecond: 72_134 },
  copy: { rows: 400_112, rowsPerSecond: 31_087, bytes: 48_234_496 },
  vdiffs: [
    { workflow: 'commerce2customer', keyspace: 'customer', rowsCompared: 400_527, mismatchedRows: 0, tables: TABLES },
    {
      workflow: 'commerce2customer_reverse',
      keyspace: 'commerce',
      rowsCompared: 400_527,
      mismatchedRows: 0,
      tables: TABLES,
    },
  ],
  checksums: [
    { table: 'customer', rows: 100_112, equal: true },
    { table: 'corder', rows: 300_415, equal: true },
  ],
  cutovers: [
    { direction: 'forward', writeGapMs: 812, acknowledged: 1961, errors: { 'read-only': 3, 'connection lost': 12 } },
    { direction: 'reverse', writeGapMs: 1240, acknowledged: 985, errors: {} },
  ],
  lagMs: 1000,
  totalMs: 84_200,
  reasons: [],
};

/** A made-up run that failed at VDiff and did not get to the end. */
export const FAILED: RunResult = {
  ...PASSED,
  verdict: 'fail',
  steps: PASSED.steps.slice(0, 5).map((step) => (step.name === 'vdiff' ? { ...step, verdict: 'fail' } : step)),
  vdiffs: [
    { workflow: 'commerce2customer', keyspace: 'customer', rowsCompared: 400_527, mismatchedRows: 2, tables: TABLES },
  ],
  checksums: [
    { table: 'customer', rows: 0, equal: true },
    { table: 'corder', rows: 300_415, equal: false },
  ],
  cutovers: [{ direction: 'forward', writeGapMs: 30_000, acknowledged: 0, errors: { timeout: 1200 } }],
  reasons: ['vdiff: 2 rows mismatched in corder', 'checksum: corder is not the same on both sides\nsee the log'],
};

/** A made-up run that never got a server. */
export const UNKNOWN: RunResult = {
  ...PASSED,
  verdict: 'unknown',
  versions: null,
  steps: [],
  phases: [{ name: 'cluster', durationMs: 60_000, verdict: 'unknown' }],
  load: null,
  copy: null,
  vdiffs: [],
  checksums: [],
  cutovers: [],
  lagMs: null,
  totalMs: 60_400,
  reasons: ['cluster: etcd did not answer within 60 s'],
};
