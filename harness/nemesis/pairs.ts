import picomatch from 'picomatch';
import { LINK_NAMES } from '../cluster/link-plan.ts';
import { IMPAIRMENTS } from '../cluster/toxiproxy.ts';
import { usage } from '../errors.ts';
import type { StepName } from '../history/steps.ts';
import type { SwitchMoment } from '../migration/switch-moments.ts';
import type { Fault } from './fault.ts';
import { addedColumn } from './faults/added-column.ts';
import { BACKUP_TABLET } from './faults/backup-tablet.ts';
import { CLIENT_KILLED } from './faults/client.ts';
import { NO_CONNECTIONS } from './faults/connections.ts';
import { ends } from './faults/end.ts';
import { LOST_PRIMARY } from './faults/lost-primary.ts';
import { FULL_DISK } from './faults/full-disk.ts';
import { HUGE_TRANSACTION } from './faults/huge-transaction.ts';
import { impaired } from './faults/network.ts';
import { NOTHING } from './faults/nothing.ts';
import { longTransaction } from './faults/open-transaction.ts';
import { paused } from './faults/pause.ts';
import { PURGED_LOGS } from './faults/purged-logs.ts';
import { REPARENT } from './faults/reparent.ts';
import { SECOND_SWITCH } from './faults/second-switch.ts';
import { SOURCE_FAILOVER, SOURCE_SWITCHOVER } from './faults/source-takeover.ts';
import { NEEDS, needsOf, unmetNeed, type Need } from './needs.ts';
import type { Point } from './point.ts';
import { before, BEFORE_COMPLETE, BEFORE_CREATE, RUNNING, RUNNING_REVERSE } from './points/plain-points.ts';
import { BETWEEN_TABLES, copyPoint, IN_VDIFF } from './points/seen-points.ts';
import { SWITCH_POINTS, switchPoint } from './points/switch-point.ts';
import { PROCESS_NAMES } from './processes.ts';

/** A fault, and when it strikes. */
export interface Pair {
  readonly fault: Fault;
  readonly point: Point;
}

export function nameOf({ fault, point }: Pair): string {
  return `${fault.id} at ${point.id}`;
}

