import { z } from 'zod';
import type { Vtctldclient } from './vtctldclient.ts';

const rules = z.object({
  rules: z.array(z.object({ from_table: z.string(), to_tables: z.array(z.string()) })),
});

/** Where queries go: from `[keyspace.]table[@type]` to `keyspace.table`. */
export type RoutingRules = ReadonlyMap<string, string>;

/** The routing rules in the topology. */
export async function getRoutingRules(vtctl: Vtctldclient): Promise<RoutingRules> {
  const answer = await vtctl.query(rules, routingRulesCommand());
  return new Map(answer.rules.map(({ from_table, to_tables }) => [from_table, to_tables.join(',')]));
}

export function routingRulesCommand(): string[] {
  return ['GetRoutingRules'];
}

/** Replaces all routing rules in the topology. */
export async function applyRoutingRules(vtctl: Vtctldclient, all: RoutingRules): Promise<void> {
  const text = JSON.stringify({ rules: [...all].map(([from, to]) => ({ from_table: from, to_tables: [to] })) });
  await vtctl.run(['ApplyRoutingRules', `--rules=${text}`]);
}
