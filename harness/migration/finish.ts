import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import type { ConnectionOptions } from 'mysql2/promise';
import { failure } from '../errors.ts';
import { getRoutingRules } from '../vtctl/routing-rules.ts';
import {
  cancelMoveTables,
  completeMoveTables,
  listWorkflows,
  showWorkflow,
  type SourceTables,
} from '../vtctl/move-tables.ts';
import { getShard } from '../vtctl/shards.ts';
import { forwardWorkflow, keyspaceOf, primaryEndpoint, reverseWorkflow, type MigrationContext } from './context.ts';
import { currentTraffic } from './routing.ts';

/**
 * Ends the migration with the writes on the target. The source's tables are kept unless `sourceTables` says otherwise;
 * kept, they stay denied on the source's shard, so that nobody writes to what is history.
 */
export async function complete(context: MigrationContext, sourceTables: SourceTables = 'keep'): Promise<void> {
  const name = forwardWorkflow(context);
  // Run again after an interruption there may be nothing left to complete.
  if ((await showWorkflow(context.vtctl, name)) !== null) {
    const { writes } = await currentTraffic(context);
    if (writes !== 'target') throw notSwitched(context);
    await completeMoveTables(context.vtctl, name, sourceTables);
  }
  const source = await existingTables(context.cluster.source.harnessEndpoint, context.tables);
  const expectedOnSource = sourceTables === 'keep' ? context.tables : [];
  refuseLeftovers('complete', [
    ...(await leftInTopology(context)),
    ...compare('tables on the source', expectedOnSource, source),
    ...compare('tables on the target', context.tables, await targetTables(context)),
  ]);
}

/** Gives the migration up with the writes on the source: the workflow, its rules and what it copied are removed. */
export async function cancel(context: MigrationContext): Promise<void> {
  const name = forwardWorkflow(context);
  if ((await showWorkflow(context.vtctl, name)) !== null) await cancelMoveTables(context.vtctl, name);
  const shards = await Promise.all(
    (['source', 'target'] as const).map(async (side) => {
      const { deniedTables } = await getShard(context.vtctl, `${keyspaceOf(context, side)}/0`);
      return compare(`denied tables of ${keyspaceOf(context, side)}`, [], deniedTables);
    }),
  );
  refuseLeftovers('cancel', [
    ...(await leftInTopology(context)),
    ...shards.flat(),
    ...compare(
      'tables on the source',
      context.tables,
      await existingTables(context.cluster.source.harnessEndpoint, context.tables),
    ),
    ...compare('tables on the target', [], await targetTables(context)),
  ]);
}

async function leftInTopology(context: MigrationContext): Promise<string[]> {
  const names = [forwardWorkflow(context), reverseWorkflow(context)];
  const left = await Promise.all(
    names.map(async ({ workflow, targetKeyspace }) => {
      const workflows = await listWorkflows(context.vtctl, targetKeyspace);
      return workflows.includes(workflow) ? [`workflow ${workflow} in ${targetKeyspace}`] : [];
    }),
  );
  const rules = await getRoutingRules(context.vtctl);
  const ours = [...rules.keys()].filter((from) => context.tables.includes(from.split('@')[0]!.split('.').at(-1)!));
  return [...left.flat(), ...ours.map((from) => `routing rule of ${from}`)];
}

async function targetTables(context: MigrationContext): Promise<string[]> {
  return await existingTables(await primaryEndpoint(context, 'target'), context.tables);
}

async function existingTables(endpoint: ConnectionOptions, tables: readonly string[]): Promise<string[]> {
  return await withConnection(endpoint, async (connection) => {
    const rows = await queryRows<{ name: string }>(
      connection,
      'SELECT TABLE_NAME AS name FROM information_schema.tables WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?)',
      [tables],
    );
    return rows.map(({ name }) => name);
  });
}

function compare(what: string, expected: readonly string[], seen: readonly string[]): string[] {
  if (expected.toSorted().join() === seen.toSorted().join()) return [];
  return [`${what}: ${seen.join(', ') || 'none'} (expected ${expected.join(', ') || 'none'})`];
}

function refuseLeftovers(step: string, left: readonly string[]): void {
  if (left.length === 0) return;
  throw failure({
    what: `${step} did not leave what it must.`,
    expected: 'no workflow, routing rule, denied table or copied row of this migration but those it keeps',
    seen: left.join('\n'),
    where: 'the topology and both MySQLs',
    next: 'Run the step again; what is still there then has to be removed by hand before the next migration.',
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
