import type { Connection } from 'mysql2/promise';
import { queryRows } from '../cluster/mysql-endpoint.ts';

/**
 * Creates the accounts that views, triggers, routines and events of a database run as, unless the server already has
 * them. Nobody can log in as one, and each may do anything in that database. A dump names its definers but does not
 * create them.
 *
 * @returns the accounts that were created, such as `shop@%`.
 */
export async function createDefiners(connection: Connection, database: string): Promise<readonly string[]> {
  const missing = await queryRows<{ definer: string }>(
    connection,
    `SELECT definer FROM (
       SELECT definer AS definer FROM information_schema.views WHERE table_schema = ?
       UNION SELECT definer FROM information_schema.triggers WHERE trigger_schema = ?
       UNION SELECT definer FROM information_schema.routines WHERE routine_schema = ?
       UNION SELECT definer FROM information_schema.events WHERE event_schema = ?) AS used
     WHERE definer <> '' AND definer NOT IN (SELECT CONCAT(user, '@', host) FROM mysql.user)`,
    [database, database, database, database],
  );
  for (const { definer } of missing) {
    const at = definer.lastIndexOf('@');
    const account = [definer.slice(0, at), definer.slice(at + 1)];
    await connection.query('CREATE USER IF NOT EXISTS ?@? ACCOUNT LOCK', account);
    // In a grant, _ and % stand for any character.
    const pattern = database.replaceAll(/[_%\\]/g, String.raw`\$&`).replaceAll('`', '``');
    await connection.query(`GRANT ALL ON \`${pattern}\`.* TO ?@?`, account);
  }
  return missing.map(({ definer }) => definer);
}
