import type { Connection, ConnectionOptions, QueryOptions } from 'mysql2/promise';
import { messageOf, trouble } from '../errors.ts';
import type { LoadedRows } from '../fixture/fixture.ts';
import type { WorkloadStatement } from '../fixture/generators.ts';
import { openConnection } from '../mysql-connection.ts';
import { StatementPlanner, type Statement } from '../workload/statement-planner.ts';
import type { ValueRefusal } from './demands.ts';
import { WITH_BACKSLASHES } from './backslashes.ts';
import { refusalOf } from './refusal.ts';

/** How often each kind of statement is tried, each time with other values. */
const SAMPLES = { insert: 40, update: 25, read: 1, delete: 1 } as const;
const TIMEOUT_MS = 30_000;

/** The factor for statements whose values are accepted only by chance. */
const IN_DOUBT = 10;

/**
 * @param isDoubtful whether the values do not meet a CHECK or a partition by construction.
 * @returns why the source refused the statement, or null if it accepted every sample.
 */
export type TryStatement = (
  statement: Omit<WorkloadStatement, 'weight'>,
  loaded: ReadonlyMap<string, LoadedRows>,
  isDoubtful: boolean,
) => Promise<ValueRefusal | null>;

export interface Trial extends AsyncDisposable {
  readonly tryStatement: TryStatement;
}

/**
 * Opens a connection on which statements are tried with several samples of their values, all in one transaction, so
 * that conflicts between inserts also show. The transaction is rolled back.
 *
 * @throws trouble if the server does not answer, or lacks resources.
 */
export async function openTrial(connect: ConnectionOptions, seed: number): Promise<Trial> {
  const connection = await openConnection({ ...connect, charset: 'utf8mb4', timezone: 'Z' }, { isShown: false });
  // mysql2 writes values with backslashes.
  await connection.query(WITH_BACKSLASHES);
  return {
    tryStatement: async (statement, loaded, isDoubtful) =>
      await tryOn(connection, samplesOf(statement, { loaded, seed, isDoubtful })),
    [Symbol.asyncDispose]: async () => connection.destroy(),
  };
}

interface TrialOptions {
  readonly loaded: ReadonlyMap<string, LoadedRows>;
  readonly seed: number;
  readonly isDoubtful: boolean;
}

function samplesOf(
  statement: Omit<WorkloadStatement, 'weight'>,
  { loaded, seed, isDoubtful }: TrialOptions,
): readonly Statement[] {
  const workload = { statements: { tried: { ...statement, weight: 1 } } };
  const planner = new StatementPlanner({ tables: [], seed: { tables: {} }, workload, loaded }, seed, 1);
  // A delete is meant for rows that the writer inserted, and there are none here.
  if (statement.kind === 'delete') return planner.examples();
  const length = SAMPLES[statement.kind] * (isDoubtful ? IN_DOUBT : 1);
  return Array.from({ length }, (_, index) => planner.operation(index));
}

async function tryOn(connection: Connection, samples: readonly Statement[]): Promise<ValueRefusal | null> {
  await connection.query('BEGIN');
  try {
    for (const { sql, values } of samples) {
      const refusal = await send(connection, { sql, values: [...values], timeout: TIMEOUT_MS });
      if (refusal !== null) return refusal;
    }
    return null;
  } finally {
    await connection.query('ROLLBACK').catch(() => undefined);
  }
}

async function send(connection: Connection, statement: QueryOptions): Promise<ValueRefusal | null> {
  try {
    await connection.query(statement);
    return null;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== null) return refusal;
    throw trouble({
      what: 'A statement derived from the schema could not be tried.',
      seen: messageOf(error),
      where: statement.sql,
      next: 'Look at the log of the source MySQL, and run again.',
      cause: error,
    });
  }
}
