import { randomBytes } from 'node:crypto';
import { escapeId } from 'mysql2/promise';

/** The accounts of a run and their passwords, made for the run and kept in memory and in its containers only. */
export interface Credentials {
  /** The harness' own account, on every MySQL: it reads both sides and prepares the source. */
  readonly harness: Account;
  /** The application's, on the source MySQL and at vtgate. */
  readonly application: Account;
  /** Vitess' own on the source MySQL, by the role vttablet names in its flags. */
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
 * Statements that make the accounts on a MySQL, one a line as `--init-file` wants them. Nothing is written to the
 * binary log, so that no server gets a transaction that the others do not have.
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
