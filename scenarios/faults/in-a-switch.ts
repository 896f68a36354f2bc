import { expect } from '@jest/globals';
import type { FaultObservation } from '../../harness/history/observations.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { CLIENT_KILLED } from '../../harness/nemesis/faults/client.ts';
import { ends } from '../../harness/nemesis/faults/end.ts';
import { switchPoint } from '../../harness/nemesis/points/switch-point.ts';
import { strikeAll } from '../../harness/run/fault-story.ts';

// Claim: whatever dies during a switch of writes, no acknowledged write is lost, and the switch ends well: by itself,
// when it is run again, or once the locks of a vtctld that died have been removed, which Vitess 24.0.1 keeps for 24
// hours (`NamedLockTTL`). If a later Vitess releases them sooner, `etcdctl` is no longer needed, and this fails.
const VTCTLD = ends('vtctld', 'kill');
const PAIRS = [
  { fault: VTCTLD, point: switchPoint('switchWrites', 'lockTables') },
  { fault: VTCTLD, point: switchPoint('reverseWrites', 'allowWrites') },
  { fault: VTCTLD, point: switchPoint('switchWrites', 'routing') },
  { fault: CLIENT_KILLED, point: switchPoint('reverseWrites', 'allowWrites') },
  { fault: ends('etcd', 'kill', 10_000), point: switchPoint('switchWrites', 'catchUp') },
];

scenario(
  'servers die in a switch of writes',
  { cluster: { rdonlys: 0, restartable: true }, timeoutMs: 600_000 },
  async ({ workload, observe, run }) => {
    const outcomes: FaultObservation[] = [];
    await workload.start({ writesPerSecond: 60 });
    expect(await strikeAll(run, PAIRS, (_, outcome) => outcomes.push(outcome))).toBe(true);
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();

    // A moment lasts only milliseconds, and a busy machine may miss it; every fault must have struck at some moment.
    const struck = outcomes.filter((each) => each.struck !== null);
    expect(new Set(struck.map(({ fault }) => fault))).toEqual(new Set(PAIRS.map(({ fault }) => fault.id)));
    for (const { fault, recoveredBy } of struck) {
      const byHand = recoveredBy.filter((command) => command.startsWith('etcdctl del'));
      if (fault === VTCTLD.id) expect(byHand.join('\n')).toContain('/named_locks/');
      else expect({ fault, byHand }).toEqual({ fault, byHand: [] });
    }
  },
);
