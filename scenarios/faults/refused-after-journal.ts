import { expect } from '@jest/globals';
import { messageOf, trouble } from '../../harness/errors.ts';
import type { FaultObservation } from '../../harness/history/observations.ts';
import { failedSwitches } from '../../harness/jest/failed-switches.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { forwardWorkflow } from '../../harness/migration/context.ts';
import type { Fault } from '../../harness/nemesis/fault.ts';
import { ends } from '../../harness/nemesis/faults/end.ts';
import { paused } from '../../harness/nemesis/faults/pause.ts';
import { switchPoint } from '../../harness/nemesis/points/switch-point.ts';
import { strikeAll } from '../../harness/run/fault-story.ts';
import { reaches } from '../../harness/vitess-version.ts';
import { startCommand } from '../../harness/vtctl/move-tables.ts';

// Claim: a switch of writes of Vitess that failed after its journal is refused when it is run again, because of the lag
// of the stream that it has stopped itself, once that is more than the 30 s that are allowed (vitessio/vitess#19680).
// With --max-replication-lag-allowed it passes. If the workflow is started before that, it is lost: its stream meets
// the journal and is turned against its own keyspace, no switch is possible any more, and neither side accepts writes.
// If a later Vitess fixes either, this fails.
const TARGET_PAUSED = paused('target-tablet', 40_000);
const VTCTLD = ends('vtctld', 'kill');

/** An operator starts vtctld again, and then the stream that is stopped. */
const WORKFLOW_STARTED: Fault = {
  ...VTCTLD,
  arm: async (run) => {
    const armed = await VTCTLD.arm(run);
    const { context } = run.migration;
    return {
      ...armed,
      heal: async () => {
        await armed.heal();
        await context.vtctl.run(startCommand(forwardWorkflow(context)));
      },
    };
  },
};

const PAIRS = [
  { fault: TARGET_PAUSED, point: switchPoint('switchWrites', 'journal') },
  { fault: WORKFLOW_STARTED, point: switchPoint('switchWrites', 'allowWrites') },
];

scenario(
  'a switch that failed after its journal is refused because of its own lag',
  { cluster: { rdonlys: 0, restartable: true }, timeoutMs: 600_000 },
  async ({ cluster, workload, recorder, run, mustFind }) => {
    const outcomes: FaultObservation[] = [];
    await workload.start({ writesPerSecond: 60 });
    expect(await strikeAll(run, PAIRS, (_, outcome) => outcomes.push(outcome))).toBe(false);
    const [late, started] = outcomes;

    expect(late).toMatchObject({
      outcome: 'recovered',
      recoveredBy: ['switchWrites again', expect.stringMatching(/^switchWrites again --max-replication-lag-allowed=/)],
    });
    // On a slow machine, the second pair may take so long that its switch is refused for the same reason.
    const lags = /replication lag \d+s is higher than allowed lag 30s/;
    expect(failedSwitches(recorder)).toContainEqual(expect.stringMatching(lags));

    const { vitess } = await cluster.versions();
    const lost = reaches(vitess, ['24.0.0']) ? /source keyspace matches target keyspace/ : /workflow is frozen/;
    expect(started).toMatchObject({ outcome: 'broken', wrong: [expect.stringMatching(lost)] });
    // Neither side accepts writes any more, and the run must be found to lack them.
    const refused = await workload.untilAcknowledged(1, 15_000).then(() => null, messageOf);
    if (refused === null) {
      throw trouble({
        what: 'The moment of the fault was missed.',
        expected: 'vtctld killed before the target accepts writes',
        seen: 'a write that was acknowledged',
      });
    }
    expect(refused).toContain('did not get 1 writes acknowledged');
    // What had been acknowledged until then is all there.
    await workload.stop();
    await run.readFinalState();
    mustFind({ id: 'not-vacuous', count: 1 });
  },
);
