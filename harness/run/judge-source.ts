import { sidecarOf, type MigrationContext } from '../migration/context.ts';
import type { Recorder } from '../history/recorder.ts';
import { checkConstraints } from '../observe/constraints.ts';
import { fenceFindings, type FenceOptions } from '../preflight/fence-plan.ts';
import { countOf, preflight, refuseBlockers, type PreflightOptions } from '../preflight/preflight.ts';
import type { BrokenConstraint } from '../preflight/rule.ts';
import { RULES } from '../preflight/rules.ts';
import type { LoadedSubject, Subject } from '../subject/subject.ts';

/** What preflight judges, and what is known about it. */
export interface JudgedSource {
  readonly context: MigrationContext;
  readonly subject: Subject;
  readonly loaded: LoadedSubject;
  /** Tables of the workload, which are created for the run. */
  readonly ours: readonly string[];
  readonly options: PreflightOptions;
  /** The fence whose locked accounts are reported with the findings; null if there will be no fence. */
  readonly fence: FenceOptions | null;
}

/**
 * Judges the source as it is now, as a step, including how the target's MySQL treats it. Tables that were created on
 * the target by an existing workflow, which the run continues, are not judged.
 *
 * @throws `fail` naming every blocker.
 */
export async function judgeSource(judged: JudgedSource, recorder: Recorder): Promise<void> {
  await recorder.step(
    'preflight',
    'preflight of the source and the tables that move',
    async () => {
      const found = await findingsOf(judged, await brokenBefore(judged, recorder));
      recorder.observed({ of: 'preflight', judged: RULES.length, findings: found });
      refuseBlockers(found);
      return found;
    },
    (found) => `${RULES.length} rules, ${countOf(found)}`,
  );
}

async function findingsOf(
  { context, subject, loaded: { foreignKeys }, ours, options, fence }: JudgedSource,
  broken: readonly BrokenConstraint[],
) {
  const { cluster } = context;
  const source = cluster.source.harnessEndpoint;
  const target = cluster.existing?.resume === true ? null : await cluster.targetMysql();
  const found = await preflight(
    { source, target },
    {
      tables: subject.tables,
      ours,
      keyspaces: [cluster.sourceKeyspace, cluster.targetKeyspace],
      ...(foreignKeys === 'none' ? {} : { foreignKeys }),
      ...options,
      sidecar: sidecarOf(context, 'source'),
      hidden: subject.hidden ?? [],
      broken,
      documents: cluster.existing === null ? 'all' : 'ends',
    },
  );
  if (fence === null) return found;
  const { ofVitess } = cluster.accounts;
  return [...found, ...(await fenceFindings(source, { ...fence, tables: subject.tables, ofVitess }))];
}

/**
 * Finds the rows of the source that break constraints before anything moves. On servers that are not ours, no query
 * takes long.
 */
async function brokenBefore(
  { context: { cluster }, subject }: JudgedSource,
  recorder: Recorder,
): Promise<readonly BrokenConstraint[]> {
  const statementTimeoutMs = cluster.existing === null ? 60_000 : 5_000;
  const options = { statementTimeoutMs, leavesOutSlow: true };
  const { compared, violations, tooSlow } = await checkConstraints(
    cluster.source.harnessEndpoint,
    subject.tables,
    options,
  );
  const sided = violations.map((violation) => ({ side: 'source' as const, ...violation }));
  recorder.observed({ of: 'constraints', before: true, compared, violations: sided, tooSlow });
  return violations;
}
