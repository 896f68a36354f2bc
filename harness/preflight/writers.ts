import type { Read } from '../schema/read.ts';
import { mandatoryRoles } from './accounts.ts';
import { accountAsSql, grantsOf, holds, isOnDatabase, proxiesOf, rolesOf, routinesOf, type Grant } from './grants.ts';
import { readWays, type WritePath, type Ways } from './indirect-writes.ts';
import { refusalOf } from './unread.ts';
import { isOn, variable, type Variables } from './variables.ts';

/** An account that can log in, and whether it may write to the tables that move. */
export interface Login {
  readonly user: string;
  readonly host: string;
  /** Whether it cannot log in now. */
  readonly isLocked: boolean;
  /** The reason why it may write; null if it may not. */
  readonly by: string | null;
  /** What it may run that could write, if that is unclear. */
  readonly perhapsBy: string | null;
}

/**
 * The privileges that allow changing a row, or dropping a table with its rows; reading and locking are not among them.
 */
const WRITES = ['INSERT', 'UPDATE', 'DELETE', 'DROP', 'ALTER'];

/**
 * With BINLOG statements, rows change without any privilege on their table. If the server has GTIDs, as every source
 * does, the session must also set its own. This was tried on MySQL 9.7, where neither REPLICATION_APPLIER alone nor
 * BINLOG_ADMIN alone was enough.
 */
function canSendBinlog(grants: readonly Grant[]): boolean {
  const has = (privilege: string) => holds(grants, privilege, null);
  return has('SUPER') || (has('BINLOG_ADMIN') && SETS_GTID.some(has));
}

const SETS_GTID = ['SESSION_VARIABLES_ADMIN', 'SYSTEM_VARIABLES_ADMIN', 'REPLICATION_APPLIER'];

interface AccountRights {
  readonly user: string;
  readonly host: string;
  readonly isLocked: boolean;
  readonly grants: readonly Grant[];
  readonly routines: ReturnType<typeof routinesOf>;
  readonly proxies: readonly string[];
}

/**
 * Returns every account of a server, and whether it may write to the tables: through a privilege on everything, the
 * database, a table or a column, of its own or of a role that is or can be activated; through a view over them or a
 * trigger that writes to them; as the account for which it is a proxy; or through a routine that writes to them as its
 * definer.
 *
 * @param read a connection to the tables' database.
 * @returns null if the account may not read others' grants, for which it needs SELECT on the database `mysql`.
 */
export async function readLogins(
  read: Read,
  tables: readonly string[],
  variables: Variables,
): Promise<readonly Login[] | null> {
  const accounts = await readAccountsWithGrants(read, variables).catch((error: unknown) => {
    if (refusalOf(error) === null) throw error;
    return null;
  });
  if (accounts === null) return null;
  const ways = await readWays(read, tables);
  const direct = new Map(accounts.map((account) => [nameOf(account), privilegeToWrite(account, ways, variables)]));
  return accounts.map((account) => {
    const { user, host, isLocked } = account;
    const by = direct.get(nameOf(account)) ?? byProxy(account, direct) ?? byRoutine(account, ways, direct, 'writes');
    const perhapsBy = by === null ? byRoutine(account, ways, direct, 'unknown') : null;
    return { user, host, isLocked, by, perhapsBy };
  });
}

async function readAccountsWithGrants(read: Read, variables: Variables): Promise<AccountRights[]> {
  const rows = await read('SELECT User AS user, Host AS host, account_locked AS locked FROM mysql.user ORDER BY 1, 2');
  const users = new Set(rows.map((row) => row['user']));
  // A role that does not exist has no members.
  const mandatory = mandatoryRoles(variables).filter((role) => users.has(userOf(role)));
  const hasWildcards = !isOn(variable(variables, 'partial_revokes'));
  const accounts: AccountRights[] = [];
  for (const row of rows) {
    const [user, host] = [row['user'] ?? '', row['host'] ?? ''];
    const granted = await read(`SHOW GRANTS FOR ${accountAsSql(`${user}@${host}`)}`);
    const roles = [...new Set([...rolesOf(granted), ...mandatory])].filter((role) => !isSame(role, user, host));
    const all =
      roles.length === 0
        ? granted
        : await read(`SHOW GRANTS FOR ${accountAsSql(`${user}@${host}`)} USING ${roles.join(', ')}`);
    accounts.push({
      user,
      host,
      isLocked: row['locked'] === 'Y',
      grants: grantsOf(all, hasWildcards),
      routines: routinesOf(all),
      proxies: proxiesOf(all),
    });
  }
  return accounts;
}

