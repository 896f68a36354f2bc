import type { ConnectionOptions } from 'mysql2/promise';
import { within } from '../wait.ts';
import { queryRows, withLook } from './mysql-endpoint.ts';
import type { Server } from './server.ts';
import type { ServerCpu } from './servers.ts';

/** A healthy engine and MySQL answer at once; figures are not worth waiting longer. */
const ANSWER_MS = 10_000;
const PICOSECONDS = 1e12;

/**
 * The CPU of all statements, in picoseconds. Each counts only the thread that runs it, not the threads that count rows
 * of InnoDB in parallel for it, nor those that open connections.
 */
const STATEMENTS = `
  SELECT SUM(SUM_CPU_TIME) AS picoseconds,
         (SELECT ENABLED FROM performance_schema.setup_consumers WHERE NAME = 'events_statements_cpu') AS isCounted
  FROM performance_schema.events_statements_summary_by_account_by_event_name
  WHERE USER = ?`;

interface MeasuredServer {
  readonly server: Pick<Server, 'cpuSeconds'>;
  /** The harness' own account, for a server with a MySQL. */
  readonly mysql?: ConnectionOptions;
}

/** Returns how much CPU a server has used so far. Never throws: a figure that cannot be read within 10 s is null. */
export async function cpuOf(name: string, starting: MeasuredServer | Promise<MeasuredServer>): Promise<ServerCpu> {
  const measure = async (): Promise<ServerCpu> => {
    const { server, mysql } = await starting;
    // This part is asked for first, so that it is not more than the whole.
    const questions = mysql === undefined ? {} : { questionSeconds: await statementSeconds(mysql) };
    return { server: name, cpuSeconds: await server.cpuSeconds(), ...questions };
  };
  return await within(measure(), ANSWER_MS, `no figures of ${name}`).catch(() => ({ server: name, cpuSeconds: null }));
}

/**
 * Returns the CPU seconds that the statements of this account have used on a MySQL since its start, or null if the
 * server does not count them or does not answer. Never throws.
 */
export async function statementSeconds(endpoint: ConnectionOptions): Promise<number | null> {
  // The account's own database may not exist yet.
  const { database: _, ...connect } = endpoint;
  try {
    return await withLook(connect, async (connection) => {
      const [row] = await queryRows<StatementRow>(connection, STATEMENTS, [connect.user]);
      return secondsOf(row);
    });
  } catch {
    return null;
  }
}

export interface StatementRow {
  /** Null if the account has sent nothing. */
  readonly picoseconds: string | number | null;
  /** `YES` or `NO`; null if the server does not know this consumer. */
  readonly isCounted: string | null;
}

export function secondsOf(row: StatementRow | undefined): number | null {
  if (row?.isCounted !== 'YES') return null;
  return Number(row.picoseconds ?? 0) / PICOSECONDS;
}
