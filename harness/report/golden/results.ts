import { INVARIANT_IDS, type InvariantResult } from '../../history/invariants.ts';
import type { Latency } from '../../history/observations.ts';
import type { Estimate } from '../estimate.ts';
import type { CutoverResult, RunResult } from '../verdict.ts';

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

const NO_LATENCY: Latency = { p50Ms: null, p99Ms: null, p999Ms: null, maxMs: null };

const CUTOVER: CutoverResult = {
  direction: 'forward',
  startedAtMs: 30_000,
  endedAtMs: 31_500,
  writeGapMs: 812,
  dueInGap: 162,
  acknowledged: 1961,
  errors: { 'read-only': 3, 'connection lost': 12 },
  statementErrors: 4,
  latency: {
    before: { p50Ms: 1.9, p99Ms: 8.2, p999Ms: 12.4, maxMs: 14 },
    during: { p50Ms: 420, p99Ms: 804, p999Ms: 812, maxMs: 813.4 },
    after: { p50Ms: 2.1, p99Ms: 9.8, p999Ms: 31, maxMs: 35 },
  },
  buffered: 161,
  rowsBehind: 4,
  partsMs: {
    stopWrites: 41,
    lockTables: 228,
    catchUp: 310,
    reverseStreams: 38,
    journal: 11,
    allowWrites: 25,
    routing: 22,
    other: 9,
  },
};

const REVERSE: CutoverResult = {
  ...CUTOVER,
  direction: 'reverse',
  writeGapMs: 1240,
  acknowledged: 985,
  errors: {},
  latency: { before: CUTOVER.latency.before, during: NO_LATENCY, after: CUTOVER.latency.after },
  buffered: null,
  rowsBehind: null,
  partsMs: null,
};

const INVARIANTS_HOLD: readonly InvariantResult[] = INVARIANT_IDS.map((id, at) => ({
  id,
  verdict: 'pass',
  judged: 10_000 + at,
  count: 0,
  findings: [],
}));

/** An estimate for a production with possibly too many writes to catch up with. */
export const ESTIMATE: Estimate = {
  quantities: [
    {
      id: 'copy',
      title: 'copy',
      unit: 'ms',
      low: 21_000_000,
      likely: 24_200_000,
      high: 31_700_000,
      from: '2 measurements of 100,000, 400,000 rows: 812 ms a table, 41.2 µs a row',
      assumptions: ['the range spans what is left when any one of the runs is left out', 'machines are as fast'],
    },
    {
      id: 'catchUp',
      title: 'catch-up',
      unit: 'ms',
      low: 200_000,
      likely: 2_400_000,
      high: null,
      from: '1,000 writes a second, and 12 second(s) in which the stream was behind all the time',
      assumptions: ['at the lowest rate it never catches up with 1,000 writes a second'],
    },
    {
      id: 'retention',
      title: 'retention of the source’s binary logs',
      unit: 'hours',
      low: 30.1,
      likely: 31.4,
      high: null,
      from: 'copy, catch-up, and the time until the last switch',
      assumptions: [],
    },
    {
      id: 'targetDisk',
      title: 'disk of the target, all its MySQLs',
      unit: 'bytes',
      low: 3.1e12,
      likely: 3.3e12,
      high: 3.9e12,
      from: 'tables that took 101 % to 131 % on the target of what they took on the source',
      assumptions: ['the target has 3 MySQLs, as in the rehearsal, and each holds all of it'],
    },
  ],
  missing: [{ id: 'vdiff', why: 'the VDiff was not measured' }],
};

/** A made-up run that passed; tests change the part that they need. */
export const PASSED: RunResult = {
  verdict: 'pass',
  decision: {
    verdict: 'go',
    thresholds: [
      { id: 'writeGapMs', title: 'longest write gap', unit: 'ms', limit: 5000, measured: 1240, met: true },
      {
        id: 'errorsPerCutover',
        title: 'failed statements around a switch',
        unit: 'errors',
        limit: 10,
        measured: 4,
        met: true,
      },
      {
        id: 'failedStatements',
        title: 'failed statements at other times',
        unit: 'errors',
        limit: 0,
        measured: 0,
        met: true,
      },
    ],
    reasons: [],
  },
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
  tables: [
    { table: 'customer', rows: 100_000, bytes: 12_582_912 },
    { table: 'corder', rows: 300_000, bytes: 35_651_584 },
  ],
  preflight: [
    {
      rule: 'binlog-retention',
      severity: 'note',
      table: null,
      what: 'binary logs are kept for 30 days',
      where: 'binlog_expire_logs_seconds',
      why: 'a stream that was stopped reads on from where it stood',
      mend: null,
    },
  ],
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
  cutovers: [CUTOVER, REVERSE],
  workload: {
    operations: {
      rows: { insert: { ok: 2110, fail: 3, info: 1 }, read: { ok: 980, fail: 0, info: 0 } },
      bank: { transfer: { ok: 801, fail: 0, info: 12 } },
    },
    errors: { 'read-only': 3, 'lost-connection': 13 },
    staleReads: { reads: 120, stale: 2, maxMs: 31.5 },
  },
  invariants: INVARIANTS_HOLD,
  failures: {
    statements: [
      {
        statement: 'place order',
        error: 'read-only',
        message: 'The MySQL server is running with the --super-read-only option',
        count: 4,
        aroundSwitches: 4,
        cause: 'migration',
      },
      {
        statement: 'sign up',
        error: 'duplicate-key',
        message: "Duplicate entry 'ada@example.org' for key 'customer.email'",
        count: 2,
        aroundSwitches: 0,
        cause: 'application',
      },
    ],
    outsideSwitches: 0,
    resources: null,
  },
  exercised: [
    {
      table: 'customer',
      before: { insert: 310, update: 0, delete: 4, read: 98 },
      after: { insert: 640, update: 0, delete: 11, read: 203 },
    },
    {
      table: 'corder',
      before: { insert: 0, update: 0, delete: 0, read: 0 },
      after: { insert: 0, update: 0, delete: 0, read: 0 },
    },
  ],
  lagMs: 1000,
  totalMs: 84_200,
  cost: {
    cpuSeconds: {
      harness: 8.102,
      application: 3.102,
      servers: {
        'source-mysql': 21.318,
        etcd: 2.041,
        'customer-200': 41.77,
        'commerce-100': 9.951,
        vtgate: 14.6,
        vtctld: 1.92,
      },
    },
    questionSeconds: { 'source-mysql': 1.214, 'customer-200': 0.803, vtctld: 1.92 },
    harnessShare: 0.1172,
  },
  reasons: [],
};

