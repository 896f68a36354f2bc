import { setTimeout as pause } from 'node:timers/promises';
import type { ImageSettings } from '../../docker/plan.ts';
import { failure } from '../errors.ts';
import { DEFAULT_REPLICAS } from '../cluster/cluster-layout.ts';
import type { ExistingOptions } from '../cluster/existing-cluster.ts';
import { INVARIANT_IDS, type InvariantId } from '../history/invariants.ts';
import type { ProductionSizes, Thresholds } from '../history/lines.ts';
import type { StepName } from '../history/steps.ts';
import { sequenceOf, type SequenceEnd } from '../migration/sequence.ts';
import { requireSight } from '../migration/strays.ts';
import { nameOf, type Pair } from '../nemesis/pairs.ts';
import { toSource } from '../nemesis/reach.ts';
import type { FenceOptions } from '../preflight/fence-plan.ts';
import type { PreflightOptions } from '../preflight/preflight.ts';
import type { Subject } from '../subject/subject.ts';
import { UNMEASURED_RATE, type AskedRate } from '../workload/capacity.ts';
import { DEFAULT_KINDS, type KindWeights } from '../workload/tables.ts';
import { strikeAll } from './fault-story.ts';
import { Comparisons } from './comparisons.ts';
import type { PerformOptions } from './perform.ts';
import { refuseDifferences } from './refuse-differences.ts';
import type { Run } from './run.ts';
import type { SetUp } from './set-up.ts';

/** What is rehearsed, and how. */
export interface Rehearsal {
  readonly subject: Subject;
  readonly cluster: PerformOptions['cluster'];
  readonly images: ImageSettings;
  /** The engine with the images, if it was needed before. */
  readonly engine?: SetUp;
  readonly rate: AskedRate;
  /** Processes of the application. */
  readonly connections: number;
  /** The share of operations that go to the harness' own tables; 0 to 1. */
  readonly witnesses: number;
  /** `leave`: the source serves, and the workflow keeps following it. */
  readonly end: SequenceEnd;
  /** How to keep applications out of the source while the target serves writes; null for no fence. */
  readonly fence: FenceOptions | null;
  /** Whether to switch writes although clients are connected directly to the source. */
  readonly allowStrays: boolean;
  readonly preflight: PreflightOptions;
  readonly thresholds: Thresholds;
  /** What is broken on purpose, after the migration has gone there and back once. */
  readonly faults?: readonly Pair[];
  /** Pairs that a pattern asks for, and that cannot be struck on these servers. */
  readonly faultsLeftOut?: readonly Pair[];
  /** What the config says about production, if anything. */
  readonly production?: ProductionSizes;
  /** Servers that are already running; without them a cluster is started. */
  readonly existing?: ExistingOptions;
  /** False where an existing cluster is not written to. */
  readonly isWritten?: boolean;
}

/** How long the application goes on after the last switch at least, so that latencies there mean something. */
const AFTER_LAST_SWITCH_MS = 2_000;

/** Invariants that only the harness' own tables can show. */
const BY_WITNESSES: readonly InvariantId[] = [
  'no-lost-write',
  'no-resurrected-row',
  'no-phantom',
  'no-duplicate',
  'monotonic',
  'ids-advance',
  'transaction-atomic',
];

/** Invariants that only the MySQLs themselves can show. */
const BY_MYSQLS: readonly InvariantId[] = ['sides-equal', 'gtid-contained', 'constraints-hold'];

export function plannedSteps({ end }: Rehearsal): readonly StepName[] {
  return sequenceOf(end).map(({ name }) => name);
}

/** Returns the invariants that must have been judged for the run to pass. */
export function requiredInvariants({ witnesses, existing, end }: Rehearsal): readonly InvariantId[] {
  const waived = [
    ...(witnesses > 0 ? [] : BY_WITNESSES),
    ...(existing?.mysql === null ? BY_MYSQLS : []),
    ...(end === 'leave' ? (['leaves-nothing'] as const) : []),
  ];
  return INVARIANT_IDS.filter((id) => !waived.includes(id));
}

/** Returns the share of each kind: the application's own statements, and the default mix for the rest. */
export function kindsOf({ witnesses }: Rehearsal): KindWeights {
  const { sql: _, ...own } = DEFAULT_KINDS;
  const sum = Object.values(own).reduce((total, share) => total + share, 0);
  const shares = Object.entries(own).map(([kind, share]) => [kind, (share * witnesses) / sum]);
  return { ...Object.fromEntries(shares), sql: 1 - witnesses };
}

/**
 * Migrates a subject while writes continue: forward, back, and forward again (except if it ends in `cancel`, which
 * needs the writes on the source). Every line is a recorded step.
 */
