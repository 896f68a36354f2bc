import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { failure } from '../errors.ts';
import { showWorkflow, type Workflow } from '../vtctl/move-tables.ts';
import { lookUntil } from '../wait.ts';
import {
  forwardWorkflow,
  keyspaceOf,
  primaryEndpoint,
  reverseWorkflow,
  sidecarOf,
  type MigrationContext,
} from './context.ts';
import { compareProbes } from './probe.ts';
import { compareRouting, type Compared, type RoutingDifference, type Traffic } from './routing.ts';
import { quoteName } from '../schema/quote.ts';
import { refuseFailing } from './stream-watch.ts';

const WORKFLOWS_TIMEOUT_MS = 15_000;

/**
 * Compares everything that must agree about where traffic goes: routing rules, denied tables, a probe write on either
 * side, which of the two workflows is running, and the journals. It records what it saw as an observation.
 *
 * @throws `fail` with a list of all differences.
 */
export async function checkTraffic(context: MigrationContext, traffic: Traffic): Promise<void> {
  refuseDifferences(context, traffic, await observeTraffic(context, traffic));
}

/** Does the same as `checkTraffic`, but only for rules and denied tables, because the workflow is not running yet. */
export async function checkRouting(context: MigrationContext, traffic: Traffic): Promise<void> {
  refuseDifferences(context, traffic, await observe(context, traffic, [compareRouting]));
}

/** Compares the same as `checkTraffic`, and leaves the judgement to the caller. */
export async function observeTraffic(
  context: MigrationContext,
  traffic: Traffic,
): Promise<readonly RoutingDifference[]> {
  const { existing, hasMysqls } = context.cluster;
  return await observe(context, traffic, [
    compareRouting,
    compareWorkflows,
    ...(existing?.probes === false ? [] : [compareProbes]),
    ...(hasMysqls ? [compareJournals] : []),
  ]);
}

/** Looks once at rules, denied tables and probe writes, without waiting for a workflow, and observes nothing. */
export async function lookAtRouting(
  context: MigrationContext,
  traffic: Traffic,
): Promise<readonly RoutingDifference[]> {
  const parts = await Promise.all([compareRouting(context, traffic), compareProbes(context, traffic)]);
  return parts.flatMap(({ differences }) => differences);
}

type Compare = (context: MigrationContext, traffic: Traffic) => Promise<Compared>;

async function observe(
  context: MigrationContext,
  traffic: Traffic,
  all: readonly Compare[],
): Promise<readonly RoutingDifference[]> {
  const parts = await Promise.all(all.map(async (compare) => await compare(context, traffic)));
  const differences = parts.flatMap((part) => part.differences);
  const compared = parts.reduce((sum, part) => sum + part.compared, 0);
  context.observed({ of: 'routing', ...traffic, compared, differences });
  return differences;
}

function refuseDifferences(
  context: MigrationContext,
  traffic: Traffic,
  differences: readonly RoutingDifference[],
): void {
  if (differences.length === 0) return;
  throw failure({
    what: 'The servers do not agree on where traffic goes.',
    expected: `reads served by ${keyspaceOf(context, traffic.reads)}, writes by ${keyspaceOf(context, traffic.writes)}`,
    seen: differences.map(({ table, what }) => (table === null ? what : `${table}: ${what}`)).join('\n'),
    where:
      'GetRoutingRules, GetShard, MoveTables show, resharding_journal in the sidecar databases, and probe writes past the routing rules',
    next: 'Stop the application’s writes if both sides accept them. Run the switch again: it finishes what was interrupted.',
  });
}

/** Exactly one of the two workflows must be running: the one that reads the side that serves writes. */
async function compareWorkflows(context: MigrationContext, { writes }: Traffic): Promise<Compared> {
  const [forward, reverse] = [forwardWorkflow(context), reverseWorkflow(context)];
  const [running, resting] = writes === 'source' ? [forward, reverse] : [reverse, forward];
  let active: Workflow | null = null;
  const { done, seen } = await lookUntil({ timeoutMs: WORKFLOWS_TIMEOUT_MS }, async () => {
    const [shown, idle] = await Promise.all([
      showWorkflow(context.vtctl, running),
      showWorkflow(context.vtctl, resting),
    ]);
    active = shown;
    const states = `${running.workflow}: ${stateOf(active)}; ${resting.workflow}: ${stateOf(idle)}`;
    // If both run, they copy every row round in a circle, so it is no use to wait.
    const ended = isRunning(idle) ? 'wrong' : 'right';
    return { done: isRunning(active) ? ended : undefined, seen: states };
  });
  // A stream that meets an error says nothing about where traffic goes.
  if (done === undefined) refuseFailing(running, streamsOf(active));
  const what = `${seen} (expected ${running.workflow} running and ${resting.workflow} not)`;
  return { compared: 2, differences: done === 'right' ? [] : [{ table: null, what }] };
}

/**
 * Every switch of writes leaves a permanent journal on the side that served them; tried with Vitess 24.0.1. So the
 * source has as many as the target while it serves writes, and one more while the target does.
 */
async function compareJournals(context: MigrationContext, { writes }: Traffic): Promise<Compared> {
  const [source, target] = await Promise.all([countJournals(context, 'source'), countJournals(context, 'target')]);
  const expected = target + context.before.journals + (writes === 'target' ? 1 : 0);
  const what = `journals: ${source} on the source, ${target} on the target (expected ${expected} on the source)`;
  return { compared: 2, differences: source === expected ? [] : [{ table: null, what }] };
}

export async function countJournals(context: MigrationContext, side: 'source' | 'target'): Promise<number> {
  const endpoint = await primaryEndpoint(context, side);
  return await withConnection(endpoint, async (connection) => {
    const journals = `${quoteName(sidecarOf(context, side))}.resharding_journal`;
    const sql = `SELECT COUNT(*) AS count FROM ${journals} WHERE db_name = DATABASE()`;
    const [row] = await queryRows<{ count: string }>(connection, sql);
    return Number(row!.count);
  });
}

/** Whether the workflow that follows the side that serves writes exists and is running. */
export async function isFollowing(context: MigrationContext, serving: Traffic['writes']): Promise<boolean> {
  const name = serving === 'source' ? forwardWorkflow(context) : reverseWorkflow(context);
  return isRunning(await showWorkflow(context.vtctl, name));
}

function streamsOf(workflow: Workflow | null): Workflow['streams'] {
  return workflow?.streams ?? [];
}

function isRunning(workflow: Workflow | null): boolean {
  return workflow !== null && workflow.streams.length > 0 && workflow.streams.every(({ state }) => state === 'Running');
}

function stateOf(workflow: Workflow | null): string {
  if (workflow === null) return 'not there';
  return (
    workflow.streams.map(({ state, message }) => (message ? `${state} (${message})` : state)).join(', ') || 'no stream'
  );
}
