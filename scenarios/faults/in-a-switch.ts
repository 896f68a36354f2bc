import path from 'node:path';
import { expect } from '@jest/globals';
import { z } from 'zod';
import type { Etcd } from '../../harness/cluster/etcd.ts';
import type { FaultObservation } from '../../harness/history/observations.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import type { Fault } from '../../harness/nemesis/fault.ts';
import { CLIENT_KILLED } from '../../harness/nemesis/faults/client.ts';
import { ends } from '../../harness/nemesis/faults/end.ts';
import { heldLocks } from '../../harness/nemesis/health.ts';
import { switchPoint } from '../../harness/nemesis/points/switch-point.ts';
import { strikeAll } from '../../harness/run/fault-story.ts';

// Claim: whatever dies in a switch of writes, no acknowledged write is lost, and the switch ends well: by itself, when it
// is run again, or once the locks of a vtctld that died have been removed, which Vitess 24.0.1 takes for 24 hours
// (`NamedLockTTL`). If a later Vitess takes them for a shorter time, or gives them up sooner, this fails.
const NAMED_LOCKS = '/named_locks/';
const DAY_SECONDS = 86_400;

/** For how long the locks of workflows had been taken that were there after a vtctld had died, in seconds. */
const taken: number[] = [];

const VTCTLD_KILLED = ends('vtctld', 'kill');
const VTCTLD: Fault = {
  ...VTCTLD_KILLED,
  arm: async (run) => {
    const armed = await VTCTLD_KILLED.arm(run);
    return {
      ...armed,
      heal: async () => {
        taken.push(...(await secondsOfNamedLocks(run.cluster.etcd)));
        await armed.heal();
      },
    };
  },
};
const PAIRS = [
  { fault: VTCTLD, point: switchPoint('switchWrites', 'lockTables') },
  { fault: VTCTLD, point: switchPoint('reverseWrites', 'allowWrites') },
  { fault: VTCTLD, point: switchPoint('switchWrites', 'routing') },
  { fault: CLIENT_KILLED, point: switchPoint('reverseWrites', 'allowWrites') },
  { fault: ends('etcd', 'kill', 10_000), point: switchPoint('switchWrites', 'catchUp') },
];

scenario(
  'servers die in a switch of writes',
  { cluster: { rdonlys: 0, restartable: true } },
  async ({ workload, observe, run }) => {
    const outcomes: FaultObservation[] = [];
    await workload.start({ writesPerSecond: 60 });
    expect(await strikeAll(run, PAIRS, (_, outcome) => outcomes.push(outcome))).toBe(true);
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();

    expect(new Set(taken)).toEqual(new Set([DAY_SECONDS]));

    // A moment lasts milliseconds, which a busy machine may miss; every fault must have struck at some moment.
    const struck = outcomes.filter((each) => each.struck !== null);
    expect(new Set(struck.map(({ fault }) => fault))).toEqual(new Set(PAIRS.map(({ fault }) => fault.id)));
    for (const { fault, recoveredBy } of struck) {
      const byHand = recoveredBy.filter((command) => command.startsWith('etcdctl del'));
      if (fault === VTCTLD.id) expect(byHand.join('\n')).toContain(NAMED_LOCKS);
      else expect({ fault, byHand }).toEqual({ fault, byHand: [] });
    }
  },
);

async function secondsOfNamedLocks(etcd: Etcd): Promise<readonly number[]> {
  const locks = (await heldLocks(etcd)).filter((key) => key.includes(NAMED_LOCKS));
  return await Promise.all(
    locks.map(async (key) => {
      // The name of the key ends with the id of its lease, which etcdctl wants in hexadecimal.
      const lease = BigInt(path.posix.basename(key)).toString(16);
      const answer = await etcd.etcdctl(['lease', 'timetolive', lease, '--write-out=json']);
      return z.object({ 'granted-ttl': z.int() }).parse(JSON.parse(answer))['granted-ttl'];
    }),
  );
}
