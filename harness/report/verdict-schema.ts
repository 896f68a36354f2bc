import { z } from 'zod';
import { trouble } from '../errors.ts';
import { INVARIANT_IDS } from '../history/invariants.ts';
import type { CUTOVER_PARTS } from '../history/observations.ts';
import type { PhaseName, StepName } from '../history/steps.ts';
import { estimateSchema, measuredSchema } from './estimate-schema.ts';
import { isStepName } from './step-names.ts';
import type { RunResult } from './verdict.ts';

const verdict = z.enum(['pass', 'fail', 'unknown']);
const text = z.string().min(1);
const count = z.int().nonnegative();
const amount = z.number().nonnegative();
const rowCounts = { rowsCompared: count, mismatchedRows: count };

const counts = z.record(z.string(), count);
const outcomes = z.strictObject({ ok: count, fail: count, info: count });
const known = amount.nullable();
const latency = z.strictObject({ p50Ms: known, p99Ms: known, p999Ms: known, maxMs: known });

const PARTS_SCHEMA = {
  stopWrites: amount,
  lockTables: amount,
  catchUp: amount,
  reverseStreams: amount,
  journal: amount,
  allowWrites: amount,
  routing: amount,
  other: amount,
} satisfies Record<(typeof CUTOVER_PARTS)[number], typeof amount>;

const cutover = z.strictObject({
  direction: z.enum(['forward', 'reverse']),
  fault: text.exactOptional(),
  startedAtMs: amount,
  endedAtMs: amount,
  writeGapMs: amount,
  dueInGap: count.exactOptional(),
  acknowledged: count,
  errors: counts,
  statementErrors: count,
  retriedErrors: count.exactOptional(),
  latency: z.strictObject({ before: latency, during: latency, after: latency }),
  buffered: count.nullable(),
  rowsBehind: count.nullable(),
  partsMs: z.strictObject(PARTS_SCHEMA).nullable(),
});

const decision = z.strictObject({
  verdict: z.enum(['go', 'no-go', 'unknown']),
  thresholds: z.array(
    z.strictObject({
      id: z.enum(['writeGapMs', 'errorsPerCutover', 'failedStatements', 'lagMs', 'totalMinutes']),
      title: text,
      unit: z.enum(['ms', 'errors', 'minutes']),
      limit: amount,
      measured: amount.nullable(),
      met: z.boolean().nullable(),
      excuse: text.exactOptional(),
    }),
  ),
  reasons: z.array(text),
});

const failures = z.strictObject({
  statements: z.array(
    z.strictObject({
      statement: text,
      error: z.string(),
      message: z.string(),
      count,
      aroundSwitches: count,
      retried: count.exactOptional(),
      cause: z.enum(['migration', 'application', 'resources']),
    }),
  ),
  outsideSwitches: count,
  resources: z.strictObject({ count, message: z.string() }).nullable(),
});

const transaction = z.strictObject({
  transaction: text,
  committed: count,
  rolledBack: count,
  failed: count,
  open: count,
  retries: count,
  gaveUp: count,
  judgedWhole: count,
  errors: counts,
  p50Ms: known,
  p99Ms: known,
  maxMs: known,
});

const seconds = z.record(text, amount.nullable());
const cost = z
  .strictObject({
    cpuSeconds: z.strictObject({
      harness: amount,
      application: amount.nullable().exactOptional(),
      servers: seconds.nullable(),
    }),
    questionSeconds: seconds.nullable(),
    harnessShare: z.number().min(0).max(1).nullable(),
  })
  .refine(
    ({ cpuSeconds: { servers }, harnessShare }) =>
      harnessShare === null || (servers !== null && !Object.values(servers).includes(null)),
    { path: ['harnessShare'], error: 'a share of what is not known' },
  );

const exercise = z.strictObject({ insert: count, update: count, delete: count, read: count });

const preflightFinding = z.strictObject({
  rule: text,
  severity: z.enum(['blocker', 'warning', 'note']),
  table: z.string().nullable(),
  what: text,
  where: text,
  why: text,
  mend: text.nullable(),
});

const finding = z.strictObject({
  table: z.string().nullable(),
  key: z.union([z.string(), z.number()]).nullable(),
  what: text,
  index: count.nullable(),
  weight: z.number(),
  which: z.array(z.enum(['first', 'worst', 'last'])),
  around: z.array(z.string()),
});

const invariant = z
  .strictObject({
    id: z.enum(INVARIANT_IDS),
    verdict,
    judged: count,
    count,
    findings: z.array(finding),
    reason: text.exactOptional(),
  })
  .refine((each) => (each.verdict === 'fail') === each.count > 0, 'fails exactly when there are findings')
  .refine((each) => each.verdict !== 'pass' || each.judged > 0, 'passes only when something was judged');

