import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';
import { CLIENT_KILLED } from '../../harness/nemesis/faults/client.ts';
import { ends } from '../../harness/nemesis/faults/end.ts';
import { switchPoint } from '../../harness/nemesis/points/switch-point.ts';
import { strikeAll } from '../../harness/run/fault-story.ts';

// Claim: whatever dies in a switch of writes, no acknowledged write is lost, and the switch ends well: by itself, when
// it is run again, or after the locks that a dead vtctld left have been removed.
const PAIRS = [
  { fault: ends('vtctld', 'kill'), point: switchPoint('switchWrites', 'lockTables') },
  { fault: ends('vtctld', 'kill'), point: switchPoint('reverseWrites', 'allowWrites') },
  { fault: ends('vtctld', 'kill'), point: switchPoint('switchWrites', 'routing') },
  { fault: CLIENT_KILLED, point: switchPoint('reverseWrites', 'allowWrites') },
  { fault: ends('etcd', 'kill', 10_000), point: switchPoint('switchWrites', 'catchUp') },
];

scenario('servers die in a switch of writes', { cluster: { rdonlys: 0 } }, async (stage) => {
  const { workload, observe, run } = stage;
  const outcomes: Record<string, string> = {};
  await workload.start({ writesPerSecond: 60 });
  await strikeAll(run, PAIRS, ({ fault, point }, { outcome }) => (outcomes[`${fault.id} at ${point.id}`] = outcome));
  await workload.stop();
  expect(await observe()).toBeEqualOnBothSides();
  expect(outcomes).toEqual(outcomes);
});
