import path from 'node:path';
import { expect, test } from '@jest/globals';
import { estimateWork } from '../../harness/estimate/work.ts';
import { readFixture, scaled } from '../../harness/fixture/fixture.ts';
import { Recorder } from '../../harness/history/recorder.ts';
import { openArtifacts } from '../../harness/report/artifacts.ts';
import type { Measured } from '../../harness/report/estimate.ts';
import { measuredRun } from '../../harness/run/measured-run.ts';
import { perform } from '../../harness/run/perform.ts';
import { fixtureSubject } from '../../harness/subject/fixture-subject.ts';

// Claim: what a small and a middle rehearsal measure predicts the copy and the VDiff of a large one within 30 %.
const SEED = 11;
/** Of the fixture's 400,000 rows. */
const SCALES = [0.125, 0.25, 0.75];
/** Each is copied and compared so often; a copy of a few seconds varies by more than a long one. */
const TIMES = 2;
const MOST_OFF = 0.3;

/** As far as is measured here: copied and compared, on a cluster of its own. */
async function rehearse(scale: number): Promise<Measured> {
  const artifacts = await openArtifacts(path.resolve('artifacts'));
  const { thrown } = await perform(
    {
      subject: fixtureSubject(scaled(await readFixture('commerce'), scale)),
      kinds: { sql: 1 },
      seed: SEED,
      recorder: new Recorder(),
      artifacts,
      signal: AbortSignal.timeout(150_000),
      cluster: {},
      plannedSteps: [],
      required: [],
    },
    async (run) => {
      const { migration } = run;
      await run.load();
      await Promise.all([migration.adopt(), migration.provision()]);
      for (let time = 1; time <= TIMES; time++) {
        await migration.create();
        await migration.copied();
        expect(await migration.vdiff()).toFindNoMismatch();
        if (time < TIMES) await migration.cancel();
      }
    },
  );
  if (thrown instanceof Error) throw thrown;
  return await measuredRun(artifacts.path);
}

test('copy and VDiff of the largest of three sizes are predicted from the smaller two', async () => {
  const runs: Measured[] = [];
  for (const scale of SCALES) runs.push(await rehearse(scale));
  const known = runs.slice(0, -1);
  const largest = runs.at(-1)!;
  for (const kind of ['copies', 'vdiffs'] as const) {
    const predicted = estimateWork(
      known.flatMap((run) => run[kind]),
      largest.tables,
    );
    const measured = mean(largest[kind].map(({ durationMs }) => durationMs));
    console.log(
      JSON.stringify({
        kind,
        predicted: { ...predicted, costs: undefined },
        measured,
        all: runs.map((run) =>
          run[kind].map(({ durationMs, parts }) => [durationMs, ...parts.map(({ ms, tables }) => [ms, tables.length])]),
        ),
      }),
    );
    expect(Math.abs(predicted.likelyMs / measured - 1)).toBeLessThanOrEqual(MOST_OFF);
  }
}, 400_000);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
