import type { MigrationServers } from '../cluster/servers.ts';
import type { Application } from '../fixture/fixture.ts';
import type { Recorder } from '../history/recorder.ts';
import { StatementPlanner } from '../workload/statement-planner.ts';
import { describeTried, tryStatements } from './try-statements.ts';

/**
 * Tries every statement and transaction of the application on the source and through vtgate, as a step, and rolls each
 * back.
 *
 * @throws the same as `tryStatements`.
 */
export async function tryApplication(
  application: Application,
  seed: number,
  servers: MigrationServers,
  recorder: Recorder,
): Promise<void> {
  const planner = new StatementPlanner(application, seed, 1);
  const statements = [...planner.examples(), ...planner.exampleTransactions()];
  await recorder.step(
    'statements',
    'statements of the application, on the source and through vtgate',
    async () => {
      const vtgate = (await servers.vtgate()).applicationEndpoint(servers.sourceKeyspace);
      const author = application.isDerived === true ? 'harness' : 'person';
      return await tryStatements(statements, { source: servers.source.applicationEndpoint, vtgate }, author);
    },
    describeTried,
  );
}
