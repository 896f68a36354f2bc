import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../../cluster/mysql-endpoint.ts';
import { failure } from '../../errors.ts';
import { primaryEndpoint } from '../../migration/context.ts';
import type { Fault } from '../fault.ts';

/** Each pass writes every row again; after an even number of passes each row is as it was. */
const PASSES = 24;
/** More than the `max_allowed_packet` of MySQL's clients and of the stream's batches, 16 MB each. */
const LEAST_BYTES = 16 * 1024 * 1024;

/** vttablet refuses a statement that changes more than 10,000 rows. */
const PARTS = 8;

async function rewrite(connection: Connection): Promise<void> {
  for (let part = 0; part < PARTS; part++) {
    await connection.query(`UPDATE customer SET name = REVERSE(name) WHERE customer_id % ${PARTS} = ?`, [part]);
  }
}

/** The application commits a transaction that is larger than any packet, just before the switch. */
export const HUGE_TRANSACTION: Fault = {
  id: 'application.huge-transaction',
  about: `the application commits one transaction that writes every customer ${PASSES} times`,
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
        await withConnection(vtgate, async (connection) => {
          await connection.query('BEGIN');
          for (let pass = 0; pass < PASSES; pass++) await rewrite(connection);
          await connection.query('COMMIT');
        });
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
