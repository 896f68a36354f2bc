import { expect } from '@jest/globals';
import { scenario } from '../../harness/jest/scenario.ts';
import { Recorder } from '../../harness/history/recorder.ts';
import { Run } from '../../harness/run/run.ts';
import { setUp } from '../../harness/run/set-up.ts';
import { getTablets } from '../../harness/vtctl/tablets.ts';

// Claim: two clusters on one engine do not affect each other: each sees its own tablets and its own rows.
scenario(
  'two clusters at once do not affect each other',
  { timeoutMs: 420_000 },
  async ({ run, migration, observe }) => {
    const recorder = new Recorder();
    const { subject, artifacts } = run;
    const logs = { ...artifacts, path: artifacts.logs, logs: `${artifacts.logs}/second` };
    const second = { subject, seed: run.seed + 1, recorder, artifacts: logs };
    await using other = await Run.start(await setUp(recorder), second);
    await other.load();
    await other.migration.adopt();
    await other.migration.provision();

    await Promise.all([migration.create(), other.migration.create()]);
    await Promise.all([migration.copied(), other.migration.copied()]);
    await migration.switchTraffic();
    for (const each of [run, other]) {
      const tablets = await getTablets(each.migration.context.vtctl, 'customer');
      expect(tablets).toHaveLength(3);
      expect(tablets.every(({ hostname }) => hostname.includes(each.cluster.id))).toBe(true);
    }
    expect(await observe()).toBeEqualOnBothSides();
    expect(await other.observe()).toBeEqualOnBothSides();
  },
);
