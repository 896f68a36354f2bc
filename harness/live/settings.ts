import { sqlModes, variable, type Variables } from '../preflight/variables.ts';
import type { Read } from '../schema/read.ts';

/** Variables that decide what a statement means or a server stores, and that every server takes. */
const TAKEN = [
  'character_set_server',
  'collation_server',
  'explicit_defaults_for_timestamp',
  'log_bin_trust_function_creators',
  'max_allowed_packet',
];

/**
 * Settings by which another server behaves as this one, as flags of mysqld name them.
 *
 * @param offset of the server's time zone, as `+05:30`: other servers may not know it by name.
 */
export function settingsLike(variables: Variables, offset: string): Readonly<Record<string, string>> {
  const taken = TAKEN.map((name) => [name, variable(variables, name)] as const);
  const lowerCase = variable(variables, 'lower_case_table_names');
  return {
    ...Object.fromEntries(taken.filter(([, value]) => value !== 'not set')),
    sql_mode: sqlModes(variables).join(','),
    default_time_zone: offset,
    // 2 is for file systems that know no case; those of containers do.
    ...(lowerCase === '1' ? { lower_case_table_names: lowerCase } : {}),
  };
}

/** As it is now, in summer or winter. */
export async function readTimeZoneOffset(read: Read): Promise<string> {
  const [row] = await read(
    `SELECT TIMESTAMPDIFF(MINUTE, moment, CONVERT_TZ(moment, '+00:00', @@GLOBAL.time_zone)) AS minutes
     FROM (SELECT UTC_TIMESTAMP() AS moment) AS now`,
  );
  const minutes = Number(row?.['minutes'] ?? 0);
  const clock = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${clock.map((part) => String(part).padStart(2, '0')).join(':')}`;
}
