import { expect } from '@jest/globals';
import type { FaultObservation } from '../../harness/history/observations.ts';
import { vtctldclient } from '../../harness/jest/operator.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { shardOf } from '../../harness/migration/context.ts';
import { ends } from '../../harness/nemesis/faults/end.ts';
import { switchPoint } from '../../harness/nemesis/points/switch-point.ts';
import { strikeAll } from '../../harness/run/fault-story.ts';
import { listWorkflows } from '../../harness/vtctl/move-tables.ts';

// Claim: Vitess 24.0.1 loses the way back if a switch back to the source fails because the source MySQL is down:
// undoing the switch deletes the workflow, so reversetraffic no longer finds it (vitessio/vitess#14276). The target
// serves writes, in some runs only after its tablets were told to refresh: if the refresh of the source's tablet fails,
// that of the target's primary is cut off, and the primary goes on refusing what the topology allows again. If a later
// Vitess keeps the workflow, this fails.
const PAIR = { fault: ends('source-mysqld', 'kill'), point: switchPoint('reverseWrites', 'catchUp') };

scenario('a failed switch back deletes the workflow', { cluster: { rdonlys: 0, restartable: true } }, async (stage) => {
  const { workload, migration, cluster, run } = stage;
  const outcomes: FaultObservation[] = [];
  await workload.start({ writesPerSecond: 60 });
  expect(await strikeAll(run, [PAIR], (_, outcome) => outcomes.push(outcome))).toBe(false);
  expect(outcomes.map(({ outcome, wrong }) => ({ outcome, wrong }))).toEqual([
    {
      outcome: 'broken',
      wrong: [expect.stringMatching(/no streams found in keyspace customer for commerce2customer/)],
    },
  ]);
  expect(await listWorkflows(migration.context.vtctl, cluster.targetKeyspace)).toEqual([]);
  await vtctldclient(cluster, ['RefreshStateByShard', shardOf(migration.context, 'target')]);
  await workload.untilAcknowledged(50);
});
