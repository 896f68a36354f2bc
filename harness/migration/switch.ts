import { failure, messageOf, trouble } from '../errors.ts';
import type { Side } from '../side.ts';
import { showWorkflow, switchTraffic, type TrafficTypes, type WorkflowName } from '../vtctl/move-tables.ts';
import { vdiffShowCommand, vdiffsUnderWay } from '../vtctl/vdiff.ts';
import { commandLine } from '../vtctl/vtctl.ts';
import { lookUntil, waitFor } from '../wait.ts';
import { checkTraffic, isFollowing } from './coherence.ts';
import { blameStreams } from './blame-streams.ts';
import { forwardWorkflow, type MigrationContext } from './context.ts';
import { currentTraffic } from './routing.ts';
import { runningWorkflow } from './running-workflow.ts';
import { streamErrorOf } from './stream-errors.ts';
import { StreamWatch } from './stream-watch.ts';

/** How long a switch waits for the streams to catch up before it undoes itself; this is Vitess' default. */
export const SWITCH_TIMEOUT_MS = 30_000;

/** How long a stream that meets an error may take to get over it before a switch is abandoned. */
const HEALTHY_TIMEOUT_MS = 60_000;

export interface SwitchOptions {
  readonly timeoutMs?: number;
  /** The switch refuses if a stream is further behind than this; 30 s by default. */
  readonly maxLagMs?: number | undefined;
}

/** Both kinds of traffic, before one of them is switched. */
interface TrafficBefore {
  readonly reads: Side | null;
  readonly writes: Side | null;
  /** Where the other kind of traffic goes, which is not switched. */
  readonly other: Side;
}

/**
 * Refuses a switch that cannot succeed while nothing has been touched yet. It must be called before anything is done
 * for the switch, including a fence.
 *
 * @param vdiffTimeoutMs how long a switch of writes waits for a VDiff that is under way.
 * @throws `fail` if the other kind of traffic is half switched, or a stream cannot continue; `unknown` if such a VDiff
 *   does not end.
 */
export async function refuseUnlessSwitchable(
  context: MigrationContext,
  types: TrafficTypes,
  to: Side,
  vdiffTimeoutMs = HEALTHY_TIMEOUT_MS,
): Promise<void> {
  const before = await trafficBefore(context, types);
  if (before[types] === to) return;
  const name = runningWorkflow(context, before.writes);
  const exists = await untilHealthy(context, name);
  if (exists && types === 'writes') await untilNoVDiff(context, name, vdiffTimeoutMs);
}

/**
 * A VDiff stops and starts the stream for each table, under the lock that a switch holds too. One that has a table left
 * when writes are switched waits for that lock, and then starts the stream that the switch has frozen. The stream meets
 * the journal, as after a start by hand (vitessio/vitess#19680). A VDiff of our own has ended before a switch, but a
 * person may have started one, a run that was interrupted leaves its own, and Vitess tries one that has failed again.
 */
async function untilNoVDiff(context: MigrationContext, name: WorkflowName, timeoutMs: number): Promise<void> {
  let left: string | null = null;
  const { done, seen } = await lookUntil({ timeoutMs, intervalMs: 500 }, async () => {
    try {
      left = (await vdiffsUnderWay(context.vtctl, name))[0] ?? null;
      return { done: left === null || undefined, seen: `VDiff ${left}, which has not ended` };
    } catch (error) {
      // A tablet that has just started cannot say it yet.
      return { done: undefined, seen: messageOf(error) };
    }
  });
  if (done !== undefined) return;
  const { workflow, targetKeyspace } = name;
  const deletion = ['VDiff', `--workflow=${workflow}`, `--target-keyspace=${targetKeyspace}`, 'delete', left ?? 'UUID'];
  throw trouble({
    what: `It is not certain that no VDiff of ${workflow} is under way.`,
    expected: `no VDiff while writes are switched, because it would start the stream that the switch freezes, and the workflow would be lost; waited ${timeoutMs / 1000} s`,
    seen,
    where: `${targetKeyspace}; nothing was switched`,
    next: `Look at ${commandLine(vdiffShowCommand(name, 'all').args)}. Let each VDiff end, or give it up (${commandLine(deletion)}). Then switch again.`,
  });
}

/**
 * Sends reads or writes to `to`, and checks that they go there: the topology's rules and denied tables, a probe write
 * on either side, which of the two workflows is running, and the journals. If traffic already goes there, this only
 * checks it, so that an interrupted switch can be run again; Vitess itself finishes one that is halfway.
 */
export async function switchTo(
  context: MigrationContext,
  types: TrafficTypes,
  to: Side,
  { timeoutMs = SWITCH_TIMEOUT_MS, maxLagMs }: SwitchOptions = {},
): Promise<void> {
  const name = forwardWorkflow(context);
  const before = await trafficBefore(context, types);
  if (before[types] !== to || (types === 'writes' && !(await isFollowing(context, to)))) {
    const direction = to === 'target' ? 'forward' : 'reverse';
    await switchTraffic(context.vtctl, name, { direction, types, timeoutMs, maxLagMs }).catch(
      async (error: unknown) => {
        await blameStreams(context, runningWorkflow(context, before.writes));
        throw error;
      },
    );
  }
  const { other } = before;
  await checkTraffic(context, {
    reads: types === 'reads' ? to : other,
    writes: types === 'writes' ? to : other,
  });
}

/** @throws `fail` if the kind of traffic that is not to be switched is half switched. */
async function trafficBefore(context: MigrationContext, types: TrafficTypes): Promise<TrafficBefore> {
  const before = await currentTraffic(context);
  const other = before[types === 'reads' ? 'writes' : 'reads'];
  if (other === null) throw halfSwitched(types);
  return { ...before, other };
}

/** @returns whether the workflow exists; if not, the switch will say so. */
async function untilHealthy(context: MigrationContext, name: WorkflowName): Promise<boolean> {
  const watch = new StreamWatch(name, context.cluster.existing === null);
  const wait = {
    what: `${name.workflow} without an error`,
    where: `MoveTables show in ${name.targetKeyspace}`,
    timeoutMs: HEALTHY_TIMEOUT_MS,
  };
  const { exists } = await waitFor(wait, async () => {
    const workflow = await showWorkflow(context.vtctl, name);
    if (workflow === null) return { done: { exists: false }, seen: 'no such workflow' };
    watch.look(workflow);
    const isHealthy = workflow.streams.every((stream) => streamErrorOf(stream) === null);
    return { done: isHealthy ? { exists: true } : undefined, seen: watch.error };
  });
  return exists;
}

function halfSwitched(types: TrafficTypes) {
  const other = types === 'reads' ? 'writes' : 'reads';
  return failure({
    what: `The ${other} are half switched.`,
    expected: 'routing rules that send the same kind of traffic of every table to one side',
    seen: `rules of ${other} that lead to both sides, or to neither`,
    where: 'GetRoutingRules; nothing was switched',
    next: `Run the switch of ${other} again: it finishes what an interrupted one began.`,
  });
}