/** Returns the first privilege that lets an account change one of the places, and where it is granted. */
function privilegeToWrite({ grants }: AccountRights, { places }: Ways, variables: Variables): string | null {
  const fold = variables.get('lower_case_table_names') === '0' ? (name: string) => name : lowered;
  for (const grant of grants) {
    if (grant.isRevoked) continue;
    for (const privilege of grant.privileges.filter(isWriting)) {
      const place = places.find((each) => reaches(grant, each, fold) && !isRevoked(grants, grant, privilege, each));
      if (place !== undefined) return `${privilege.replace(/ \(.*$/s, ' of a column')} on ${described(grant, place)}`;
    }
  }
  return canSendBinlog(grants) ? 'BINLOG statements' : null;
}

/** Whether a privilege allows writes; one for only some columns has the form `INSERT (…)`. */
function isWriting(privilege: string): boolean {
  return privilege === 'ALL PRIVILEGES' || WRITES.includes(privilege.replace(/ \(.*$/s, ''));
}

function reaches(grant: Grant, { database, table }: WritePath, fold: (name: string) => string): boolean {
  if (grant.database === null) return true;
  if (!isOnDatabase(grant, fold(database))) return false;
  return grant.table === null || fold(grant.table) === fold(table);
}

/** A partial revoke only restricts a grant for everything. */
function isRevoked(
  grants: readonly Grant[],
  { database: of }: Grant,
  privilege: string,
  { database }: WritePath,
): boolean {
  if (of !== null) return false;
  return grants.some(
    (grant) =>
      grant.isRevoked &&
      grant.database === database &&
      (grant.privileges.includes(privilege) || grant.privileges.includes('ALL PRIVILEGES')),
  );
}

function described(grant: Grant, { database, table, through }: WritePath): string {
  const where = grant.database === null ? 'everything' : grant.table === null ? database : `${database}.${table}`;
  return through === null ? where : `${where}, ${through}`;
}

function byProxy({ proxies }: AccountRights, direct: ReadonlyMap<string, string | null>): string | null {
  const writer = proxies.find((name) => (direct.get(name) ?? null) !== null);
  return writer === undefined ? null : `PROXY for ${writer}`;
}

/** Returns a routine that the account may execute and that runs as its definer, who may write. */
function byRoutine(
  { grants, routines }: AccountRights,
  ways: Ways,
  direct: ReadonlyMap<string, string | null>,
  kind: 'writes' | 'unknown',
): string | null {
  const found = ways.routines.find(
    ({ database, name, type, definer, writes }) =>
      writes === kind &&
      (direct.get(definer) ?? null) !== null &&
      (routines.some((each) => each.type === type && each.database === database && isEqual(each.name, name)) ||
        grants.some(
          (grant) =>
            !grant.isRevoked &&
            grant.table === null &&
            (grant.database === null || isOnDatabase(grant, database)) &&
            (grant.privileges.includes('EXECUTE') || grant.privileges.includes('ALL PRIVILEGES')),
        )),
  );
  return found === undefined ? null : `EXECUTE on ${found.database}.${found.name}, which runs as ${found.definer}`;
}

function nameOf({ user, host }: { readonly user: string; readonly host: string }): string {
  return `${user}@${host}`;
}

function userOf(role: string): string {
  return role.replace(/@[^@]*$/, '').replaceAll(/^[`']|[`']$/g, '');
}

function isSame(role: string, user: string, host: string): boolean {
  const [, of = ''] = /@([^@]*)$/.exec(role) ?? [];
  return userOf(role) === user && (of === '' || of.replaceAll(/[`']/g, '') === host);
}

function isEqual(left: string, right: string): boolean {
  return lowered(left) === lowered(right);
}

function lowered(name: string): string {
  return name.toLowerCase();
}
