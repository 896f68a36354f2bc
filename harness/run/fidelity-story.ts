import { RoundtripError } from '../errors.ts';
import type { CaseResult } from '../fidelity/declared.ts';
import { stoppingTables } from '../fidelity/expected.ts';
import { DIRECTIONS, LEGS, nameOfLeg, type Direction, type Leg } from '../fidelity/legs.ts';
import { createOnTarget, loadReference } from '../fidelity/reference.ts';
import type { VDiffOpinion } from '../fidelity/vdiff-opinion.ts';
import { primaryEndpoint } from '../migration/context.ts';
import type { Migration } from '../migration/migration.ts';
import { runningWorkflow } from '../migration/running-workflow.ts';
import { streamErrorOf } from '../migration/stream-errors.ts';
import { showWorkflow } from '../vtctl/move-tables.ts';
import {
  addRefusal,
  columnKey,
  judge,
  opinionOf,
  originalsOf,
  rest,
  turn,
  write,
  type LoadedCase,
  type Outcomes,
} from './fidelity-leg.ts';
import { DefinitionWatch } from './definition-watch.ts';
import { migrationOfTables } from './migration-of-tables.ts';
import { moveOn } from './move-on.ts';
import type { Run } from './run.ts';

/** What was seen of the cases so far. */
interface SeenOfCases {
  readonly outcomes: Outcomes;
  readonly vdiffs: readonly VDiffOpinion[];
  readonly definitions: DefinitionWatch;
}

/** Receives the outcome of a case, or of some of its tables, as soon as it is known. */
type Told = (result: CaseResult) => void;

/**
 * Takes every value of the cases there, back and there again. Tables that are expected to pass share one workflow; those
 * at which the stream is expected to stop have a workflow for each case, one after another.
 *
 * @param cases returns the cases, which are known once the run is loaded.
 * @throws the error that stops the shared workflow.
 */
export async function fidelityStory(run: Run, cases: () => readonly LoadedCase[], told: Told): Promise<void> {
  await run.load();
  await Promise.all([run.migration.adopt(), run.migration.provision()]);
  const definitions = await DefinitionWatch.begin(run.migration.context);
  await loadReference(await primaryEndpoint(run.migration.context, 'target'), cases());
  const together = cases().flatMap((each) => part(each, (table) => !stopsAt(each, table)));
  if (together.length > 0) {
    for (const result of await takeTogether(run, together, definitions)) told(result);
  }
  for (const alone of cases().flatMap((each) => part(each, (table) => stopsAt(each, table)))) {
    told(await takeAlone(run, alone, definitions));
  }
}

function stopsAt({ stops, tables }: LoadedCase, table: string): boolean {
  return stops.some((stop) => stoppingTables(stop, tables).includes(table));
}

/** Returns some of a case's tables as a case, and nothing if it has none of them. */
function part(only: LoadedCase, isTaken: (table: string) => boolean): LoadedCase[] {
  const tables = only.tables.filter(isTaken);
  return tables.length === 0 ? [] : [{ ...only, tables, shapes: only.shapes.filter(({ name }) => isTaken(name)) }];
}

async function takeTogether(
  run: Run,
  cases: readonly LoadedCase[],
  definitions: DefinitionWatch,
): Promise<readonly CaseResult[]> {
  const migration = await copied(run, cases, definitions);
  const outcomes: Outcomes = new Map();
  const vdiffs: VDiffOpinion[] = [];
  for (const direction of DIRECTIONS) {
    await turn(migration, direction);
    const legs = legsOf(direction);
    const originals = await originalsOf(
      migration,
      cases.flatMap(({ shapes }) => shapes),
    );
    for (const each of cases) await write(migration, each, legs);
    await rest(migration, run.recorder);
    vdiffs.push(...(await opinionOf(migration, direction)));
    for (const each of cases) await judge(migration, each, { legs, originals, outcomes });
  }
  await definitions.look(migration.context, 'at the end');
  await migration.cancel();
  return cases.map((each) => resultOf(each, { outcomes, vdiffs, definitions }));
}

/**
 * Takes the legs of a case one by one, and on each leg its tables one by one, so that each shows by itself whether the
 * stream stops. A stream that has stopped is moved past what stopped it.
 */
async function takeAlone(run: Run, only: LoadedCase, definitions: DefinitionWatch): Promise<CaseResult> {
  const outcomes: Outcomes = new Map();
  const vdiffs: VDiffOpinion[] = [];
  const seen = { outcomes, vdiffs, definitions };
  const migration = await copiedOrRefused(run, only, seen);
  if (migration === null) return resultOf(only, seen);
  let hasStopped = false;
  for (const direction of DIRECTIONS) {
    await turn(migration, direction);
    const legs = legsOf(direction);
    let opinion: readonly VDiffOpinion[] = [];
    for (const leg of legs) {
      hasStopped = (await takeLeg(run, migration, { only, leg, outcomes })) || hasStopped;
      // What stopped the stream never arrives, and VDiff would show that.
      const isAsked = leg.path === 'copied' || leg === legs.at(-1);
      if (isAsked && !hasStopped) opinion = await opinionOf(migration, direction);
    }
    vdiffs.push(...opinion);
  }
  await definitions.look(migration.context, 'at the end');
  await giveUp(migration);
  return resultOf(only, seen);
}

