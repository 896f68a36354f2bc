import { z } from 'zod';
import type { Vtctl, VtctlCommand } from './vtctl.ts';

const rules = z.object({
  routing_rules: z.object({
    rules: z.array(z.object({ from_table: z.string(), to_tables: z.array(z.string()) })),
  }),
});

/** Where queries go: from `[keyspace.]table[@type]` to `keyspace.table`. */
export type RoutingRules = ReadonlyMap<string, string>;

/** Returns the routing rules in the topology. */
export async function getRoutingRules(vtctl: Vtctl): Promise<RoutingRules> {
  const answer = await vtctl.query(rules, routingRulesCommand());
  return new Map(answer.routing_rules.rules.map(({ from_table, to_tables }) => [from_table, to_tables.join(',')]));
}

export function routingRulesCommand(): VtctlCommand {
  return { args: ['GetRoutingRules'], method: 'GetRoutingRules', request: {} };
}

/** Replaces all routing rules in the topology. */
export async function applyRoutingRules(vtctl: Vtctl, all: RoutingRules): Promise<void> {
  const document = { rules: [...all].map(([from, to]) => ({ from_table: from, to_tables: [to] })) };
  await vtctl.run({
    args: ['ApplyRoutingRules', `--rules=${JSON.stringify(document)}`],
    method: 'ApplyRoutingRules',
    request: { routing_rules: document },
  });
}
