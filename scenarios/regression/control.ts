import { expect } from '@jest/globals';
import { judgeRun } from '../../harness/checker/judge-run.ts';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { scenario } from '../../harness/jest/scenario.ts';

// Claim: what MySQL and vtgate do by themselves is not blamed on the migration: the same load without one is green.
scenario(
  'the same load with no migration breaks no invariant, and no statement counts as failed',
  { cluster: SMALLEST_TARGET },
  async ({ run, workload }) => {
    await workload.start({ writesPerSecond: 200, to: 'source' });
    await workload.untilAcknowledged(500);
    await workload.moveToVtgate();
    await workload.untilAcknowledged(1_500);
    const { acknowledged } = await workload.stop();
    await run.readFinalState();
    expect(acknowledged).toBeGreaterThanOrEqual(2_000);
    run.history?.flush();
    const { failures } = await judgeRun(run.artifacts.path);
    expect(failures.statements.filter(({ cause }) => cause === 'migration')).toEqual([]);
  },
);
