import { sqlModes, variable, type Variables } from '../preflight/variables.ts';
import type { Read } from '../schema/read.ts';

/** Variables that decide what a statement means or what a server stores, and that every server accepts. */
const TAKEN = [
  'character_set_server',
  'collation_server',
  'explicit_defaults_for_timestamp',
  'log_bin_trust_function_creators',
  'max_allowed_packet',
];

/**
 * Returns settings with which another server behaves like this one, in the form of mysqld's flags.
 *
 * @param offset of the server's time zone, such as `+05:30`; other servers may not know the zone by name.
 */
export function settingsLike(variables: Variables, offset: string): Readonly<Record<string, string>> {
  const taken = TAKEN.map((name) => [name, variable(variables, name)] as const);
  const lowerCase = variable(variables, 'lower_case_table_names');
  return {
    ...Object.fromEntries(taken.filter(([, value]) => value !== 'not set')),
    sql_mode: sqlModes(variables).join(','),
    default_time_zone: offset,
    // The value 2 is for file systems that ignore case, which those of containers do not.
    ...(lowerCase === '1' ? { lower_case_table_names: lowerCase } : {}),
  };
}

/** Returns the current offset, in summer or winter. */
export async function readTimeZoneOffset(read: Read): Promise<string> {
  const [row] = await read(
    `SELECT TIMESTAMPDIFF(MINUTE, moment, CONVERT_TZ(moment, '+00:00', @@GLOBAL.time_zone)) AS minutes
     FROM (SELECT UTC_TIMESTAMP() AS moment) AS now`,
  );
  const minutes = Number(row?.['minutes'] ?? 0);
  const clock = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${clock.map((part) => String(part).padStart(2, '0')).join(':')}`;
}
