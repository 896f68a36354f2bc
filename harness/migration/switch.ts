import { failure } from '../errors.ts';
import { switchTraffic, type TrafficTypes } from '../vtctl/move-tables.ts';
import { checkTraffic, isFollowing } from './coherence.ts';
import { forwardWorkflow, type MigrationContext, type Side } from './context.ts';
import { currentTraffic } from './routing.ts';

/** As Vitess ships it: how long a switch waits for the streams to catch up before it undoes itself. */
export const SWITCH_TIMEOUT_MS = 30_000;

export interface SwitchOptions {
  readonly timeoutMs?: number;
}

/**
 * Sends reads or writes to `to`, and checks that they go there: the topology's rules and denied tables, a probe write
 * on either side, which of the two workflows runs, and the journals. Traffic that is there already is only checked, so
 * that an interrupted switch can be run again; one that is half way is finished by Vitess itself.
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
