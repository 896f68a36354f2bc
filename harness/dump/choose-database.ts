import { closest } from 'fastest-levenshtein';
import type { Connection } from 'mysql2/promise';
import { queryRows } from '../cluster/mysql-endpoint.ts';
import { usage } from '../errors.ts';
import { SERVER_DATABASES } from '../schema/server-databases.ts';

/** Returns the databases that were made on the server. */
export async function readDatabaseNames(connection: Connection): Promise<readonly string[]> {
  const found = await queryRows<{ name: string }>(
    connection,
    'SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name NOT IN (?)',
    [SERVER_DATABASES],
  );
  return found.map(({ name }) => name);
}

/**
 * Returns which of the server's databases to use: the requested one, or else the one in which the client began, or else
 * the only one with a table.
 *
 * @throws usage if there are several and none was requested, if that one does not exist, or if there is no table.
 */
export async function chooseDatabase(
  connection: Connection,
  file: string,
  asked: string | undefined,
  begun: string | null,
): Promise<string> {
  const found = await queryRows<{ name: string; tables: string }>(
    connection,
    `SELECT s.schema_name AS name, COUNT(t.table_name) AS \`tables\` FROM information_schema.schemata s
     LEFT JOIN information_schema.tables t ON t.table_schema = s.schema_name AND t.table_type = 'BASE TABLE'
     WHERE s.schema_name NOT IN (?) GROUP BY s.schema_name ORDER BY s.schema_name`,
    [SERVER_DATABASES],
  );
  const names = found.filter(({ tables }) => Number(tables) > 0).map(({ name }) => name);
  const [only] = names;
  if (only === undefined) {
    throw usage({
      what: 'The dump creates no table.',
      expected: 'at least one CREATE TABLE',
      seen: 'none',
      where: file,
      next: 'Was it made with --no-create-info? Make it with the schema.',
    });
  }
  if (asked !== undefined && names.includes(asked)) return asked;
  if (asked === undefined && names.length === 1) return only;
  if (asked === undefined && begun !== null && names.includes(begun)) return begun;
  throw usage({
    what: asked === undefined ? 'The dump contains several databases.' : 'The dump does not contain that database.',
    expected: asked === undefined ? 'source.database, to choose one' : `one of ${names.join(', ')}`,
    seen: asked ?? names.join(', '),
    where: file,
    ...(asked === undefined ? {} : { next: `Is it ${closest(asked, names)}? Correct source.database.` }),
  });
}
