import { expect } from '@jest/globals';
import type { FaultObservation } from '../../harness/history/observations.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { SOURCE_FAILOVER, SOURCE_SWITCHOVER } from '../../harness/nemesis/faults/source-takeover.ts';
import { RUNNING, RUNNING_REVERSE } from '../../harness/nemesis/points/plain-points.ts';
import { copyPoint } from '../../harness/nemesis/points/seen-points.ts';
import { strikeAll } from '../../harness/run/fault-story.ts';

// Claim: another MySQL may become the primary of the source during the copy, while the target follows it, and while it
// follows the target. Once Vitess has been told, the streams go on by themselves in both directions, and nothing is
// lost: the streams and their positions are in the source's own database, and reach its followers like everything else.
const PAIRS = [
  { fault: SOURCE_FAILOVER, point: copyPoint(0.5) },
  { fault: SOURCE_SWITCHOVER, point: RUNNING },
  { fault: SOURCE_FAILOVER, point: RUNNING_REVERSE },
];

scenario(
  'a follower of the source takes over',
  {
    scale: 0.1,
    cluster: { rdonlys: 0, restartable: true, source: { followers: 2 }, tabletTypes: ['replica', 'primary'] },
    timeoutMs: 480_000,
  },
  async (stage) => {
    const { workload, observe, run } = stage;
    const outcomes: FaultObservation[] = [];
    await workload.start({ writesPerSecond: 60 });
    expect(await strikeAll(run, PAIRS, (_, outcome) => outcomes.push(outcome))).toBe(true);
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
    expect(outcomes.map(({ outcome, recoveredBy }) => ({ outcome, recoveredBy }))).toEqual(
      PAIRS.map(() => ({ outcome: 'passed', recoveredBy: [] })),
    );
  },
);

// Claim: a follower that does not write what it applies to its own binary log cannot feed a stream, so it is refused
// before Vitess touches anything, as the source itself would be.
scenario(
  'a follower without log_replica_updates is refused',
  {
    from: 'loaded',
    cluster: { rdonlys: 0, source: { followers: 1, followerSettings: { log_replica_updates: 'OFF' } } },
  },
  async ({ migration }) => {
    await expect(migration.adopt()).rejects.toThrow(/log_replica_updates = OFF[^]*source-mysql-2/);
  },
);
