import { z } from 'zod';
import { QUANTITIES, type Estimate, type Measured } from './estimate.ts';

const text = z.string().min(1);
const count = z.int().nonnegative();
const amount = z.number().nonnegative();

const work = z.strictObject({
  durationMs: amount,
  parts: z.array(z.strictObject({ tables: z.array(text), rows: count, bytes: amount, ms: amount })),
  rates: z.array(z.strictObject({ table: text, perSecond: amount })),
});

export const measuredSchema: z.ZodType<Measured> = z.strictObject({
  tables: z.array(z.strictObject({ table: text, rows: count, bytes: count })),
  copies: z.array(work),
  vdiffs: z.array(work),
  isVDiffQuiet: z.literal(true).exactOptional(),
  writes: z
    .strictObject({
      perSecond: amount,
      logBytes: z.array(amount),
      applied: z.array(amount),
      limits: z.array(amount),
    })
    .nullable(),
  target: z.strictObject({
    servers: count,
    tables: z.array(z.strictObject({ table: text, bytes: count })),
    copyLogBytes: count.nullable(),
  }),
  binlogExpireSeconds: amount.nullable().exactOptional(),
});

const id = z.enum(QUANTITIES);

/** Null means never. */
const end = amount.nullable();

const quantity = z
  .strictObject({
    id,
    title: text,
    unit: z.enum(['ms', 'bytes', 'hours']),
    low: end,
    likely: end,
    high: end,
    from: text,
    assumptions: z.array(text),
  })
  .refine(
    ({ low, likely, high }) => (low ?? Infinity) <= (likely ?? Infinity) && (likely ?? Infinity) <= (high ?? Infinity),
    'a range from low to high',
  );

export const estimateSchema: z.ZodType<Estimate> = z.strictObject({
  quantities: z.array(quantity),
  missing: z.array(z.strictObject({ id, why: text })),
});
