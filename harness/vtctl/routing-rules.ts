import { z } from 'zod';
import type { Vtctldclient } from './vtctldclient.ts';

const rules = z.object({
  rules: z.array(z.object({ from_table: z.string(), to_tables: z.array(z.string()) })),
});

/** Where queries go: from `[keyspace.]table[@type]` to `keyspace.table`. */
export type RoutingRules = ReadonlyMap<string, string>;

/** The routing rules in the topology. */
export async function getRoutingRules(vtctl: Vtctldclient): Promise<RoutingRules> {
  const answer = await vtctl.query(rules, ['GetRoutingRules']);
  return new Map(answer.rules.map(({ from_table, to_tables }) => [from_table, to_tables.join(',')]));
}
