import { failure, messageOf, usage } from '../errors.ts';
import type { Side } from '../side.ts';
import { cancelCommand, listWorkflows, trafficCommand, type TrafficTypes } from '../vtctl/move-tables.ts';
import { getShard } from '../vtctl/shards.ts';
import { getTablets } from '../vtctl/tablets.ts';
import { commandLine, Vtctl, type VtctlHost } from '../vtctl/vtctl.ts';
import { countJournals } from './coherence.ts';
import {
  forwardWorkflow,
  keyspaceOf,
  primaryEndpoint,
  reverseWorkflow,
  shardOf,
  uuidOf,
  type MigrationContext,
} from './context.ts';
import { stillFenced } from './fence.ts';
import { currentTraffic } from './routing.ts';
import { noteExecuted } from './executed.ts';
import { SWITCH_TIMEOUT_MS } from './switch.ts';

/**
 * Refuses a workflow with this migration's name that existed before, unless the config says to continue it: this run
 * must not switch it, let alone cancel it.
 *
 * @throws usage that names it.
 */
export async function refuseForeignWorkflow(context: MigrationContext): Promise<void> {
  const { existing } = context.cluster;
  if (existing === null) return;
  const names = [forwardWorkflow(context), reverseWorkflow(context)];
  const found: string[] = [];
  for (const { workflow, targetKeyspace } of names) {
    if ((await listWorkflows(context.vtctl, targetKeyspace)).includes(workflow)) {
      found.push(`${workflow} in ${targetKeyspace}`);
    }
  }
  if (found.length > 0 && !existing.resume) {
    throw usage({
      what: 'There is a workflow of that name already.',
      expected: 'none, or target.resume in the config',
      seen: found.join(', '),
      where: names.map(({ targetKeyspace }) => `Workflow --keyspace=${targetKeyspace} list`).join('\n'),
      next: 'Set target.resume: true to continue it, or choose another name with target.workflow. Nothing was changed.',
    });
  }
  const { reads, writes } = await currentTraffic(context);
  const isElsewhere = reads === 'target' || writes === 'target';
  if (!isElsewhere) return;
  throw usage({
    what: 'Traffic goes to the target already.',
    expected: `all traffic on ${keyspaceOf(context, 'source')}`,
    seen: `reads: ${sideName(context, reads)}; writes: ${sideName(context, writes)}`,
    where: 'GetRoutingRules',
    next: `Send it back first:\n${trafficBack(context, { reads, writes }).join('\n')}`,
  });
}

/** Checks that the target keyspace and its tablets exist, and records what both sides had before this run. */
export async function checkTarget(context: MigrationContext): Promise<void> {
  const { cluster, vtctl, before } = context;
  const keyspace = cluster.targetKeyspace;
  const shard = shardOf(context, 'target');
  const { primaryAlias, isPrimaryServing } = await getShard(vtctl, shard);
  const tablets = await getTablets(vtctl, keyspace);
  if (primaryAlias === null || !isPrimaryServing || !tablets.some(({ alias }) => alias === primaryAlias)) {
    throw failure({
      what: 'The target keyspace has no primary that serves.',
      expected: `a tablet of ${shard} as its primary, serving`,
      seen: `${primaryAlias ?? 'no primary'}; tablets: ${tablets.map(({ alias, type }) => `${alias} ${type}`).join(', ') || 'none'}`,
      where: `GetShard ${shard}, GetTablets --keyspace=${keyspace}`,
    });
  }
  await meetPrimaries(context);
  if (!cluster.hasMysqls) return;
  before.journals = (await countJournals(context, 'source')) - (await countJournals(context, 'target'));
  await noteExecuted(context, 'target');
}

/** @throws usage if a MySQL that the config names is not the one behind its keyspace's primary. */
async function meetPrimaries(context: MigrationContext): Promise<void> {
  const { cluster, met } = context;
  const vtgate = await cluster.vtgate();
  for (const side of ['source', 'target'] as const) {
    const keyspace = keyspaceOf(context, side);
    const server = await uuidOf(vtgate.harnessEndpoint(`${shardOf(context, side)}@primary`));
    const endpoint = cluster.hasMysqls ? await primaryEndpoint(context, side) : null;
    met({ server, side, name: `${keyspace} primary` }, endpoint);
    const seen = endpoint === null ? server : await uuidOf(endpoint);
    if (seen === server) continue;
    throw usage({
      what: `The ${side} MySQL of the config is not the one behind the primary of ${keyspace}.`,
      expected: `@@server_uuid ${server}`,
      seen,
      where: `target.mysql.${side} of the config`,
      next: 'Name the MySQL of the primary tablet.',
    });
  }
}

/**
 * Describes where traffic goes now, and the commands that bring it back, for a run that ended in the middle. Nothing is
 * switched.
 *
 * @param host a vtctld for a last look, because the run's own accepts no more commands.
 */
export async function describeWayBack(context: MigrationContext, host: VtctlHost): Promise<string> {
  const [traffic, fenced] = await Promise.all([describeTraffic(context, host), describeFence(context)]);
  return [...traffic, ...fenced].join('\n');
}

async function describeTraffic(context: MigrationContext, host: VtctlHost): Promise<string[]> {
  const looking = { ...context, vtctl: new Vtctl(host) };
  const { workflow, targetKeyspace } = forwardWorkflow(context);
  try {
    const workflows = await listWorkflows(looking.vtctl, targetKeyspace);
    if (!workflows.includes(workflow)) return [`There is no workflow ${workflow}: nothing is left to bring back.`];
    const { reads, writes } = await currentTraffic(looking);
    const back = trafficBack(context, { reads, writes });
    return [
      `Reads go to ${sideName(context, reads)}, writes to ${sideName(context, writes)}. Nothing is switched automatically.`,
      back.length > 0
        ? 'To bring traffic back to the source, and then remove the workflow and what it copied:'
        : `The workflow ${workflow} exists. To remove it and what it copied:`,
      ...back,
      cancelLine(context),
    ];
  } catch (error) {
    return [
      `It could not be found out where traffic goes: ${messageOf(error)}`,
      'Look at GetRoutingRules. The commands that bring it back to the source, and then remove the workflow:',
      ...trafficBack(context, { reads: null, writes: null }),
      cancelLine(context),
    ];
  }
}

async function describeFence(context: MigrationContext): Promise<string[]> {
  if (!context.cluster.hasMysqls) return [];
  try {
    const { accounts, statements } = await stillFenced(context);
    if (accounts.length === 0) return [];
    return [
      `Locked out of the source MySQL: ${accounts.join(', ')}. When writes are on the source again, let them in:`,
      ...statements,
    ];
  } catch (error) {
    return [`It could not be found out whether a fence keeps accounts out of the source MySQL: ${messageOf(error)}`];
  }
}

function cancelLine(context: MigrationContext): string {
  return `$ ${commandLine(cancelCommand(forwardWorkflow(context)).args)}`;
}

/** Vitess refuses to reverse what was never switched, so each kind of traffic gets a command only if it needs one. */
function trafficBack(context: MigrationContext, now: Readonly<Record<TrafficTypes, Side | null>>): string[] {
  const moved = (['reads', 'writes'] as const).filter((types) => now[types] !== 'source');
  return moved.map((types) => {
    const options = { direction: 'reverse', types, timeoutMs: SWITCH_TIMEOUT_MS } as const;
    return `$ ${commandLine(trafficCommand(forwardWorkflow(context), options).args)}`;
  });
}

function sideName(context: MigrationContext, side: Side | null): string {
  return side === null ? 'no single side' : keyspaceOf(context, side);
}
