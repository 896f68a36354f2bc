import type { Application } from '../fixture/fixture.ts';
import type { Recorder } from '../history/recorder.ts';
import { otherSide, primaryEndpoint } from '../migration/context.ts';
import { followRow, type NewRow } from '../migration/follow-row.ts';
import type { Migration } from '../migration/migration.ts';
import { refuseBrokenStream } from '../migration/running-workflow.ts';
import { StatementPlanner } from '../workload/statement-planner.ts';

/** More operations than any mix of statements needs to reach an insert. */
const MOST_PLANNED = 1_000;
/** More operations than a run sends, so values that count up with them are new. */
const BEYOND_THE_RUN = 1_000_000;

/**
 * Adds a row on the side that serves writes, through the original MySQL or through vtgate, and waits until it is
 * readable on the other side's MySQL.
 *
 * @param row null if no statement of the application inserts a row whose key the server generates; a note then says so.
 */
export async function followARow({ context, writesOn }: Migration, recorder: Recorder, row: NewRow | null) {
  const { cluster } = context;
  // A source that is not the run's own must only be written to through vtgate.
  const isStraight = writesOn === 'source' && cluster.existing === null;
  const back = writesOn === 'source' ? 'appears in the target' : 'flows back to the source';
  const title = isStraight ? `a row added to the original MySQL ${back}` : `a row written through vtgate ${back}`;
  if (row === null) {
    recorder.note(`not tried, as no statement inserts into a table with auto_increment: ${title}`);
    return;
  }
  const from = isStraight
    ? cluster.source.applicationEndpoint
    : (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace);
  const to = await primaryEndpoint(context, otherSide(writesOn));
  await recorder.step('row', title, async () => {
    await followRow(row, from, to, async () => await refuseBrokenStream(context, writesOn));
  });
}

/**
 * Returns an insert that the workload might send to one of the tables, with values that it does not send.
 *
 * @param tables the tables whose keys the server generates by auto_increment.
 * @param number how many rows were followed, so that each has values of its own.
 */
export function nextInsert(
  application: Application,
  seed: number,
  tables: ReadonlySet<string>,
  number: number,
): NewRow | null {
  const meant = Object.entries(application.workload.statements).flatMap(([name, { kind, table, parameters }]) => {
    // Rows that are used in turn start again at some point, so a pair of them may already be there.
    const isInTurn = Object.values(parameters).some((each) => each.kind === 'key' && each.stride !== undefined);
    return kind === 'insert' && tables.has(table) && !isInTurn ? [name] : [];
  });
  if (meant.length === 0) return null;
  const planner = new StatementPlanner(application, seed, 1);
  const first = BEYOND_THE_RUN + number * MOST_PLANNED;
  for (let index = 0; index < MOST_PLANNED; index++) {
    const statement = planner.plan(first + index);
    if (statement.kind === 'insert' && meant.includes(statement.statement)) return statement;
  }
  return null;
}
