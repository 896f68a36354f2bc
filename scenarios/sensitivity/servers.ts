import { corruption, tamper } from '../../harness/jest/corruption.ts';
import { withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { serversOf, uuidOf } from '../../harness/migration/context.ts';

corruption({
  claim: 'a transaction that only a replica has is an errant GTID, and one that the source had before is not',
  // With followers, one of which has the transaction.
  cluster: {},
  writesOn: 'target',
  // A source has such a transaction if it was a replica, or was restored from a backup.
  prepare: async (stage) => {
    const begin = "SET gtid_next = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee:7'";
    await tamper(stage, 'source', [begin, 'BEGIN', 'COMMIT', "SET gtid_next = 'AUTOMATIC'"]);
  },
  plant: async ({ migration }) => {
    const [, replica] = await serversOf(migration.context, 'target');
    const uuid = await uuidOf(replica!.endpoint);
    await withConnection(replica!.endpoint, async (connection) => {
      await connection.query('SET GLOBAL super_read_only = OFF');
      await connection.query(`SET gtid_next = '${uuid}:1'`);
      await connection.query('BEGIN');
      await connection.query('COMMIT');
      await connection.query("SET gtid_next = 'AUTOMATIC'");
      await connection.query('SET GLOBAL super_read_only = ON');
    });
    return [{ id: 'gtid-contained', key: replica!.name, count: 1 }];
  },
  seen: { vdiff: false, checksum: false },
});