/** Every pair that the table of faults has, in the order in which they are tried. */
export const PAIRS: readonly Pair[] = [
  // The controls have the same shape, but no fault.
  ...at([NOTHING], [switchPoint('switchWrites', 'journal'), RUNNING, copyPoint(0.5)]),
  ...at([ends('vtctld', 'kill')], switches('switchWrites', ...SWITCH_POINTS)),
  ...at([CLIENT_KILLED], switches('switchWrites', 'stopWrites', 'catchUp', 'journal', 'allowWrites', 'routing')),
  ...at(
    [ends('target-tablet', 'kill')],
    switches('switchWrites', 'stopWrites', 'catchUp', 'journal', 'allowWrites', 'routing', 'startReverse'),
  ),
  ...at(
    [ends('source-tablet', 'kill')],
    switches('switchWrites', 'stopWrites', 'lockTables', 'journal', 'startReverse'),
  ),
  ...at([ends('source-mysqld', 'kill')], switches('switchWrites', 'stopWrites', 'catchUp', 'journal')),
  ...at([ends('target-mysqld', 'kill')], switches('switchWrites', 'catchUp', 'journal', 'routing')),
  ...at([ends('etcd', 'kill')], switches('switchWrites', 'stopWrites', 'journal', 'routing')),
  ...at([ends('etcd', 'kill', 10_000)], switches('switchWrites', 'catchUp')),
  ...at([ends('vtgate', 'kill')], switches('switchWrites', 'stopWrites', 'routing')),
  ...at(
    [paused('vtctld'), paused('target-tablet'), paused('source-tablet'), paused('etcd')],
    switches('switchWrites', 'catchUp'),
  ),
  ...at([paused('target-tablet', 40_000)], switches('switchWrites', 'catchUp')),
  ...at([SECOND_SWITCH], switches('switchWrites', 'stopWrites', 'journal')),
  ...at([longTransaction(5_000), longTransaction(40_000), HUGE_TRANSACTION, BACKUP_TABLET], [before('switchWrites')]),
  ...at([ends('vtctld', 'kill')], switches('reverseWrites', 'stopWrites', 'journal', 'routing')),
  ...at([CLIENT_KILLED], switches('reverseWrites', 'journal')),
  ...at(
    [ends('target-tablet', 'kill'), ends('source-tablet', 'kill')],
    switches('reverseWrites', 'stopWrites', 'journal', 'routing'),
  ),
  ...at([ends('source-mysqld', 'kill'), ends('target-mysqld', 'kill')], switches('reverseWrites', 'catchUp')),
  ...at(
    PROCESS_NAMES.map((name) => ends(name, 'kill')),
    [RUNNING],
  ),
  ...at(
    [
      ends('source-mysqld', 'term'),
      ends('target-tablet', 'term'),
      paused('source-mysqld'),
      paused('target-mysqld'),
      NO_CONNECTIONS,
      REPARENT,
    ],
    [RUNNING],
  ),
  ...at(
    (['source-mysqld', 'source-tablet', 'target-mysqld', 'target-tablet'] as const).map((name) => ends(name, 'kill')),
    [RUNNING_REVERSE],
  ),
  ...at([REPARENT, NO_CONNECTIONS], [RUNNING_REVERSE]),
  ...at(
    [
      ends('target-tablet', 'kill'),
      ends('source-tablet', 'kill'),
      ends('source-mysqld', 'kill'),
      ends('vtctld', 'kill'),
      REPARENT,
    ],
    [IN_VDIFF],
  ),
  ...at([BACKUP_TABLET], [before('switchReads')]),
  ...at(
    (['vtctld', 'etcd', 'source-tablet', 'target-tablet'] as const).map((name) => ends(name, 'kill')),
    [BEFORE_CREATE],
  ),
  ...at(
    (['vtctld', 'source-tablet', 'target-tablet'] as const).map((name) => ends(name, 'kill')),
    [before('cancel')],
  ),
  ...at([ends('target-tablet', 'kill')], [copyPoint(0.1), copyPoint(0.5), copyPoint(0.9), BETWEEN_TABLES]),
  ...at(
    (['source-tablet', 'source-mysqld', 'target-mysqld', 'vtctld', 'etcd', 'vtgate'] as const).map((name) =>
      ends(name, 'kill'),
    ),
    [copyPoint(0.5)],
  ),
  ...at([REPARENT, addedColumn('IGNORE'), addedColumn('EXEC')], [copyPoint(0.5)]),
  // The pairs for the network are listed together, because they need a cluster with links.
  ...at(
    LINK_NAMES.flatMap((link) => IMPAIRMENTS.map((how) => impaired(link, how))),
    [RUNNING],
  ),
  ...at(
    [impaired('source-tablet-mysqld', 'half-open', 40_000), impaired('tablet-tablet', 'half-open', 40_000)],
    [RUNNING],
  ),
  ...at([impaired('tablet-tablet', 'cut')], [RUNNING_REVERSE]),
  ...at(
    [impaired('vtctld-etcd', 'cut'), impaired('vtctld-etcd', 'half-open')],
    switches('switchWrites', 'stopWrites', 'journal', 'routing'),
  ),
  ...at([impaired('vtctld-etcd', 'half-open', 40_000)], switches('switchWrites', 'journal')),
  ...at([impaired('source-tablet-mysqld', 'cut')], switches('switchWrites', 'lockTables')),
  ...at(
    [impaired('tablet-tablet', 'cut'), impaired('tablet-tablet', 'half-open')],
    switches('switchWrites', 'catchUp'),
  ),
  ...at([impaired('application-vtgate', 'cut')], switches('switchWrites', 'stopWrites')),
  ...at([impaired('source-tablet-mysqld', 'cut'), impaired('tablet-tablet', 'cut')], [copyPoint(0.5)]),
  // The pairs for a source with followers are also listed together.
  ...at([SOURCE_FAILOVER], [copyPoint(0.5), RUNNING, switchPoint('switchWrites', 'catchUp'), RUNNING_REVERSE]),
  ...at([SOURCE_SWITCHOVER], [RUNNING, RUNNING_REVERSE]),
  ...at([FULL_DISK], [copyPoint(0.5), RUNNING, before('switchWrites'), RUNNING_REVERSE]),
  // Pairs that can lose writes, or need a new copy, come last.
  ...at([addedColumn('IGNORE'), addedColumn('STOP'), addedColumn('EXEC'), addedColumn('EXEC_IGNORE')], [RUNNING]),
  ...at([PURGED_LOGS], [RUNNING]),
  ...at([LOST_PRIMARY], [RUNNING, RUNNING_REVERSE]),
  ...at(
    (['vtctld', 'source-tablet', 'target-tablet', 'etcd'] as const).map((name) => ends(name, 'kill')),
    [BEFORE_COMPLETE],
  ),
];

