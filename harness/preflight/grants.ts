import { quoteName } from '../schema/quote.ts';
import type { TextRow } from '../schema/read.ts';

/** vttablet's connections to MySQL, by the role that its flags name: `--db-dba-user` and so on. */
export const VTTABLET_ROLES = ['app', 'allprivs', 'dba', 'filtered'] as const;
export type VttabletRole = (typeof VTTABLET_ROLES)[number];

/** Privileges at one place, as one line of SHOW GRANTS lists them. */
export interface Grant {
  /**
   * The privileges in upper case, such as `REPLICATION SLAVE`; `ALL PRIVILEGES` means all that can be granted there.
   */
  readonly privileges: readonly string[];
  /** The database with wildcards, as in the line; null if the grant is for all databases. */
  readonly database: string | null;
  /** The table; null if the grant is for all tables of the database. */
  readonly table: string | null;
  /** Whether it restricts a grant for all databases (MySQL manual, “Privilege Restriction Using Partial Revokes”). */
  readonly isRevoked: boolean;
}

/** An account and what it may do, including its active roles. */
export interface AccountGrants {
  /** For example `vt_filtered@%`. */
  readonly account: string;
  /** The roles for which vttablet uses it; empty if it is preflight's own. */
  readonly roles: readonly VttabletRole[];
  readonly grants: readonly Grant[];
}

/**
 * Parses the lines of SHOW GRANTS, without those that grant roles or proxies, because they have no place.
 *
 * @param hasWildcards false if the server has partial_revokes, so that `%` and `_` stand for themselves.
 */
export function grantsOf(rows: readonly TextRow[], hasWildcards: boolean): readonly Grant[] {
  return linesOf(rows).flatMap((line) => {
    const match = /^(GRANT|REVOKE) (.+) ON (?:TABLE )?(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`) (?:TO|FROM) /s.exec(
      line,
    );
    if (match === null) return [];
    const [, verb, privileges = '', database = '*', table = '*'] = match;
    const isRevoked = verb === 'REVOKE';
    const name = nameIn(database);
    return [
      {
        // A privilege for columns has their names in parentheses, and does not apply to the whole table.
        privileges: privileges.split(/,\s*(?![^(]*\))/).map((each) => each.trim().toUpperCase()),
        // A revoked name has no wildcards on any server.
        database: hasWildcards || isRevoked ? name : (name?.replaceAll(/\\?([%_])/g, '\\$1') ?? null),
        table: nameIn(table),
        isRevoked,
      },
    ];
  });
}

/** Roles granted, as SQL: `reader`@`%`. */
export function rolesOf(rows: readonly TextRow[]): readonly string[] {
  return linesOf(rows).flatMap((line) => {
    const match = /^GRANT ((?:`(?:[^`]|``)*`@`(?:[^`]|``)*`,?\s*)+) TO /.exec(line);
    return match?.[1]?.split(/(?<=`@`[^`]*`),\s*/) ?? [];
  });
}

/**
 * Whether the grants give a privilege on a whole database, or on everything if that is null.
 *
 * @param tables if given, the privilege on each of these tables is enough.
 */
export function holds(
  grants: readonly Grant[],
  privilege: string,
  database: string | null,
  tables: readonly string[] = [],
): boolean {
  const giving = grants.filter((grant) => !grant.isRevoked && gives(grant, privilege));
  const isRevoked = grants.some((grant) => grant.isRevoked && gives(grant, privilege) && grant.database === database);
  if (giving.some((grant) => grant.database === null) && !isRevoked) return true;
  if (database === null) return false;
  const there = giving.filter((grant) => isOnDatabase(grant, database));
  if (there.some(({ table }) => table === null)) return true;
  return tables.length > 0 && tables.every((table) => there.some((grant) => grant.table === table));
}

/** Writes `vt_filtered@%` as SQL. */
export function accountAsSql(account: string): string {
  const at = account.lastIndexOf('@');
  return [account.slice(0, at), account.slice(at + 1)].map(quoteAccount).join('@');
}

/** In quotes, sql_mode decides what a backslash means; in backquotes it is always a backslash. */
function quoteAccount(part: string): string {
  return /['\\]/.test(part) ? quoteName(part) : `'${part}'`;
}

/** The accounts for which it is a proxy, such as `app@%`. */
export function proxiesOf(rows: readonly TextRow[]): readonly string[] {
  return linesOf(rows).flatMap((line) => {
    const [, user, host] = /^GRANT PROXY ON (`(?:[^`]|``)*`)@(`(?:[^`]|``)*`) TO /.exec(line) ?? [];
    return user === undefined || host === undefined ? [] : [`${nameIn(user)}@${nameIn(host)}`];
  });
}

/** The routines that it may execute because of a grant for only these. */
export function routinesOf(
  rows: readonly TextRow[],
): readonly { readonly type: string; readonly database: string; readonly name: string }[] {
  return linesOf(rows).flatMap((line) => {
    const match = /^GRANT (.+?) ON (PROCEDURE|FUNCTION) (`(?:[^`]|``)+`)\.(`(?:[^`]|``)+`) TO /s.exec(line);
    if (match === null) return [];
    const [, privileges = '', type = '', database = '', name = ''] = match;
    if (!privileges.split(', ').includes('EXECUTE')) return [];
    return [{ type, database: nameIn(database) ?? '', name: nameIn(name) ?? '' }];
  });
}

/** Whether a grant for a database, or for something in it, applies to this database. */
export function isOnDatabase({ database: granted }: Grant, database: string): boolean {
  return granted !== null && isLike(database, granted);
}

/** Whether an account may do anything except read, so that it could be one of Vitess'. */
export function canWrite(grants: readonly Grant[]): boolean {
  return grants.some((grant) => ['INSERT', 'UPDATE', 'DELETE', 'CREATE'].some((privilege) => gives(grant, privilege)));
}

function gives({ privileges }: Grant, privilege: string): boolean {
  return privileges.includes(privilege) || privileges.includes('ALL PRIVILEGES');
}

function linesOf(rows: readonly TextRow[]): readonly string[] {
  return rows.map((row) => Object.values(row)[0] ?? '');
}

function nameIn(text: string): string | null {
  return text === '*' ? null : text.slice(1, -1).replaceAll('``', '`');
}

/**
 * Whether the database name in a grant matches a database. `%` and `_` are wildcards, and a backslash escapes any
 * character after it; at the end it stands for itself. Seen on MySQL 9.7.
 */
function isLike(database: string, pattern: string): boolean {
  const expression = pattern.replaceAll(/\\[\s\S]|[\s\S]/gu, (part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    return RegExp.escape(part.length > 1 && part.startsWith('\\') ? part.slice(1) : part);
  });
  return new RegExp(`^${expression}$`, 'su').test(database);
}
