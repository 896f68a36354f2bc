import { z } from 'zod';
import { trouble } from '../errors.ts';
import type { PhaseName, StepName } from '../history/steps.ts';
import { isStepName } from './step-names.ts';
import type { RunResult } from './verdict.ts';

const verdict = z.enum(['pass', 'fail', 'unknown']);
const text = z.string().min(1);
const count = z.int().nonnegative();
const amount = z.number().nonnegative();
const rowCounts = { rowsCompared: count, mismatchedRows: count };

/** What `verdict.json` may hold: nothing that is missing, made up, negative or no number. */
export const runResultSchema: z.ZodType<RunResult> = z
  .strictObject({
    verdict,
    fixture: text,
    seed: z.int(),
    versions: z.strictObject({ mysql: text, vitess: text, etcd: text, node: text }).nullable(),
    profile: z.enum(['stock', 'rehearsal']),
    steps: z.array(
      z.strictObject({
        name: z.custom<StepName>((name) => typeof name === 'string' && isStepName(name), 'not a step of the sequence'),
        durationMs: amount,
        verdict,
      }),
    ),
    phases: z.array(
      z.strictObject({
        name: z.custom<PhaseName>((name) => typeof name === 'string' && name !== '', 'a phase needs a name'),
        durationMs: amount,
        verdict,
      }),
    ),
    load: z.strictObject({ rows: count, rowsPerSecond: amount }).nullable(),
    copy: z.strictObject({ rows: count, rowsPerSecond: amount, bytes: count }).nullable(),
    vdiffs: z.array(
      z.strictObject({
        workflow: text,
        keyspace: text,
        ...rowCounts,
        tables: z.array(z.strictObject({ table: text, ...rowCounts })),
      }),
    ),
    checksums: z.array(z.strictObject({ table: text, rows: count, equal: z.boolean() })),
    cutovers: z.array(
      z.strictObject({
        direction: z.enum(['forward', 'reverse']),
        writeGapMs: amount,
        acknowledged: count,
        errors: z.record(z.string(), count),
      }),
    ),
    lagMs: amount.nullable(),
    totalMs: amount,
    reasons: z.array(text),
  })
  // The file is read by programs that look at `verdict` alone, so it may not contradict the rest.
  .refine(
    (run) => run.verdict !== 'pass' || (run.reasons.length === 0 && [...run.steps, ...run.phases].every(passed)),
    {
      path: ['verdict'],
      error: 'pass, although a part did not pass or there is a reason against it',
    },
  )
  .refine((run) => run.verdict === 'pass' || run.reasons.length > 0, {
    path: ['reasons'],
    error: 'empty, although the verdict is not pass',
  });

function passed(part: { readonly verdict: string }): boolean {
  return part.verdict === 'pass';
}

/**
 * A result that was checked against the schema.
 *
 * @throws RoundtripError with outcome `unknown` that names every field that is wrong.
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
