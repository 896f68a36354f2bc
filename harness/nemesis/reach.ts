import type { Point } from './point.ts';
import type { Stage } from './stage.ts';

/** Brings the migration to where the step of a point can be taken, there or back, without any fault. */
export async function reach(stage: Stage, { step, id }: Point): Promise<void> {
  if (step === 'create' || step === 'copy') return await toTheBeginning(stage);
  await toFollowing(stage);
  if (step === 'switchReads' || step === 'cancel' || id === 'running') await traffic(stage, 'source', 'source');
  else if (step === 'switchWrites') await traffic(stage, 'target', 'source');
  else if (step === 'reverseReads' || step === 'complete' || id === 'running-reverse') {
    await traffic(stage, 'target', 'target');
  } else if (step === 'reverseWrites') await traffic(stage, 'source', 'target');
}

/** All traffic on the source, and a workflow that follows it. */
export async function toSource(stage: Stage): Promise<void> {
  await toFollowing(stage);
  await traffic(stage, 'source', 'source');
}

/** No workflow, all traffic on the source. */
async function toTheBeginning(stage: Stage): Promise<void> {
  const { migration } = stage;
  if (!migration.hasWorkflow) return;
  await traffic(stage, 'source', 'source');
  await migration.cancel();
  migration.hasWorkflow = false;
}

async function toFollowing({ migration }: Stage): Promise<void> {
  if (migration.hasWorkflow) return;
  await migration.create();
  await migration.copied();
}

async function traffic({ migration }: Stage, reads: 'source' | 'target', writes: 'source' | 'target'): Promise<void> {
  // vtgate sends reads first, there and back.
  if (migration.readsOn !== reads) await (reads === 'target' ? migration.switchReads() : migration.reverseReads());
  if (migration.writesOn !== writes) await (writes === 'target' ? migration.switchWrites() : migration.reverseWrites());
}
