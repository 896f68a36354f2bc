import { usage } from '../errors.ts';
import type { Read, TextRow } from '../schema/read.ts';
import {
  accountAsSql,
  canWrite,
  grantsOf,
  rolesOf,
  VTTABLET_ROLES,
  type AccountGrants,
  type VttabletRole,
} from './grants.ts';
import { refusalOf, type Refusal, type Unread } from './unread.ts';
import { isOn, variable, type Variables } from './variables.ts';

/** An account of Vitess on a MySQL, and what vttablet uses it for. */
export interface NamedAccount {
  readonly user: string;
  readonly host: string;
  readonly roles: readonly VttabletRole[];
}

/**
 * Parses `user`, `user@host`, or `role=user@host`, where the role is that of a vttablet flag `--db-<role>-user`. By
 * default the host is `%`, and the account has all roles.
 *
 * @throws usage for a role that vttablet does not have, or that needs nothing.
 */
export function parseAccount(text: string): NamedAccount {
  const [, role, account = ''] = /^(?:([a-z]+)=)?(.*)$/s.exec(text) ?? [];
  const at = account.lastIndexOf('@');
  const [user, host] = at < 0 ? [account, '%'] : [account.slice(0, at), account.slice(at + 1)];
  const roles = role === undefined ? VTTABLET_ROLES : VTTABLET_ROLES.filter((each) => each === role);
  if (user === '' || roles.length === 0) {
    throw usage({
      what: 'An account of Vitess is not in the right form.',
      expected: `user, user@host or role=user@host, with one of the roles ${VTTABLET_ROLES.join(', ')}`,
      seen: text,
      where: 'preflight.accounts of the config',
    });
  }
  return { user, host, roles };
}

/**
 * Returns the grants of the connection's own account, and of Vitess' accounts. If none is named, the connection's own
 * account counts as Vitess' if it may write anything, because one that only reads cannot be. If it is null, Vitess'
 * accounts do not matter.
 */
export async function readAccounts(
  read: Read,
  named: readonly NamedAccount[] | null,
  variables: Variables,
): Promise<{ own: AccountGrants; accounts: readonly AccountGrants[]; unread: readonly Unread[] }> {
  const [current] = await read('SELECT CURRENT_USER() AS account, CURRENT_ROLE() AS roles');
  const account = current?.['account'] ?? '';
  const active = current?.['roles'] ?? 'NONE';
  const hasWildcards = !isOn(variable(variables, 'partial_revokes'));
  const ownRows = await read(`SHOW GRANTS FOR CURRENT_USER()${active === 'NONE' ? '' : ` USING ${active}`}`);
  const own = { account, roles: [], grants: grantsOf(ownRows, hasWildcards) };
  if (named === null) return { own, accounts: [], unread: [] };
  if (named.length === 0) {
    if (canWrite(own.grants)) return { own, accounts: [{ ...own, roles: VTTABLET_ROLES }], unread: [] };
    return { own, accounts: [], unread: [{ what: 'grants of Vitess’ accounts: none is named', grant: NAME_THEM }] };
  }
  const accounts: AccountGrants[] = [];
  const unread: Unread[] = [];
  for (const each of named) {
    const name = `${each.user}@${each.host}`;
    const rows = await grantsFor(read, each, variables);
    if ('message' in rows) {
      const grant = rows.isNoAccount ? OTHER_NAME : `GRANT SELECT ON mysql.* TO ${accountAsSql(account)}`;
      unread.push({ what: `grants of ${name}: ${rows.message}`, grant });
    } else accounts.push({ account: name, roles: each.roles, grants: grantsOf(rows, hasWildcards) });
  }
  return { own, accounts, unread };
}

const NAME_THEM =
  'Name them in preflight.accounts of the config, or let preflight connect by the account that vttablet will use.';
const OTHER_NAME = 'Name one that is there, with its host, in preflight.accounts of the config.';

/**
 * Returns the lines of SHOW GRANTS, including those of the roles with which a session begins, or the server's message
 * if it refused.
 */
async function grantsFor(
  read: Read,
  { user, host }: NamedAccount,
  variables: Variables,
): Promise<readonly TextRow[] | Refusal> {
  const account = accountAsSql(`${user}@${host}`);
  try {
    const rows = await read(`SHOW GRANTS FOR ${account}`);
    const roles = isOn(variable(variables, 'activate_all_roles_on_login'))
      ? [...rolesOf(rows), ...mandatoryRoles(variables)]
      : await defaultRoles(read, user, host);
    return roles.length === 0 ? rows : await read(`SHOW GRANTS FOR ${account} USING ${roles.join(', ')}`);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

/** Roles that every account has; SHOW GRANTS does not show them for another account. */
export function mandatoryRoles(variables: Variables): readonly string[] {
  const names = (variables.get('mandatory_roles') ?? '').match(
    /(`[^`]*`|'[^']*'|[^\s,@]+)(@(`[^`]*`|'[^']*'|[^\s,]+))?/g,
  );
  return names ?? [];
}

async function defaultRoles(read: Read, user: string, host: string): Promise<readonly string[]> {
  const rows = await read(
    "SELECT CONCAT(QUOTE(default_role_user), '@', QUOTE(default_role_host)) AS name FROM mysql.default_roles WHERE user = ? AND host = ?",
    [user, host],
  );
  return rows.map((row) => row['name'] ?? '');
}
