import type { ImageSettings } from '../../docker/plan.ts';
import { INVARIANT_IDS, type InvariantId } from '../history/invariants.ts';
import type { ProductionSizes, Thresholds } from '../history/lines.ts';
import type { StepName } from '../history/steps.ts';
import { refuseMismatches } from '../migration/vdiff.ts';
import type { PreflightOptions } from '../preflight/preflight.ts';
import type { Subject } from '../subject/subject.ts';
import type { Rate } from '../workload/schedule.ts';
import { DEFAULT_KINDS, type KindWeights } from '../workload/tables.ts';
import type { PerformOptions } from './perform.ts';
import { refuseDifferences } from './refuse-differences.ts';
import type { Run } from './run.ts';

/** What is rehearsed, and how. */
export interface Rehearsal {
  readonly subject: Subject;
  readonly cluster: PerformOptions['cluster'];
  readonly images: ImageSettings;
  readonly rate: Rate;
  /** Processes of the application. */
  readonly connections: number;
  /** Share of operations that go to tables of the harness' own; 0 to 1. */
  readonly witnesses: number;
  readonly end: 'complete' | 'cancel';
  /** Whether applications are locked out of the source while the target serves writes. */
  readonly fence: boolean;
  /** Whether writes are switched although clients are connected straight to the source. */
  readonly allowStrays: boolean;
  readonly preflight: PreflightOptions;
  readonly thresholds: Thresholds;
  /** What the real thing is like, where the config says so. */
  readonly production?: ProductionSizes;
}

/** The whole sequence; the last step is `complete` or `cancel`. */
const SEQUENCE: readonly StepName[] = [
  'adopt',
  'provision',
  'create',
  'copy',
  'vdiff',
  'switchReads',
  'switchWrites',
  'vdiff',
  'reverseReads',
  'reverseWrites',
  'vdiff',
];
const FORWARD_AGAIN: readonly StepName[] = ['switchReads', 'switchWrites', 'vdiff'];

/** What only the harness' own tables can show. */
const BY_WITNESSES: readonly InvariantId[] = [
  'no-lost-write',
  'no-resurrected-row',
  'no-phantom',
  'no-duplicate',
  'monotonic',
  'ids-advance',
  'transaction-atomic',
];

export function plannedSteps({ end }: Rehearsal): readonly StepName[] {
  return [...SEQUENCE, ...(end === 'complete' ? FORWARD_AGAIN : []), end];
}

/** Those that must have been judged for the run to pass. */
export function requiredInvariants({ witnesses }: Rehearsal): readonly InvariantId[] {
  return witnesses > 0 ? INVARIANT_IDS : INVARIANT_IDS.filter((id) => !BY_WITNESSES.includes(id));
}

/** The share of each kind: the application's own statements, and among the rest the default mix. */
export function kindsOf({ witnesses }: Rehearsal): KindWeights {
  const { sql: _, ...own } = DEFAULT_KINDS;
  const sum = Object.values(own).reduce((total, share) => total + share, 0);
  const shares = Object.entries(own).map(([kind, share]) => [kind, (share * witnesses) / sum]);
  return { ...Object.fromEntries(shares), sql: 1 - witnesses };
}

/**
 * The migration of a subject: forward, back, and forward again (but not when it ends in `cancel`, which needs the writes
 * on the source), with writes going on. The story that design.md tells, every line a recorded step.
 */
export async function rehearsalStory(run: Run, rehearsal: Rehearsal): Promise<void> {
  const { migration, workload } = run;
  const { rate: writesPerSecond, connections, fence, allowStrays, end } = rehearsal;
  const compare = async () => refuseMismatches(await migration.vdiff());
  await run.load();
  await run.preflight(rehearsal.preflight);
  await workload.start({ writesPerSecond, connections, to: 'source' });

  await migration.adopt();
  await run.tryStatements();
  await workload.moveToVtgate();
  await migration.provision();
  await migration.create();
  await migration.copied();
  await compare();

  await migration.switchTraffic({ fence, allowStrays });
  await run.followRow();
  await compare();

  await migration.reverseTraffic();
  await run.followRow();
  await compare();

  if (end === 'complete') {
    await migration.switchTraffic({ fence, allowStrays });
    await compare();
  }
  await workload.stop();
  refuseDifferences(await run.observe(), run.beganEmpty);
  await (end === 'complete' ? migration.complete() : migration.cancel());
}
