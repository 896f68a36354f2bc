import { readExactRows, type ExactRows } from '../fidelity/exact-values.ts';
import { judgeLeg, needsOriginal, type LegOutcome, type SidesOfTable } from '../fidelity/judge-leg.ts';
import {
  change,
  nameOfLeg,
  REFERENCE,
  servingSide,
  type Direction,
  type Leg,
  type ValueTable,
} from '../fidelity/legs.ts';
import { endOfLog, refuseOtherUpdates } from '../fidelity/logged-updates.ts';
import { writeValues } from '../fidelity/reference.ts';
import type { ValueCase } from '../fidelity/value-case.ts';
import type { VDiffOpinion } from '../fidelity/vdiff-opinion.ts';
import type { Recorder } from '../history/recorder.ts';
import { untilAtRest } from '../migration/at-rest.ts';
import { otherSide, primaryEndpoint, type MigrationContext } from '../migration/context.ts';
import type { Migration } from '../migration/migration.ts';
import { quoteName } from '../schema/quote.ts';
import { openForReading } from '../schema/read.ts';
import type { Side } from '../side.ts';

/** A case with its tables as they are on the server. */
export interface LoadedCase extends ValueCase {
  readonly shapes: readonly ValueTable[];
}

/** The outcomes of the legs so far, by `columnKey`. */
export type Outcomes = Map<string, LegOutcome[]>;

export function columnKey(table: string, column: string): string {
  return `${table}.${column}`;
}

const MOST_SAMPLES = 2;

/** Sends all traffic to the side where the direction begins. */
export async function turn(migration: Migration, direction: Direction): Promise<void> {
  const serving = servingSide(direction);
  if (migration.writesOn === serving) return;
  await (serving === 'target' ? migration.switchTraffic() : migration.reverseTraffic());
}

/**
 * Writes the rows of the legs directly to the MySQL that serves writes.
 *
 * @throws `fail` if they are not in the binary log as the case says.
 */
export async function write(migration: Migration, only: LoadedCase, legs: readonly Leg[]): Promise<void> {
  const statements = legs.flatMap((leg) => only.shapes.flatMap((table) => change(leg, table)));
  const endpoint = await primaryEndpoint(migration.context, migration.writesOn);
  const { updates, tables, writesWith } = only;
  if (updates === null || !legs.some(({ path }) => path === 'changed')) {
    await writeValues(endpoint, statements, writesWith);
    return;
  }
  await using connection = await openForReading(endpoint, `the ${migration.writesOn}`);
  const before = await endOfLog(connection.read);
  await writeValues(endpoint, statements, writesWith);
  await refuseOtherUpdates(connection.read, before, tables, updates);
}

/** The rows of the source by table, of tables for which they are needed. */
export type Originals = ReadonlyMap<string, ExactRows>;

/** Reads what the source has before legs are taken. */
export async function originalsOf({ context }: Migration, tables: readonly ValueTable[]): Promise<Originals> {
  const read = tables.filter(needsOriginal).map(async (table) => {
    return [table.name, await readRows(context, 'source', table, quoteName(table.name))] as const;
  });
  return new Map(await Promise.all(read));
}

/** Waits until everything that was written has reached the other side. @throws if the stream stops. */
export async function rest(migration: Migration, recorder: Recorder): Promise<void> {
  const { context, writesOn } = migration;
  await recorder.step('rest', 'streams come to rest', async () => await untilAtRest(context, writesOn));
}

/** Returns what VDiff says about the tables. The streams must be at rest. */
export async function opinionOf(migration: Migration, direction: Direction): Promise<readonly VDiffOpinion[]> {
  const { tables } = await migration.vdiffAtRest();
  return tables.map(({ table, rowsCompared, mismatchedRows, samples }) => {
    return { direction, table, rowsCompared, mismatchedRows, samples: samples.slice(0, MOST_SAMPLES) };
  });
}

/** Compares what arrived with what should have arrived, and adds the result for each column to the outcomes. */
export async function judge(
  migration: Migration,
  only: LoadedCase,
  { legs, originals, outcomes }: { legs: readonly Leg[]; originals: Originals; outcomes: Outcomes },
): Promise<void> {
  for (const table of only.shapes) {
    const sides = await readSides(migration, table, originals);
    for (const leg of legs) {
      for (const [column, outcome] of judgeLeg(leg, table, sides)) {
        add(outcomes, columnKey(table.name, column), outcome);
      }
    }
  }
}

/** Adds a leg on which the stream stopped to every column of the tables. */
export function addRefusal(
  only: Pick<LoadedCase, 'shapes'>,
  leg: Leg,
  refusal: { step: string; message: string },
  outcomes: Outcomes,
) {
  for (const { name, columns } of only.shapes) {
    for (const column of columns) {
      add(outcomes, columnKey(name, column.name), { leg: nameOfLeg(leg), kind: 'refused', ...refusal });
    }
  }
}

function add(outcomes: Outcomes, key: string, outcome: LegOutcome): void {
  outcomes.set(key, [...(outcomes.get(key) ?? []), outcome]);
}

async function readSides(
  { context, writesOn }: Migration,
  table: ValueTable,
  originals: Originals,
): Promise<SidesOfTable> {
  const own = quoteName(table.name);
  const [reference, serving, following] = await Promise.all([
    readRows(context, writesOn, table, `${REFERENCE}.${own}`),
    readRows(context, writesOn, table, own),
    readRows(context, otherSide(writesOn), table, own),
  ]);
  return { reference, serving, following, original: originals.get(table.name) ?? new Map() };
}

async function readRows(context: MigrationContext, side: Side, table: ValueTable, from: string): Promise<ExactRows> {
  await using connection = await openForReading(await primaryEndpoint(context, side), `the ${side}`);
  await connection.read("SET SESSION time_zone = '+00:00'");
  return await readExactRows(connection.read, from, table);
}
