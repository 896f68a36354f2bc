import type { Point } from './point.ts';
import type { StruckRun } from './struck-run.ts';
import { cancelWorkflow } from './take-step.ts';

/** Brings the migration to where the step of a point can be taken, there or back, without any faults. */
export async function reach(run: StruckRun, { step, id }: Point): Promise<void> {
  if (step === 'create' || step === 'copy') return await toTheBeginning(run);
  await toFollowing(run);
  if (step === 'vdiff' || step === 'switchReads' || step === 'cancel' || id === 'running')
    await traffic(run, 'source', 'source');
  else if (step === 'switchWrites') await traffic(run, 'target', 'source');
  else if (step === 'reverseReads' || step === 'complete' || id === 'running-reverse') {
    await traffic(run, 'target', 'target');
  } else if (step === 'reverseWrites') await traffic(run, 'source', 'target');
}

/** All traffic on the source, and a workflow that follows it. */
export async function toSource(run: StruckRun): Promise<void> {
  await toFollowing(run);
  await traffic(run, 'source', 'source');
}

/** No workflow, and all traffic on the source. */
async function toTheBeginning(run: StruckRun): Promise<void> {
  const { migration } = run;
  if (!migration.hasWorkflow) return;
  await traffic(run, 'source', 'source');
  await cancelWorkflow(migration);
}

async function toFollowing({ migration }: StruckRun): Promise<void> {
  if (migration.hasWorkflow) return;
  await migration.create();
  await migration.copied();
}

async function traffic(
  { migration }: StruckRun,
  reads: 'source' | 'target',
  writes: 'source' | 'target',
): Promise<void> {
  // vtgate sends reads first, there and back.
  if (migration.readsOn !== reads) await (reads === 'target' ? migration.switchReads() : migration.reverseReads());
  if (migration.writesOn !== writes) await (writes === 'target' ? migration.switchWrites() : migration.reverseWrites());
}
