import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionOptions } from 'mysql2/promise';
import { openForReading, type ByteRow } from '../schema/read.ts';
import { RateLimit } from './rate-limit.ts';

/** A running source, and how it may be queried. */
export interface LiveServer {
  readonly endpoint: ConnectionOptions;
  readonly maxRowsPerSecond: number;
  /** Receives every statement before it is sent. */
  readonly onStatement: (sql: string) => void;
}

/** One transaction's view of a live source. */
export interface Snapshot extends AsyncDisposable {
  /**
   * Reads rows as their server keeps them, no faster than allowed.
   *
   * @param about the table and what is read from it, for errors, because nobody should see the values.
   */
  readonly rows: (sql: string, about: string) => Promise<readonly ByteRow[]>;
  /** How many rows one statement may read, so that pauses are short. */
  readonly rowsAtOnce: number;
}

/** Its name for a person. */
export const LIVE_SOURCE = 'the live source';

const BEGIN = [
  "SET SESSION time_zone = '+00:00'",
  // Text is sent in the character set of its column.
  'SET SESSION character_set_results = NULL',
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
];

const PAUSES_PER_SECOND = 4;
const MOST_ROWS_AT_ONCE = 10_000;

/** @throws usage if it refuses the account; trouble if it does not answer. */
export async function openSnapshot({ endpoint, maxRowsPerSecond, onStatement }: LiveServer): Promise<Snapshot> {
  const connection = await openForReading(endpoint, LIVE_SOURCE, { onStatement });
  try {
    for (const sql of BEGIN) await connection.read(sql);
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
  const limit = new RateLimit(maxRowsPerSecond);
  return {
    rows: async (sql, about) => {
      const waitMs = limit.waitMs(performance.now());
      if (waitMs > 0) await pause(waitMs);
      const rows = await connection.readBytes(sql, about);
      limit.spend(rows.length, performance.now());
      return rows;
    },
    rowsAtOnce: Math.min(MOST_ROWS_AT_ONCE, Math.max(1, Math.floor(maxRowsPerSecond / PAUSES_PER_SECOND))),
    [Symbol.asyncDispose]: async () => await connection[Symbol.asyncDispose](),
  };
}
