import type { Read } from '../schema/read.ts';

/** A server's global variables by name, in lower case. */
export type Variables = ReadonlyMap<string, string>;

export async function readVariables(read: Read): Promise<Variables> {
  const rows = await read('SHOW GLOBAL VARIABLES');
  return new Map(rows.map((row) => [(row['Variable_name'] ?? '').toLowerCase(), row['Value'] ?? '']));
}

/** Names on servers before MySQL 8.0.26. */
const FORMER_NAMES: Readonly<Record<string, string>> = { log_replica_updates: 'log_slave_updates' };

/** Returns a variable's value as its server writes it, or `not set` if the server has none with that name. */
export function variable(variables: Variables, name: string): string {
  return variables.get(name) ?? variables.get(FORMER_NAMES[name] ?? '') ?? 'not set';
}

/** Whether it is a MariaDB, whose version is for example `10.11.19-MariaDB-log`. */
export function isMariaDb(variables: Variables): boolean {
  return /mariadb/i.test(variables.get('version') ?? '');
}

export function isOn(value: string): boolean {
  return ['ON', '1', 'YES', 'TRUE'].includes(value.toUpperCase());
}

/** Returns the modes of `sql_mode`, without the combinations that the server has spelled out. */
export function sqlModes(variables: Variables): readonly string[] {
  const value = variables.get('sql_mode') ?? '';
  return value === '' ? [] : value.split(',');
}

/**
 * Returns the time zone, which is that of the server's clock if none is set; all names of UTC count as one. A clock in
 * London is on GMT, too, while it is winter.
 */
export function timeZone(variables: Variables): string {
  const zone = variable(variables, 'time_zone');
  const name = zone === 'SYSTEM' ? variable(variables, 'system_time_zone') : zone;
  if (zone === 'SYSTEM' && name === 'GMT') return 'GMT (perhaps with summer time)';
  return ['UTC', 'GMT', '+00:00', '-00:00', 'ETC/UTC', 'ETC/GMT'].includes(name.toUpperCase()) ? '+00:00' : name;
}