/** What a team's own rehearsal breaks by default: a few pairs, each of which can happen on any night. */
export const DEFAULT_FAULTS: readonly string[] = [
  'source-mysqld.kill/running',
  'source-tablet.kill/running',
  'target-tablet.kill/switchWrites/catchUp',
  'client.kill/switchWrites/journal',
  'vtctld.kill/switchWrites/allowWrites',
  'target-mysqld.kill/running-reverse',
  'etcd.kill/switchWrites/journal',
];

/** @param only globs of `fault/point`, such as `vtctld*` with any point, or `vtctld.kill/switchWrites/*`. */
export function choosePairs(...only: readonly string[]): readonly Pair[] {
  const isChosen = picomatch(only.map((pattern) => (pattern.includes('/') ? pattern : `${pattern}/**`)));
  return PAIRS.filter(({ fault, point }) => isChosen(`${fault.id}/${point.id}`));
}

/**
 * Returns the pairs that a config or a command asks for. A pattern stands for those that can be struck.
 *
 * @param given what the servers have; by default all that a pair may need.
 * @throws usage for a pattern that matches none, or none that can be struck.
 */
export function askedPairs(
  asked: 'default' | readonly string[] | undefined,
  where: string,
  given: readonly Need[] = NEEDS,
): readonly Pair[] {
  if (asked === undefined) return [];
  const patterns = asked === 'default' ? DEFAULT_FAULTS : asked;
  const useless = patterns.filter((pattern) => choosePairs(pattern).length === 0);
  if (useless.length > 0) throw unknownFault(useless, where);
  const canBeStruck = (pair: Pair) => needsOf([pair]).every((need) => given.includes(need));
  const unmet = patterns.find((pattern) => !choosePairs(pattern).some(canBeStruck));
  if (unmet !== undefined) throw unmetNeed(choosePairs(unmet)[0]!, given, where);
  return choosePairs(...patterns).filter(canBeStruck);
}

function unknownFault(seen: readonly string[], where: string) {
  return usage({
    what: 'No fault is known by that name.',
    expected: 'a fault and a point, such as vtctld.kill/switchWrites/journal, or a pattern such as vtctld*',
    seen: seen.join(', '),
    where,
    next: 'npm run faults -- --list shows them all.',
  });
}

function at(faults: readonly Fault[], points: readonly Point[]): Pair[] {
  return faults.flatMap((fault) => points.map((point) => ({ fault, point })));
}

function switches(
  step: Extract<StepName, 'switchWrites' | 'reverseWrites'>,
  ...moments: readonly SwitchMoment[]
): Point[] {
  return moments.map((moment) => switchPoint(step, moment));
}
