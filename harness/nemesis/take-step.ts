import type { StepName } from '../history/steps.ts';
import { usage } from '../errors.ts';
import { refuseMismatches } from '../migration/vdiff.ts';
import type { SwitchOptions } from '../migration/switch.ts';
import type { StruckRun } from './struck-run.ts';

/**
 * Runs a step of the migration, as a rehearsal does. It can be run again after it failed.
 *
 * @param options of a switch of writes.
 */
export async function takeStep({ migration }: StruckRun, step: StepName, options: SwitchOptions = {}): Promise<void> {
  const steps: Partial<Record<StepName, () => Promise<unknown>>> = {
    create: async () => await migration.create(),
    // The copy begins as soon as the workflow exists.
    copy: async () => {
      await migration.create();
      await migration.copied();
    },
    vdiff: async () => refuseMismatches(await migration.vdiff()),
    switchReads: async () => await migration.switchReads(),
    switchWrites: async () => await migration.switchWrites(options),
    reverseReads: async () => await migration.reverseReads(),
    reverseWrites: async () => await migration.reverseWrites(options),
    complete: async () => {
      await migration.complete();
      migration.hasWorkflow = false;
    },
    cancel: async () => await cancelWorkflow(migration),
  };
  const take = steps[step];
  if (take === undefined) throw usage({ what: 'No fault strikes in this step.', seen: step });
  await take();
}

/** Cancels the workflow, so that a new one is created next. */
export async function cancelWorkflow(migration: StruckRun['migration']): Promise<void> {
  await migration.cancel();
  migration.hasWorkflow = false;
}