export async function rehearsalStory(run: Run, rehearsal: Rehearsal): Promise<void> {
  const { migration, workload } = run;
  const { fence, allowStrays, end, existing, isWritten = true } = rehearsal;
  const hasMysqls = existing?.mysql !== null;
  const { subject, recorder } = run;
  const quietly = async <T>(body: () => Promise<T>) => await workload.quietly(body);
  const comparisons = new Comparisons({ migration, recorder, tables: subject.tables, quietly });
  const followRow = async () => {
    if (isWritten && hasMysqls) await run.followRow();
  };
  await (existing ? beginOnExisting(run, rehearsal) : begin(run, rehearsal));
  await migration.create();
  await migration.copied();
  await comparisons.afterCopy();

  await migration.switchTraffic({ fence, allowStrays });
  await readingReplicas(run, rehearsal, async () => {
    await followRow();
    // If the target serves at the end, the comparison at rest goes in the same direction as this one.
    await (end === 'complete' ? comparisons.everyOfFew() : comparisons.every());
  });

  await migration.reverseTraffic();
  await followRow();
  await comparisons.due();
  await badNight(run, rehearsal);

  if (end === 'complete') {
    await migration.switchTraffic({ fence, allowStrays });
    // In this direction everything is compared at rest, so nothing is compared before.
    if (isWritten) await Promise.all([followRow(), workload.untilAcknowledged(1), pause(AFTER_LAST_SWITCH_MS)]);
  }
  if (isWritten) await workload.stop();
  const compared = await run.observe();
  if (hasMysqls) refuseDifferences(compared, run.beganEmpty);
  if (end === 'complete') await migration.complete();
  if (end === 'cancel') await migration.cancel();
}

/** Strikes every fault while the application writes, and leaves all traffic on the source. */
async function badNight(run: Run, { faults = [], faultsLeftOut = [] }: Rehearsal): Promise<void> {
  if (faults.length === 0) return;
  if (faultsLeftOut.length > 0) {
    const names = faultsLeftOut.map(nameOf).join(', ');
    run.recorder.note(`not struck, as these servers do not have what it needs: ${names}`);
  }
  if (!(await strikeAll(run, faults, () => undefined))) {
    throw failure({
      what: 'A fault left the migration in a state from which nothing that was tried brought it back.',
      where: 'the last fault; report.html says what was tried',
      next: 'Read what is still wrong there, and try the same fault again with npm run faults.',
    });
  }
  await toSource(run);
}

/** Reads replicas while `body` runs, if the target has one that is ours to read. */
async function readingReplicas({ workload }: Run, rehearsal: Rehearsal, body: () => Promise<void>): Promise<void> {
  const { witnesses, existing } = rehearsal;
  const hasReplica = existing === undefined && (rehearsal.cluster.replicas ?? DEFAULT_REPLICAS) > 1;
  if (hasReplica && witnesses > 0) await workload.whileReadingReplicas(body);
  else await body();
}

/** Begins on the run's own servers: loads them, judges the source, and starts to write to it before Vitess starts. */
async function begin(run: Run, { rate, connections, preflight }: Rehearsal): Promise<void> {
  const { migration, workload } = run;
  await run.load();
  await run.preflight(preflight);
  await workload.start({ writesPerSecond: rate, connections, to: 'source' });
  await migration.adopt();
  await run.tryStatements();
  await workload.moveToVtgate();
  await migration.provision();
  // At this point every server is up and still has nothing to do.
  await workload.findRate(rate);
}

/**
 * Begins on servers that were already running: looks at them first, and writes only through vtgate, with the config's
 * own statements.
 */
async function beginOnExisting(run: Run, rehearsal: Rehearsal): Promise<void> {
  const { migration, workload, recorder } = run;
  const { rate, connections, existing, isWritten, preflight, fence, allowStrays } = rehearsal;
  const hasMysqls = existing?.mysql !== null;
  if (!hasMysqls) {
    recorder.note(
      `not judged, as target.mysql is not given: ${BY_MYSQLS.join(', ')}, preflight; only VDiff compares, and clients that are ` +
        'connected directly to the source are not noticed',
    );
  }
  if (!isWritten)
    recorder.note(
      'not judged, as the config gives neither workload.statements nor workload.transactions: what an application sees of a switch',
    );
  // A fence also has to see whom it keeps out.
  if (hasMysqls && (fence !== null || !allowStrays)) await requireSight(run.servers, fence !== null);
  if (existing?.probes === false) recorder.note('no probe writes, as target.probes says');
  await run.load();
  await migration.adopt();
  await migration.provision();
  if (hasMysqls) await run.preflight(preflight, fence);
  if (!isWritten) return;
  if (hasMysqls) await run.tryStatements();
  const writesPerSecond = rate === 'auto' ? UNMEASURED_RATE : rate;
  await workload.start({ writesPerSecond, connections, to: 'vtgate' });
}
