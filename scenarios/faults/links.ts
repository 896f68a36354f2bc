import { expect } from '@jest/globals';
import type { LinkName } from '../../harness/cluster/link-plan.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { symptoms, type Symptom } from '../../harness/nemesis/health.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: a broken link affects only its own servers, whatever does not work then says so, and all is well once the link
// is restored.
const STREAM_MS = 60_000;

scenario(
  'a broken link affects only its own servers',
  { cluster: { links: true, rdonlys: 0, restartable: true } },
  async (stage) => {
    const { cluster, migration, workload, observe, run } = stage;
    await workload.start({ writesPerSecond: 60 });
    await migration.create();
    await migration.copied();

    const until = async (isThere: (seen: readonly Symptom['what'][]) => boolean) => {
      const wait = { what: 'the symptoms of the link', timeoutMs: STREAM_MS };
      return await waitFor(wait, async () => {
        const found = await symptoms(run);
        const seen = found.map(({ what }) => what);
        return {
          done: isThere(seen) ? seen : undefined,
          seen: found.map((each) => `${each.what}: ${each.seen}`).join('; '),
        };
      });
    };
    const cut = async (name: LinkName, what: Symptom['what']) => {
      await cluster.link(name).impair('cut');
      return await until((seen) => seen.includes(what));
    };
    const mend = async (...names: readonly LinkName[]) => {
      for (const name of names) await cluster.link(name).mend();
      await until((seen) => seen.length === 0);
    };

    expect(await cut('vtctld-etcd', 'vtctld')).toEqual(['vtctld']);
    await workload.untilAcknowledged(20);
    await mend('vtctld-etcd');
    expect(await cut('application-vtgate', 'writes')).toEqual(['writes']);
    await mend('application-vtgate');
    expect(await cut('tablet-tablet', 'stream')).toEqual(['stream']);
    // Checks of the source itself find nothing, because they do not go through its tablet.
    expect(await cut('source-tablet-mysqld', 'vtgate')).not.toContain('source');
    // All at once, because a stream that finds no tablet waits 30 s before it looks again.
    await mend('tablet-tablet', 'source-tablet-mysqld');

    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
  },
);
