import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../../cluster/mysql-endpoint.ts';
import { failure } from '../../errors.ts';
import { primaryEndpoint } from '../../migration/context.ts';
import type { Fault } from '../fault.ts';

/** More than the `max_allowed_packet` of MySQL's clients and of the stream's batches, 16 MB each. */
const LEAST_BYTES = 16 * 1024 * 1024;
/** The least that a row takes in the binary log, with both its images. */
const ROW_BYTES = 100;
/** vttablet refuses a statement that changes more than 10,000 rows. */
const ROWS_A_STATEMENT = 5_000;

interface Plan {
  /** Each pass writes every row; after an even number of passes each row is the same as before. */
  readonly passes: number;
  readonly parts: number;
}

async function planFor(connection: Connection): Promise<Plan> {
  const [row] = await queryRows<{ total: string }>(connection, 'SELECT COUNT(*) AS total FROM customer');
  const rows = Math.max(1, Number(row!.total));
  return {
    passes: 2 * Math.ceil((1.5 * LEAST_BYTES) / (2 * rows * ROW_BYTES)),
    parts: Math.ceil(rows / ROWS_A_STATEMENT),
  };
}

async function rewrite(connection: Connection, { passes, parts }: Plan): Promise<void> {
  await connection.query('BEGIN');
  for (let pass = 0; pass < passes; pass++) {
    for (let part = 0; part < parts; part++) {
      const sql = `UPDATE customer SET name = REVERSE(name) WHERE customer_id % ${parts} = ?`;
      await connection.query(sql, [part]);
    }
  }
  await connection.query('COMMIT');
}

/** The application commits a transaction that is larger than any packet, just before the switch. */
export const HUGE_TRANSACTION: Fault = {
  id: 'application.huge-transaction',
  about: 'the application commits one transaction that writes every customer many times, and is larger than 16 MB',
  needs: ['commerce'],
  lastsMs: 0,
  arm: async ({ cluster, migration }) => {
    const vtgate = (await cluster.vtgate()).applicationEndpoint(cluster.sourceKeyspace);
    return {
      strike: async () => {
        const side = migration.writesOn;
        const written = async () =>
          await withConnection(await primaryEndpoint(migration.context, side), async (connection) => {
            const logs = await queryRows<{ File_size: string }>(connection, 'SHOW BINARY LOGS');
            return logs.reduce((bytes, { File_size: size }) => bytes + Number(size), 0);
          });
        const before = await written();
        await withConnection(vtgate, async (connection) => await rewrite(connection, await planFor(connection)));
        const bytes = (await written()) - before;
        if (bytes > LEAST_BYTES) return `a transaction of ${Math.round(bytes / 1024 / 1024)} MB`;
        throw failure({
          what: 'The transaction was too small.',
          expected: `${LEAST_BYTES} bytes`,
          seen: `${bytes} bytes`,
        });
      },
      heal: async () => undefined,
      [Symbol.dispose]: () => undefined,
    };
  },
};