interface LegOfCase {
  readonly only: LoadedCase;
  readonly leg: Leg;
  readonly outcomes: Outcomes;
}

/** @returns whether the stream stopped at any table; such refusals are among the outcomes. */
async function takeLeg(run: Run, migration: Migration, { only, leg, outcomes }: LegOfCase): Promise<boolean> {
  let hasStopped = false;
  for (const table of only.tables.flatMap((own) => part(only, (name) => name === own))) {
    const originals = await originalsOf(migration, table.shapes);
    await write(migration, table, [leg]);
    const message = await stoppedAt(run, migration);
    if (message === null) await judge(migration, table, { legs: [leg], originals, outcomes });
    else {
      addRefusal(table, leg, { step: 'stream', message }, outcomes);
      await moveOn(migration);
      hasStopped = true;
    }
  }
  return hasStopped;
}

/** Waits until everything has arrived. @returns the message of the stream if it stops; null if it does not. */
async function stoppedAt(run: Run, migration: Migration): Promise<string | null> {
  try {
    await rest(migration, run.recorder);
    return null;
  } catch (error) {
    return await stoppedBy(migration, error);
  }
}

/** Copies the tables of a case; null if the copy is refused, which is then among the outcomes. */
async function copiedOrRefused(
  run: Run,
  only: LoadedCase,
  { outcomes, definitions }: SeenOfCases,
): Promise<Migration | null> {
  const migration = await migrationOf(run, [only]);
  try {
    await create(migration, [only], definitions);
    await migration.copied();
  } catch (error) {
    addRefusal(only, LEGS[0]!, { step: 'copy', message: await stoppedBy(migration, error) }, outcomes);
    await migration.cancel();
    return null;
  }
  await definitions.look(migration.context, 'after the copy');
  return migration;
}

async function copied(run: Run, cases: readonly LoadedCase[], definitions: DefinitionWatch): Promise<Migration> {
  const migration = await migrationOf(run, cases);
  await create(migration, cases, definitions);
  await migration.copied();
  await definitions.look(migration.context, 'after the copy');
  return migration;
}

/** Creates the workflow, after the tables that the target is to have before. */
async function create(migration: Migration, cases: readonly LoadedCase[], definitions: DefinitionWatch): Promise<void> {
  const { context } = migration;
  for (const each of cases) await createOnTarget(await primaryEndpoint(context, 'target'), each);
  const before = cases.flatMap(({ onTarget }) => onTarget.tables);
  if (before.length > 0) await definitions.lookBefore(context, before);
  await migration.create();
}

/** Ends a workflow, wherever the writes are; the tables stay only there. */
async function giveUp(migration: Migration): Promise<void> {
  await (migration.writesOn === 'target' ? migration.complete('drop') : migration.cancel());
}

/** Returns the message of the stream that has stopped. @throws the error itself if none has. */
async function stoppedBy(migration: Migration, error: unknown): Promise<string> {
  const { context, writesOn } = migration;
  const workflow = await showWorkflow(context.vtctl, runningWorkflow(context, writesOn));
  const [stopped] = (workflow?.streams ?? []).flatMap((stream) => streamErrorOf(stream) ?? []);
  // After a panic in Vitess, the message is followed by the stack.
  if (stopped !== undefined) return stopped.text.split('\n')[0]!;
  // Between two attempts a stream has no message; the error that was thrown has the last one.
  const seen = error instanceof RoundtripError ? /: (.+)/.exec(error.facts.seen ?? '')?.[1] : undefined;
  if (seen === undefined) throw error;
  return seen;
}

/** Returns the steps for only these cases, on the servers of the run. */
async function migrationOf(run: Run, cases: readonly LoadedCase[]): Promise<Migration> {
  return await migrationOfTables(
    run,
    cases.flatMap(({ tables }) => tables),
  );
}

function legsOf(direction: Direction): readonly Leg[] {
  return LEGS.filter((leg) => leg.direction === direction);
}

function resultOf(only: LoadedCase, { outcomes, vdiffs, definitions }: SeenOfCases): CaseResult {
  const { name, about, tables, shapes } = only;
  const columns = shapes.flatMap((table) =>
    table.columns.map((column) => {
      const seen = new Map((outcomes.get(columnKey(table.name, column.name)) ?? []).map((each) => [each.leg, each]));
      const legs = LEGS.map(nameOfLeg).map((leg) => seen.get(leg) ?? ({ leg, kind: 'not reached' } as const));
      const { type, isNullable, inKey } = column;
      return { table: table.name, column: column.name, type, isNullable, inKey, values: table.rows, legs };
    }),
  );
  const ofCase = vdiffs.filter(({ table }) => tables.includes(table));
  return { name, about, columns, vdiffs: ofCase, definitions: definitions.of(tables) };
}
