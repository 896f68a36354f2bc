import type { Side } from '../side.ts';
import { getRoutingRules, type RoutingRules } from '../vtctl/routing-rules.ts';
import { getShard } from '../vtctl/shards.ts';
import { keyspaceOf, otherSide, shardOf, type MigrationContext } from './context.ts';

/** Which side serves. Reads are those of replica and rdonly tablets; reads of the primary go with the writes. */
export interface Traffic {
  readonly reads: Side;
  readonly writes: Side;
}

/** Something that does not match the expected traffic; the table is null if it concerns all of them. */
export interface RoutingDifference {
  readonly table: string | null;
  /** One sentence. */
  readonly what: string;
}

/** What was compared, and what differed. */
export interface Compared {
  readonly compared: number;
  readonly differences: readonly RoutingDifference[];
}

/** The suffixes of a table's name in rules for reads of replicas and rdonlys. */
const READS = ['@replica', '@rdonly'];

interface Keyspaces {
  readonly source: string;
  readonly target: string;
}

/**
 * Returns what the routing rules must be, entry by entry.
 *
 * Every table is named in three ways, bare and qualified by either keyspace, for each of three tablet types: primary
 * (no suffix), replica and rdonly. Tried with Vitess 24.0.1: a rule that sends a name to itself exists after `create`
 * and is gone after a switch, so it is not required; its absence means the same.
 */
export function expectedRules(tables: readonly string[], keyspaces: Keyspaces, traffic: Traffic): RoutingRules {
  const rules = new Map<string, string>();
  for (const table of tables) {
    for (const name of namesOf(table, keyspaces)) {
      rules.set(name, `${keyspaces[traffic.writes]}.${table}`);
      for (const type of READS) rules.set(name + type, `${keyspaces[traffic.reads]}.${table}`);
    }
  }
  return rules;
}

/** Returns every name that a rule about the table can start from. */
export function namesInRules(table: string, keyspaces: Keyspaces): string[] {
  return namesOf(table, keyspaces).flatMap((name) => ['', ...READS].map((type) => name + type));
}

function namesOf(table: string, { source, target }: Keyspaces): string[] {
  return [table, `${source}.${table}`, `${target}.${table}`];
}

/** Returns the entries that differ; rules of tables that do not move are not judged. */
export function compareRules(expected: RoutingRules, seen: RoutingRules): RoutingDifference[] {
  const differences: RoutingDifference[] = [];
  for (const [from, to] of expected) {
    const leadsToItself = ['', ...READS].some((type) => from === to + type);
    const found = seen.get(from) ?? (leadsToItself ? to : undefined);
    if (found === to) continue;
    const what = `${from} → ${found ?? 'no rule'} (expected ${to})`;
    // A keyspace's name has no dot; a table's may have one.
    differences.push({ table: to.slice(to.indexOf('.') + 1), what });
  }
  return differences;
}

/** Compares the routing rules and the denied tables in the topology with the expected traffic. */
export async function compareRouting(context: MigrationContext, traffic: Traffic): Promise<Compared> {
  const { vtctl, tables } = context;
  const keyspaces = { source: keyspaceOf(context, 'source'), target: keyspaceOf(context, 'target') };
  const [seen, accepting, denying] = await Promise.all([
    getRoutingRules(vtctl),
    deniedOn(context, traffic.writes),
    deniedOn(context, otherSide(traffic.writes)),
  ]);
  const rules = expectedRules(tables, keyspaces, traffic);
  return {
    compared: rules.size + 2 * tables.length,
    differences: [
      ...compareRules(rules, seen),
      ...compareDenied(keyspaces[traffic.writes], [], accepting),
      ...compareDenied(keyspaces[otherSide(traffic.writes)], tables, denying),
    ],
  };
}

/**
 * Returns tables of this migration that are denied on a side, except those that another migration left denied there.
 */
export async function deniedOn(context: MigrationContext, side: Side): Promise<readonly string[]> {
  const { deniedTables } = await getShard(context.vtctl, shardOf(context, side));
  return deniedTables.filter((table) => context.tables.includes(table));
}

/** Returns one difference for each table that is denied and should not be, or the other way round. */
export function compareDenied(
  keyspace: string,
  expected: readonly string[],
  seen: readonly string[],
): RoutingDifference[] {
  const [wanted, found] = [new Set(expected), new Set(seen)];
  return [
    ...expected.filter((table) => !found.has(table)).map((table) => ({ table, what: `${keyspace}: not denied` })),
    ...seen.filter((table) => !wanted.has(table)).map((table) => ({ table, what: `${keyspace}: denied` })),
  ];
}

/**
 * Returns which side the rules in the topology send each kind of traffic to; null if they do not all send it to one
 * side.
 */
export async function currentTraffic(context: MigrationContext): Promise<{ reads: Side | null; writes: Side | null }> {
  const rules = await getRoutingRules(context.vtctl);
  const sideOf = (types: readonly string[]): Side | null => {
    const keyspaces = new Set(
      context.tables.flatMap((table) => types.map((type) => rules.get(table + type)?.split('.')[0])),
    );
    if (keyspaces.size !== 1) return null;
    const [keyspace] = keyspaces;
    return (['source', 'target'] as const).find((side) => keyspaceOf(context, side) === keyspace) ?? null;
  };
  return { reads: sideOf(READS), writes: sideOf(['']) };
}
