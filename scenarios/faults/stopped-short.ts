import { expect } from '@jest/globals';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import type { FaultObservation } from '../../harness/history/observations.ts';
import { failedSwitches } from '../../harness/jest/failed-switches.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { primaryEndpoint } from '../../harness/migration/context.ts';
import type { Fault } from '../../harness/nemesis/fault.ts';
import { ends } from '../../harness/nemesis/faults/end.ts';
import { switchPoint } from '../../harness/nemesis/points/switch-point.ts';
import { strikeAll } from '../../harness/run/fault-story.ts';

// Claim: a vtctld of Vitess 24.0.1 that dies in a switch of writes between the catch-up and the journal leaves a stream
// that is stopped for cutover. The stream never reaches what the source executes from then on, such as the row of the
// reverse stream or a statement for another database. So the next switch fails, and starts the stream again as it
// undoes what was done, and the one after that passes. If the next switch of a later Vitess passes, this fails.
const VTCTLD = ends('vtctld', 'kill');

/** The same, while the source goes on executing something else. */
const DIES_AND_SOURCE_GOES_ON: Fault = {
  ...VTCTLD,
  arm: async (run) => {
    const armed = await VTCTLD.arm(run);
    return {
      ...armed,
      strike: async () => {
        const seen = await armed.strike();
        await withConnection(await primaryEndpoint(run.migration.context, 'source'), async (connection) => {
          await connection.query('CREATE DATABASE something_else');
        });
        return seen;
      },
    };
  },
};

scenario(
  'a stream that was stopped for a cutover lets the next switch fail',
  { cluster: { rdonlys: 0, restartable: true }, timeoutMs: 480_000 },
  async ({ workload, observe, recorder, run }) => {
    const pair = { fault: DIES_AND_SOURCE_GOES_ON, point: switchPoint('switchWrites', 'reverseStreams') };
    const outcomes: FaultObservation[] = [];
    await workload.start({ writesPerSecond: 60 });
    expect(await strikeAll(run, [pair], (_, outcome) => outcomes.push(outcome))).toBe(true);
    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['recovered']);
    const short = /replication has stopped at .* before reaching position .*stopped for cutover/;
    expect(failedSwitches(recorder).filter((error) => short.test(error))).toHaveLength(1);
  },
);
