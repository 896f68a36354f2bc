import { failure } from '../errors.ts';
import { showWorkflow, switchTraffic, type TrafficTypes, type Workflow } from '../vtctl/move-tables.ts';
import { waitFor } from '../wait.ts';
import { forwardWorkflow, keyspaceOf, reverseWorkflow, type MigrationContext, type Side } from './context.ts';
import { probeWrites } from './probe.ts';
import { checkRouting, currentTraffic } from './routing.ts';

/** As Vitess ships it: how long a switch waits for the streams to catch up before it undoes itself. */
const SWITCH_TIMEOUT_MS = 30_000;

export interface SwitchOptions {
  readonly timeoutMs?: number;
}

/**
 * Sends reads or writes to `to`, and checks that they go there: the topology's rules and denied tables, a probe write
 * on either side, and which of the two workflows runs. Traffic that is there already is only checked, so that an
 * interrupted switch can be run again; one that is half way is finished by Vitess itself.
 */
export async function switchTo(
  context: MigrationContext,
  types: TrafficTypes,
  to: Side,
  { timeoutMs = SWITCH_TIMEOUT_MS }: SwitchOptions = {},
): Promise<void> {
  const name = forwardWorkflow(context);
  const before = await currentTraffic(context);
  if (before[types] !== to || (types === 'writes' && !(await isFollowing(context, to)))) {
    const direction = to === 'target' ? 'forward' : 'reverse';
    await switchTraffic(context.vtctl, name, { direction, types, timeoutMs });
  }
  const other = before[types === 'reads' ? 'writes' : 'reads'];
  if (other === null) throw halfSwitched(types);
  await checkTraffic(context, {
    reads: types === 'reads' ? to : other,
    writes: types === 'writes' ? to : other,
  });
}

/** Checks everything that must agree about where traffic goes. */
export async function checkTraffic(context: MigrationContext, traffic: { reads: Side; writes: Side }): Promise<void> {
  await Promise.all([
    checkRouting(context, traffic),
    untilOneWorkflowRuns(context, traffic.writes),
    probeWrites(context, traffic.writes),
  ]);
}

/** Whether the workflow that follows the side that serves writes is there and runs. */
async function isFollowing(context: MigrationContext, serving: Side): Promise<boolean> {
  const name = serving === 'source' ? forwardWorkflow(context) : reverseWorkflow(context);
  return isRunning(await showWorkflow(context.vtctl, name));
}

/** Exactly one of the two workflows runs: the one that reads the side that serves writes. */
async function untilOneWorkflowRuns(context: MigrationContext, serving: Side): Promise<void> {
  const [running, resting] =
    serving === 'source'
      ? [forwardWorkflow(context), reverseWorkflow(context)]
      : [reverseWorkflow(context), forwardWorkflow(context)];
  const wait = {
    what: `${running.workflow} running and ${resting.workflow} not`,
    where: `MoveTables show in ${running.targetKeyspace} and ${resting.targetKeyspace}`,
    timeoutMs: 15_000,
  };
  await waitFor(wait, async () => {
    const [active, idle] = await Promise.all([
      showWorkflow(context.vtctl, running),
      showWorkflow(context.vtctl, resting),
    ]);
    refuseBoth(context, active, idle);
    return {
      done: (isRunning(active) && !isRunning(idle)) || undefined,
      seen: `${running.workflow}: ${stateOf(active)}; ${resting.workflow}: ${stateOf(idle)}`,
    };
  });
}

/** Two running workflows would carry every row round in a circle; that is never a passing state. */
function refuseBoth(context: MigrationContext, active: Workflow | null, idle: Workflow | null): void {
  if (!isRunning(active) || !isRunning(idle)) return;
  throw failure({
    what: 'Both workflows run at the same time.',
    expected: 'one of them',
    seen: `${active?.name} and ${idle?.name} are Running`,
    where: `keyspaces ${keyspaceOf(context, 'source')} and ${keyspaceOf(context, 'target')}`,
    next: 'Stop one of them at once: rows written on one side are applied again on the other.',
  });
}

function halfSwitched(types: TrafficTypes) {
  const other = types === 'reads' ? 'writes' : 'reads';
  return failure({
    what: `The ${other} are half switched.`,
    expected: 'routing rules that send the same kind of traffic of every table to one side',
    seen: `rules of ${other} that lead to both sides, or to neither`,
    where: 'GetRoutingRules',
    next: `Run the switch of ${other} again: it finishes what an interrupted one began.`,
  });
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
