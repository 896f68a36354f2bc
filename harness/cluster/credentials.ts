import { randomBytes } from 'node:crypto';
import { escapeId } from 'mysql2/promise';

/**
 * The accounts of a run and their passwords, which are generated for the run and kept only in memory and in its
 * containers.
 */
export interface Credentials {
  /** The harness' own account, on every MySQL: it reads both sides and prepares the source. */
  readonly harness: Account;
  /** The application's account, on the source MySQL and at vtgate. */
  readonly application: Account;
  /** Vitess' own accounts on the source MySQL, by the role that vttablet names in its flags. */
  readonly vitess: Readonly<Record<VitessRole, Account>>;
}

export interface Account {
  readonly user: string;
  readonly password: string;
}

export const VITESS_ROLES = ['app', 'appdebug', 'allprivs', 'dba', 'repl', 'filtered'] as const;
export type VitessRole = (typeof VITESS_ROLES)[number];

function account(user: string): Account {
  return { user, password: randomBytes(18).toString('base64url') };
}

export function makeCredentials(): Credentials {
  return {
    harness: account('roundtrip'),
    application: account('application'),
    vitess: Object.fromEntries(VITESS_ROLES.map((role) => [role, account(`vt_${role}`)])) as Record<
      VitessRole,
      Account
    >,
  };
}

/**
 * Returns statements that create the accounts on a MySQL, one per line as `--init-file` needs them. Nothing is written
 * to the binary log, so no server gets a transaction that the others do not have.
 */
export function accountStatements(accounts: readonly Account[], database: string | null): string {
  const grants = accounts.flatMap(({ user, password }) => [
    `CREATE USER IF NOT EXISTS '${user}'@'%';`,
    `ALTER USER '${user}'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON *.* TO '${user}'@'%' WITH GRANT OPTION;`,
  ]);
  const databases = database === null ? [] : [`CREATE DATABASE IF NOT EXISTS ${escapeId(database, true)};`];
  return ['SET SESSION sql_log_bin = OFF;', ...databases, ...grants, ''].join('\n');
}
