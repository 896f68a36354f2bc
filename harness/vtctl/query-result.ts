import { z } from 'zod';

/**
 * A `query.QueryResult` in protobuf's JSON form: the values of a row follow each other in a single string of bytes.
 */
export const queryResult = z.object({
  fields: z.array(z.object({ name: z.string() })),
  rows: z.array(z.object({ lengths: z.array(z.coerce.number()), values: z.string() })),
});

/**
 * Returns its rows by column name, as text; null where the length is negative (Vitess 24.0.1, proto/query.proto,
 * `Row`).
 */
export function rowsOf({ fields, rows }: z.infer<typeof queryResult>): ReadonlyMap<string, string | null>[] {
  return rows.map(({ lengths, values }) => {
    const bytes = Buffer.from(values, 'base64');
    let from = 0;
    return new Map(
      fields.map(({ name }, at) => {
        const length = lengths[at] ?? -1;
        const text = length < 0 ? null : bytes.toString('utf8', from, from + length);
        from += Math.max(0, length);
        return [name, text] as const;
      }),
    );
  });
}
