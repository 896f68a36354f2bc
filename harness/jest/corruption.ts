import { expect } from '@jest/globals';
import type { Connection } from 'mysql2/promise';
import { SMALLEST_TARGET } from '../cluster/cluster-layout.ts';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import type { Side } from '../side.ts';
import type { Expectation } from './expectation.ts';
import { scenario, type ScenarioOptions, type Stage } from './scenario.ts';
import { primaryEndpoint } from '../migration/context.ts';

/** Which of the two comparisons sees a corruption; the expected invariants are the history's own witnesses. */
export interface DetectedBy {
  readonly vdiff: boolean;
  readonly checksum: boolean;
}

/** One corruption of real servers, and which witnesses must see it. */
export interface Corruption {
  readonly claim: string;
  /** What is migrated; by default the scenarios' default. */
  readonly fixture?: string;
  /** The side that serves writes when the corruption is planted. */
  readonly writesOn: Side;
  /** @returns the violations that must be found; there must be no others. */
  readonly plant: (stage: Stage) => Promise<readonly Expectation[]>;
  readonly seen: DetectedBy;
  /** The servers; by default the smallest target, because most corruptions do not depend on who follows. */
  readonly cluster?: ScenarioOptions['cluster'];
  /** What to do to the source before the migration begins. */
  readonly prepare?: (stage: Stage) => Promise<void>;
}

/**
 * A scenario that brings a migration to rest with its writes on one side, plants a corruption, and requires that
 * exactly the invariants that it breaks are found broken.
 */
export function corruption({
  claim,
  fixture,
  cluster = SMALLEST_TARGET,
  writesOn,
  plant,
  seen,
  prepare,
}: Corruption): void {
  scenario(claim, { from: 'loaded', cluster, ...(fixture === undefined ? {} : { fixture }) }, async (stage) => {
    await prepare?.(stage);
    await Promise.all([stage.migration.adopt(), stage.migration.provision()]);
    await atRest(stage, writesOn);
    const expected = await plant(stage);
    const tables = await stage.observe();
    expect({
      vdiff: stage.migration.vdiffs.at(-1)!.mismatchedRows > 0,
      checksum: tables.some(({ equal }) => !equal),
    }).toEqual(seen);
    expected.forEach(stage.mustFind);
  });
}

/** Copies, writes through vtgate, cuts over if requested, and stops writing. */
export async function atRest({ migration, workload }: Stage, writesOn: Side): Promise<void> {
  await migration.create();
  await migration.copied();
  await workload.start({ writesPerSecond: 100 });
  await workload.untilAcknowledged(100);
  if (writesOn === 'target') {
    await migration.switchTraffic();
    await workload.untilAcknowledged(100);
  }
  await workload.stop();
}

/** Runs statements on a side's primary, bypassing everything that watches. */
export async function tamper({ migration }: Stage, side: Side, statements: readonly string[]): Promise<void> {
  await withConnection(await primaryEndpoint(migration.context, side), async (connection) => {
    for (const statement of statements) await connection.query(statement);
  });
}

/** Returns the first column of a query's first row, from a side's primary. */
export async function valueOf({ migration }: Stage, side: Side, sql: string): Promise<number> {
  return await withConnection(await primaryEndpoint(migration.context, side), async (connection: Connection) => {
    const [row] = await queryRows<Record<string, number | string>>(connection, sql);
    const [value] = Object.values(row ?? {});
    if (value === undefined) throw new Error(`no row: ${sql}`);
    return Number(value);
  });
}
