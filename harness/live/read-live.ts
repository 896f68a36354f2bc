import type { ConnectionOptions } from 'mysql2/promise';
import type { LeftOutKind } from '../dump/leave-out.ts';
import { usage } from '../errors.ts';
import { readAccounts } from '../preflight/accounts.ts';
import { hiddenFrom, isMySql8 } from '../preflight/facts.ts';
import type { Hidden } from '../preflight/unread.ts';
import { readVariables } from '../preflight/variables.ts';
import { readDatabase, type Database } from '../schema/database.ts';
import { openForReading } from '../schema/read.ts';
import { readLiveSchema, type LiveSchema } from './schema.ts';
import { readTimeZoneOffset, settingsLike } from './settings.ts';
import { LIVE_SOURCE, type LiveServer } from './snapshot.ts';

/** The properties of a live source that a rehearsal imitates. */
export interface LiveContents {
  /** The name of the database for a person, such as `db.example.com:3306/shop`. */
  readonly from: string;
  readonly database: Database;
  readonly schema: LiveSchema;
  /** Flags of mysqld. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the account may not see, and is therefore missing from the schema, with the grant that allows it. */
  readonly hidden: readonly Hidden[];
}

/**
 * @throws usage for a server that refuses the account, is not MySQL 8, or has no table; trouble if it does not answer.
 */
export async function readLive(
  { endpoint, onStatement }: Pick<LiveServer, 'endpoint' | 'onStatement'>,
  leaveOut: readonly LeftOutKind[],
): Promise<LiveContents> {
  const from = nameOf(endpoint);
  await using connection = await openForReading(endpoint, LIVE_SOURCE, { onStatement });
  const { read } = connection;
  const version = (await read('SELECT VERSION() AS version'))[0]?.['version'] ?? '';
  if (!isMySql8(version)) throw wrongVersion(version, from);
  const variables = await readVariables(read);
  const settings = settingsLike(variables, await readTimeZoneOffset(read));
  const database = await readDatabase(read);
  if (database.tables.length === 0) throw noTable(from);
  const { own } = await readAccounts(read, [], variables);
  const hidden = hiddenFrom(own, database).map((each) => ({ ...each, what: `${each.what}, on ${from}` }));
  const schema = await readLiveSchema(read, database, { leaveOut, from });
  return { from, database, schema, settings, hidden };
}

function nameOf({ host = 'localhost', port = 3306, database = '' }: ConnectionOptions): string {
  return `${host}:${port}/${database}`;
}

function wrongVersion(version: string, where: string) {
  return usage({
    what: 'This harness cannot read the live source’s kind of server.',
    expected: 'MySQL 8.0 or later',
    seen: version,
    where,
    next: `Make a dump of it, and name the dump with source.file.${/mariadb/i.test(version) ? ' docs/mariadb.md says what to change in it.' : ''}`,
  });
}

function noTable(where: string) {
  return usage({
    what: 'The live source shows no table.',
    expected: 'at least one table that the account may read',
    seen: 'none',
    where,
    next: 'Correct source.live.database, or GRANT SELECT on it to the account.',
  });
}