/** The outcome of a fault in verdict.json. */
export const faultSchema = z.strictObject({
  fault: text,
  point: text,
  struck: z.strictObject({ atMs: amount, healedAtMs: amount, seen: text }).nullable(),
  outcome: z.enum(['passed', 'refused', 'recovered', 'broken', 'not-exercised']),
  recoveredBy: z.array(text),
  said: text.nullable(),
  wrong: z.array(text),
  writeGapMs: amount.nullable(),
  errors: counts,
  normalAfterMs: amount.nullable(),
});

/** The valid contents of `verdict.json`: no field is missing, unknown, negative, or not a number. */
export const runResultSchema: z.ZodType<RunResult> = z
  .strictObject({
    verdict,
    decision,
    fixture: text,
    seed: z.int(),
    versions: z.strictObject({ mysql: text, vitess: text, etcd: text, node: text }).nullable(),
    profile: z.enum(['stock', 'rehearsal', 'existing']),
    steps: z.array(
      z.strictObject({
        name: z.custom<StepName>((name) => typeof name === 'string' && isStepName(name), 'not a step of the sequence'),
        durationMs: amount,
        verdict,
        fault: text.exactOptional(),
      }),
    ),
    phases: z.array(
      z.strictObject({
        name: z.custom<PhaseName>((name) => typeof name === 'string' && name !== '', 'a phase needs a name'),
        durationMs: amount,
        verdict,
        fault: text.exactOptional(),
      }),
    ),
    load: z.strictObject({ rows: count, rowsPerSecond: amount }).nullable(),
    tables: z.array(z.strictObject({ table: text, rows: count, bytes: count })),
    preflight: z.array(preflightFinding),
    copy: z.strictObject({ rows: count, rowsPerSecond: amount, bytes: count }).nullable(),
    vdiffs: z.array(
      z.strictObject({
        workflow: text,
        keyspace: text,
        ...rowCounts,
        asked: z.array(text).exactOptional(),
        tables: z.array(z.strictObject({ table: text, ...rowCounts })),
      }),
    ),
    checksums: z.array(z.strictObject({ table: text, rows: count, equal: z.boolean() })),
    cutovers: z.array(cutover),
    workload: z.strictObject({
      operations: z.record(z.string(), z.record(z.string(), outcomes)),
      errors: counts,
      staleReads: z.strictObject({ reads: count, stale: count, maxMs: amount }),
    }),
    invariants: z.array(invariant),
    failures: failures.exactOptional(),
    faults: z.array(faultSchema).exactOptional(),
    exercised: z.array(z.strictObject({ table: text, before: exercise, after: exercise })).exactOptional(),
    transactions: z.array(transaction).exactOptional(),
    lagMs: amount.nullable(),
    totalMs: amount,
    reasons: z.array(text),
    missing: z.array(text).exactOptional(),
    cost: cost.exactOptional(),
    capacity: z.strictObject({ perSecond: amount, rate: amount }).exactOptional(),
    measured: measuredSchema.exactOptional(),
    estimate: estimateSchema.exactOptional(),
  })
  // Some programs read only `verdict` in this file, so it must not contradict the rest.
  .refine(
    (run) =>
      run.verdict !== 'pass' ||
      (run.reasons.length === 0 &&
        [...run.steps, ...run.phases].every((each) => passed(each) || each.fault !== undefined) &&
        run.invariants.every((each) => each.verdict !== 'fail')),
    {
      path: ['verdict'],
      error: 'pass, although a part did not pass or there is a reason against it',
    },
  )
  .refine((run) => run.decision.verdict !== 'go' || run.verdict === 'pass', {
    path: ['decision'],
    error: 'go, although the verdict is not pass',
  })
  .refine((run) => run.verdict === 'pass' || run.reasons.length > 0, {
    path: ['reasons'],
    error: 'empty, although the verdict is not pass',
  });

function passed(part: { readonly verdict: string }): boolean {
  return part.verdict === 'pass';
}

/**
 * Returns a result that was checked against the schema.
 *
 * @throws RoundtripError with outcome `unknown`, naming every invalid field.
 */
export function parseRunResult(value: unknown): RunResult {
  const parsed = runResultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw trouble({
    what: 'the result of the run is not what verdict.json must hold',
    expected: 'every field of RunResult (harness/report/verdict.ts), counts and times not negative',
    seen: z.prettifyError(parsed.error),
    next: 'this is a bug in the harness; the step log beside it says what really happened',
    cause: parsed.error,
  });
}
