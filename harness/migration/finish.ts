import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { failure } from '../errors.ts';
import type { Side } from '../side.ts';
import { getRoutingRules } from '../vtctl/routing-rules.ts';
import {
  cancelMoveTables,
  completeMoveTables,
  listWorkflows,
  showWorkflow,
  type SourceTables,
} from '../vtctl/move-tables.ts';
import {
  forwardWorkflow,
  keyspaceOf,
  primaryEndpoint,
  reverseWorkflow,
  sidecarOf,
  type MigrationContext,
} from './context.ts';
import { quoteName } from '../schema/quote.ts';
import { compareDenied, currentTraffic, deniedOn, namesInRules, type RoutingDifference } from './routing.ts';

/**
 * Ends the migration with the writes on the target. The source's tables are kept unless `sourceTables` says otherwise.
 * Kept tables stay denied on the source's shard, so that nobody writes to outdated tables.
 */
export async function complete(context: MigrationContext, sourceTables: SourceTables = 'keep'): Promise<void> {
  const name = forwardWorkflow(context);
  // When it runs again after an interruption, there may be nothing left to complete.
  if ((await showWorkflow(context.vtctl, name)) !== null) {
    const { writes } = await currentTraffic(context);
    if (writes !== 'target') throw notSwitched(context);
    await completeMoveTables(context.vtctl, name, sourceTables);
  }
  const kept = sourceTables === 'keep' ? context.tables : [];
  await refuseLeftovers(context, 'complete', [
    ...(await existing(context, 'source', kept)),
    ...(await existing(context, 'target', context.tables)),
    ...(await denied(context, 'source', kept)),
    ...(await denied(context, 'target', [])),
  ]);
}

/** Gives up the migration with the writes on the source: the workflow, its rules and what it copied are removed. */
export async function cancel(context: MigrationContext): Promise<void> {
  const name = forwardWorkflow(context);
  if ((await showWorkflow(context.vtctl, name)) !== null) await cancelMoveTables(context.vtctl, name);
  await refuseLeftovers(context, 'cancel', [
    ...(await existing(context, 'source', context.tables)),
    ...(await existing(context, 'target', [])),
    ...(await denied(context, 'source', [])),
    ...(await denied(context, 'target', [])),
  ]);
}

/** Compares the tables that move with those that exist on a side. */
async function existing(
  context: MigrationContext,
  side: Side,
  expected: readonly string[],
): Promise<RoutingDifference[]> {
  if (!context.cluster.hasMysqls) return [];
  const seen = await withConnection(await primaryEndpoint(context, side), async (connection) => {
    const rows = await queryRows<{ name: string }>(
      connection,
      'SELECT TABLE_NAME AS name FROM information_schema.tables WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?)',
      [context.tables],
    );
    return rows.map(({ name }) => name);
  });
  return [
    ...expected.filter((table) => !seen.includes(table)).map((table) => ({ table, what: `not on the ${side}` })),
    ...seen.filter((table) => !expected.includes(table)).map((table) => ({ table, what: `still on the ${side}` })),
  ];
}

async function denied(
  context: MigrationContext,
  side: Side,
  expected: readonly string[],
): Promise<RoutingDifference[]> {
  return compareDenied(keyspaceOf(context, side), expected, await deniedOn(context, side));
}

async function leftInTopology(context: MigrationContext): Promise<RoutingDifference[]> {
  const names = [forwardWorkflow(context), reverseWorkflow(context)];
  const left = await Promise.all(
    names.map(async ({ workflow, targetKeyspace }) => {
      const workflows = await listWorkflows(context.vtctl, targetKeyspace);
      if (!workflows.includes(workflow)) return [];
      return [{ table: null, what: `workflow ${workflow} in ${targetKeyspace}` }];
    }),
  );
  const rules = await getRoutingRules(context.vtctl);
  const keyspaces = { source: context.cluster.sourceKeyspace, target: context.cluster.targetKeyspace };
  const ours = context.tables.flatMap((table) =>
    namesInRules(table, keyspaces)
      .filter((name) => rules.has(name))
      .map((name) => ({ table, what: `routing rule of ${name}` })),
  );
  return [...left.flat(), ...ours];
}

/**
 * What a workflow keeps in the sidecar database of either side. It does not include `resharding_journal` and
 * `vreplication_log`: they are Vitess' own record of what was done, Vitess never removes them, and they do not hinder a
 * second run.
 */
const SIDECAR_TABLES = ['vreplication', 'copy_state', 'vdiff', 'vdiff_table', 'post_copy_action'];

async function leftInSidecar(context: MigrationContext, side: Side): Promise<RoutingDifference[]> {
  if (!context.cluster.hasMysqls) return [];
  const sidecar = sidecarOf(context, side);
  return await withConnection(await primaryEndpoint(context, side), async (connection) => {
    const left: RoutingDifference[] = [];
    for (const table of SIDECAR_TABLES) {
      const [row] = await queryRows<{ count: string }>(connection, ...countOf(context, sidecar, table));
      const count = Number(row!.count);
      if (count > 0) left.push({ table: null, what: `${count} row(s) of ${sidecar}.${table} on the ${side}` });
    }
    return left;
  });
}

/**
 * Returns the query that counts the rows of this workflow. A Vitess that was already running may have rows of other
 * workflows, and only these tables say whose they are.
 */
function countOf(context: MigrationContext, sidecar: string, table: string): [string, unknown[]] {
  const all = `SELECT COUNT(*) AS count FROM ${quoteName(sidecar)}.${quoteName(table)}`;
  if (context.cluster.existing === null) return [all, []];
  const names = [forwardWorkflow(context), reverseWorkflow(context)].map(({ workflow }) => workflow);
  if (table !== 'vreplication' && table !== 'vdiff') return [`${all} WHERE FALSE`, []];
  return [`${all} WHERE workflow IN (?)`, [names]];
}

async function refuseLeftovers(
  context: MigrationContext,
  after: 'complete' | 'cancel',
  ofTables: readonly RoutingDifference[],
): Promise<void> {
  const elsewhere = await Promise.all([
    leftInTopology(context),
    leftInSidecar(context, 'source'),
    leftInSidecar(context, 'target'),
  ]);
  const left = [...elsewhere.flat(), ...ofTables];
  const compared = context.cluster.hasMysqls
    ? 4 * context.tables.length + 2 * SIDECAR_TABLES.length + 2
    : 2 * context.tables.length + 2;
  context.observed({ of: 'leftovers', after, compared, left });
  if (left.length === 0) return;
  throw failure({
    what: `${after} did not leave what it should.`,
    expected:
      'no workflow, routing rule, denied table, row in the sidecar databases or copied table of this migration, except those that it keeps',
    seen: left.map(({ table, what }) => (table === null ? what : `${table}: ${what}`)).join('\n'),
    where: 'the topology and both MySQLs',
    next: 'Run the step again; whatever is left after that must be removed by hand before the next migration.',
  });
}

function notSwitched(context: MigrationContext) {
  return failure({
    what: 'The migration cannot be completed while the source serves writes.',
    expected: `writes served by ${keyspaceOf(context, 'target')}`,
    seen: `writes are not served by ${keyspaceOf(context, 'target')}`,
    where: 'GetRoutingRules',
    next: 'Switch writes first, or cancel.',
  });
}
