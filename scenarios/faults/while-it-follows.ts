import { expect } from '@jest/globals';
import type { FaultObservation } from '../../harness/history/observations.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { ends } from '../../harness/nemesis/faults/end.ts';
import { RUNNING, RUNNING_REVERSE } from '../../harness/nemesis/points/plain-points.ts';
import { copyPoint } from '../../harness/nemesis/points/seen-points.ts';
import { strikeAll } from '../../harness/run/fault-story.ts';

// Claim: the target's primary tablet may die during the copy and right after the switch, and the source MySQL while the
// stream follows it: once they have been started again, the stream goes on by itself, and nothing is lost.
const PAIRS = [
  { fault: ends('target-tablet', 'kill'), point: copyPoint(0.5) },
  { fault: ends('source-mysqld', 'kill'), point: RUNNING },
  { fault: ends('target-tablet', 'kill'), point: RUNNING_REVERSE },
];

scenario(
  'servers die while the target follows',
  { scale: 0.1, cluster: { rdonlys: 0, restartable: true } },
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
