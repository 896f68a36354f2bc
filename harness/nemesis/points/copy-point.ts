import { setTimeout as pause } from 'node:timers/promises';
import { queryRows, withConnection } from '../../cluster/mysql-endpoint.ts';
import { messageOf } from '../../errors.ts';
import { forwardWorkflow, primaryEndpoint, sidecarOf } from '../../migration/context.ts';
import { quoteName } from '../../schema/quote.ts';
import type { Point, Watch } from '../point.ts';
import type { Stage } from '../stage.ts';

const LOOK_EVERY_MS = 3;

/** A part of the copy, known by the rows that the stream says it has copied. @param share of all rows, 0 to 1. */
export function copyPoint(share: number): Point {
  const percent = Math.round(share * 100);
  return {
    id: `copy/${percent}`,
    about: `${percent} % of the rows have been copied`,
    step: 'copy',
    watch: async (stage) => await watchCopy(stage, share),
  };
}

async function watchCopy(stage: Stage, share: number): Promise<Watch> {
  const { context } = stage.migration;
  const total = await rowsOf(stage);
  const endpoint = await primaryEndpoint(context, 'target');
  const ending = new AbortController();
  const sql =
    'SELECT CONVERT(state USING utf8mb4) AS state, rows_copied AS copied ' +
    `FROM ${quoteName(sidecarOf(context, 'target'))}.vreplication WHERE workflow = ?`;
  const { promise: reached, resolve } = Promise.withResolvers<string>();
  const looking = withConnection(endpoint, async (connection) => {
    while (!ending.signal.aborted) {
      const [row] = await queryRows<{ state: string; copied: string }>(connection, sql, [
        forwardWorkflow(context).workflow,
      ]);
      const copied = Number(row?.copied ?? 0);
      if (row?.state === 'Copying' && copied >= share * total) {
        resolve(`${copied} of ${total} rows copied, state ${row.state}`);
        return;
      }
      await pause(LOOK_EVERY_MS);
    }
  });
  // A point that nobody can look for any more is not met.
  looking.catch((error: unknown) => stage.recorder.note(`the copy could not be watched: ${messageOf(error)}`));
  return {
    reached,
    strike: async (blow) => await blow(),
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await looking.catch(() => undefined);
    },
  };
}

async function rowsOf({ migration }: Stage): Promise<number> {
  const endpoint = await primaryEndpoint(migration.context, 'source');
  return await withConnection(endpoint, async (connection) => {
    const counts = migration.context.tables.map((table) => `(SELECT COUNT(*) FROM ${quoteName(table)})`);
    const [row] = await queryRows<{ count: string }>(connection, `SELECT ${counts.join(' + ')} AS count`);
    return Number(row!.count);
  });
}
