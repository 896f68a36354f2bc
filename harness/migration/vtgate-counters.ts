import { z } from 'zod';
import type { Server } from '../cluster/server.ts';
import { VTGATE_HTTP_PORT } from '../cluster/vtgate.ts';

const counts = z.record(z.string(), z.number());
const variables = z.object({
  /** Keyed by `keyspace.shard`. Absent before the first buffering. */
  BufferRequestsBuffered: counts.optional(),
  /** Keyed by kind of change. */
  VtgateVSchemaCounts: counts.optional(),
});

/**
 * Returns the number of operations that vtgate has put into its buffer since it started, for all shards together. An
 * operation that is buffered twice counts twice. An operation that meets denied tables and is held back outside the
 * buffer until the routing changes does not count; see docs/decisions/0012.
 *
 * @returns null if vtgate does not answer, or not in this form.
 */
export async function bufferedBy(vtgate: Pick<Server, 'page'>): Promise<number | null> {
  const seen = await read(vtgate);
  return seen && sum(seen.BufferRequestsBuffered);
}

/** Returns how often vtgate has applied a changed VSchema or changed tables; null in the same cases as `bufferedBy`. */
export async function schemaChangesSeenBy(vtgate: Pick<Server, 'page'>): Promise<number | null> {
  const seen = await read(vtgate);
  return seen && sum(seen.VtgateVSchemaCounts);
}

async function read(vtgate: Pick<Server, 'page'>): Promise<z.infer<typeof variables> | null> {
  try {
    return variables.parse(JSON.parse(await vtgate.page(VTGATE_HTTP_PORT, '/debug/vars')));
  } catch {
    return null;
  }
}

function sum(byName: Readonly<Record<string, number>> = {}): number {
  return Object.values(byName).reduce((total, count) => total + count, 0);
}
