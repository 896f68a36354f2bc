import type { ConnectionOptions } from 'mysql2/promise';
import { failure } from '../errors.ts';
import { openForReading } from '../schema/read.ts';
import { BINLOG_RULES } from './rules/binlog.ts';
import { MARIADB_RULE } from './rules/mariadb.ts';
import { readVariables, type Variables } from './variables.ts';

/** A rule's blocker among a server's variables. */
export interface SettingBlocker {
  /** For example `gtid_mode = OFF, not ON`. */
  readonly what: string;
  readonly why: string;
  readonly mend: string | null;
}

/**
 * Returns the settings because of which the source cannot be followed, whatever preflight accepts; empty if it can be
 * adopted.
 */
export function settingBlockers(variables: Variables): SettingBlocker[] {
  return [MARIADB_RULE, ...BINLOG_RULES].flatMap(({ judge, why, severity: usual }) =>
    judge({ source: { variables } })
      .filter(({ severity = usual }) => severity === 'blocker')
      .map(({ what, mend }) => ({ what, why, mend })),
  );
}

/**
 * Reads and judges the variables of the source, or of a server that replicates from it and may take its place. Nothing
 * is changed.
 *
 * @param name the name of the server.
 * @throws `fail` naming every wrong variable, and the statement that fixes each.
 */
export async function checkSourceSettings(source: ConnectionOptions, name: string): Promise<void> {
  await using connection = await openForReading(source, `the server ${name}`);
  const blockers = settingBlockers(await readVariables(connection.read));
  if (blockers.length === 0) return;
  throw failure({
    what: 'The source MySQL cannot be adopted as it is set up.',
    expected: blockers.map(({ why }) => why).join('\n'),
    seen: blockers.map(({ what }) => what).join('\n'),
    where: `the global variables of ${name}; nothing was changed`,
    next: blockers.flatMap(({ mend }) => mend ?? []).join('\n'),
  });
}