/** A made-up run that failed at VDiff and did not get to the end. */
export const FAILED: RunResult = {
  ...PASSED,
  verdict: 'fail',
  decision: {
    verdict: 'no-go',
    thresholds: [
      { id: 'writeGapMs', title: 'longest write gap', unit: 'ms', limit: 5000, measured: 30_000, met: false },
      { id: 'lagMs', title: 'lag before a switch of writes', unit: 'ms', limit: 5000, measured: null, met: null },
    ],
    reasons: ['longest write gap: 30000 ms, limit 5000', 'vdiff: 2 rows mismatched in corder'],
  },
  preflight: [
    {
      rule: 'trigger-on-moved-table',
      severity: 'blocker',
      table: 'corder',
      what: 'trigger corder_audit fires AFTER INSERT',
      where: 'corder',
      why: 'the target has no triggers',
      mend: 'DROP TRIGGER `corder_audit`',
    },
  ],
  steps: PASSED.steps.slice(0, 5).map((step) => (step.name === 'vdiff' ? { ...step, verdict: 'fail' } : step)),
  vdiffs: [
    { workflow: 'commerce2customer', keyspace: 'customer', rowsCompared: 400_527, mismatchedRows: 2, tables: TABLES },
  ],
  checksums: [
    { table: 'customer', rows: 0, equal: true },
    { table: 'corder', rows: 300_415, equal: false },
  ],
  cutovers: [
    {
      ...CUTOVER,
      writeGapMs: 30_000,
      acknowledged: 0,
      errors: { timeout: 1200 },
      latency: { ...CUTOVER.latency, before: { p50Ms: 3200, p99Ms: 4000, p999Ms: 4100, maxMs: 4200 } },
      partsMs: null,
    },
  ],
  invariants: INVARIANTS_HOLD.map((each): InvariantResult => {
    if (each.id === 'monotonic') return { ...each, verdict: 'unknown', judged: 0, reason: 'no read on the primary' };
    if (each.id !== 'no-lost-write') return each;
    const finding = { table: 'roundtrip_rows', index: 8812, weight: 3, around: ['{"index":8812}', '{"index":8813}'] };
    return {
      ...each,
      verdict: 'fail',
      count: 14,
      findings: [
        { ...finding, key: 17, what: 'value 5512 was acknowledged, and the row is gone', which: ['first', 'worst'] },
        {
          ...finding,
          key: 961,
          what: 'value 7210 was acknowledged, and the row is gone',
          which: ['last'],
          index: null,
        },
      ],
    };
  }),
  cost: {
    cpuSeconds: { harness: 8.3, servers: { 'source-mysql': 19.02, 'customer-200': null, vtctld: 1.4 } },
    questionSeconds: { 'source-mysql': 1.1, 'customer-200': null, vtctld: 1.4 },
    harnessShare: null,
  },
  reasons: ['vdiff: 2 rows mismatched in corder', 'checksum: corder is not the same on both sides\nsee the log'],
};

const { failures: _failures, exercised: _exercised, cost: _cost, ...BEGUN } = PASSED;

/** A made-up run that never got a server. */
export const UNKNOWN: RunResult = {
  ...BEGUN,
  verdict: 'unknown',
  decision: { verdict: 'unknown', thresholds: [], reasons: ['cluster: etcd did not answer within 60 s'] },
  versions: null,
  steps: [],
  phases: [{ name: 'cluster', durationMs: 60_000, verdict: 'unknown' }],
  load: null,
  tables: [],
  preflight: [],
  copy: null,
  vdiffs: [],
  checksums: [],
  cutovers: [],
  workload: { operations: {}, errors: {}, staleReads: { reads: 0, stale: 0, maxMs: 0 } },
  invariants: [],
  lagMs: null,
  totalMs: 60_400,
  reasons: ['cluster: etcd did not answer within 60 s'],
};

/** A run whose application has transactions, one of which is tried again. */
export const WITH_TRANSACTIONS: RunResult = {
  ...PASSED,
  cutovers: PASSED.cutovers.map((cutover) => ({ ...cutover, statementErrors: 1, retriedErrors: 3 })),
  transactions: [
    {
      transaction: 'checkout',
      committed: 1204,
      rolledBack: 2,
      failed: 1,
      open: 0,
      retries: 9,
      gaveUp: 1,
      judgedWhole: 1180,
      errors: { 'denied-table': 8, deadlock: 2 },
      p50Ms: 12,
      p99Ms: 40,
      maxMs: 900,
    },
  ],
};
