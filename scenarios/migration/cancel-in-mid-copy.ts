import { expect } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { forwardWorkflow } from '../../harness/migration/context.ts';
import { showWorkflow } from '../../harness/vtctl/move-tables.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: a migration that is cancelled in the middle of its copy leaves nothing behind, and the next one starts clean.
scenario(
  'cancelled in mid-copy, then started again',
  { scale: 0.2, cluster: SMALLEST_TARGET },
  async ({ migration, workload, observe }) => {
    await workload.start({ writesPerSecond: 100 });
    await migration.create();
    const wait = { what: 'some rows copied and some not', timeoutMs: 30_000, intervalMs: 20 };
    await waitFor(wait, async () => {
      const workflow = await showWorkflow(migration.context.vtctl, forwardWorkflow(migration.context));
      const [stream] = workflow?.streams ?? [];
      // Vitess waits a second for each remaining table, so the cancel happens during the copy.
      const isMidway = stream?.state === 'Copying' && stream.rowsCopied > 0n && stream.copying.length > 1;
      return {
        done: isMidway || undefined,
        seen: `${stream?.state}, ${stream?.rowsCopied} rows, left ${stream?.copying.join()}`,
      };
    });
    await migration.cancel();

    await migration.create();
    await migration.copied();
    expect(await migration.vdiff()).toFindNoMismatch();
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
  },
);
