import path from 'node:path';
import { expect } from '@jest/globals';
import { z } from 'zod';
import type { Etcd } from '../../harness/cluster/etcd.ts';
import { trouble } from '../../harness/errors.ts';
import type { FaultObservation } from '../../harness/history/observations.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import type { Fault } from '../../harness/nemesis/fault.ts';
import { ends } from '../../harness/nemesis/faults/end.ts';
import { heldLocks } from '../../harness/nemesis/health.ts';
import { switchPoint } from '../../harness/nemesis/points/switch-point.ts';
import { strikeAll } from '../../harness/run/fault-story.ts';

// Claim: a vtctld of Vitess 24.0.1 that is killed in a switch of writes leaves the lock of the workflow, which it has
// taken for 24 hours (`NamedLockTTL`), and no switch is possible until somebody deletes it. If a later Vitess takes it
// for a shorter time, or releases it, this fails.
const NAMED_LOCKS = '/named_locks/';
const DAY_SECONDS = 86_400;

/** For each workflow lock that was there when vtctld was dead, how long it had been taken for, in seconds. */
const taken: number[] = [];

const VTCTLD = ends('vtctld', 'kill');
const VTCTLD_LEAVES_LOCKS: Fault = {
  ...VTCTLD,
  arm: async (run) => {
    const armed = await VTCTLD.arm(run);
    return {
      ...armed,
      heal: async () => {
        taken.push(...(await secondsOfNamedLocks(run.cluster.etcd)));
        await armed.heal();
      },
    };
  },
};

scenario(
  'a vtctld that is killed in a switch leaves a lock that it has taken for a day',
  { cluster: { rdonlys: 0, restartable: true }, timeoutMs: 480_000 },
  async ({ workload, observe, run }) => {
    const pair = { fault: VTCTLD_LEAVES_LOCKS, point: switchPoint('switchWrites', 'lockTables') };
    const outcomes: FaultObservation[] = [];
    await workload.start({ writesPerSecond: 60 });
    expect(await strikeAll(run, [pair], (_, outcome) => outcomes.push(outcome))).toBe(true);
    if (outcomes.some(({ outcome }) => outcome === 'not-exercised')) {
      throw trouble({ what: 'The moment of the fault was missed.', expected: 'vtctld killed once its lock is taken' });
    }
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
    expect(taken).toEqual([DAY_SECONDS]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['recovered']);
    const deleted = outcomes.flatMap(({ recoveredBy }) => recoveredBy).filter((line) => line.startsWith('etcdctl del'));
    expect(deleted.join('\n')).toContain(NAMED_LOCKS);
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
