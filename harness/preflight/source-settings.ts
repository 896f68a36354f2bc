import type { Connection } from 'mysql2/promise';
import { queryRows } from '../cluster/mysql-endpoint.ts';
import { failure } from '../errors.ts';

/** A server variable that two-way VReplication depends on. */
interface Rule {
  readonly variable: string;
  readonly accepted: readonly string[];
  readonly why: string;
  /** The statement or setting that mends it. */
  readonly mend: string;
}

/** In the order in which they are best mended. */
const RULES: readonly Rule[] = [
  {
    variable: 'log_bin',
    accepted: ['ON', '1'],
    why: 'a stream reads the source’s binary log',
    mend: 'start the source with --log-bin',
  },
  {
    variable: 'binlog_format',
    accepted: ['ROW'],
    why: 'a stream applies rows; statements cannot be applied',
    mend: 'SET PERSIST binlog_format = ROW; then let every session reconnect',
  },
  {
    variable: 'binlog_row_image',
    accepted: ['FULL'],
    why: 'a stream needs every column of a changed row',
    mend: 'SET PERSIST binlog_row_image = FULL; then let every session reconnect',
  },
  {
    variable: 'enforce_gtid_consistency',
    accepted: ['ON', '1'],
    why: 'a transaction without a GTID cannot be found again',
    mend: 'SET PERSIST enforce_gtid_consistency = ON',
  },
  {
    variable: 'gtid_mode',
    accepted: ['ON'],
    why: 'streams keep their position as a GTID set',
    mend: 'SET PERSIST gtid_mode = OFF_PERMISSIVE, then ON_PERMISSIVE, then ON',
  },
  {
    variable: 'log_replica_updates',
    accepted: ['ON', '1'],
    why: 'what a replicated source applies must be in its own binary log',
    mend: 'start the source with --log-replica-updates',
  },
];

/** A variable that is not as it must be. */
export interface SettingFinding {
  readonly variable: string;
  readonly seen: string;
  readonly expected: string;
  readonly why: string;
  readonly mend: string;
}

/** The findings in a server's variables; empty when the source can be adopted. */
export function judgeSettings(variables: ReadonlyMap<string, string>): SettingFinding[] {
  return RULES.flatMap(({ variable, accepted, why, mend }) => {
    const seen = variables.get(variable) ?? 'not set';
    return accepted.includes(seen.toUpperCase()) ? [] : [{ variable, seen, expected: accepted[0]!, why, mend }];
  });
}

/**
 * Reads the source's variables and judges them. Nothing is changed.
 *
 * @throws `fail` that names every variable that is not as it must be, and the statement that mends each.
 */
export async function checkSourceSettings(connection: Connection): Promise<void> {
  const names = RULES.map(({ variable }) => variable);
  const rows = await queryRows<{ Variable_name: string; Value: string }>(
    connection,
    'SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)',
    [names],
  );
  const variables = new Map(rows.map((row) => [row.Variable_name, row.Value]));
  const findings = judgeSettings(variables);
  if (findings.length === 0) return;
  throw failure({
    what: 'The source MySQL cannot be adopted as it is set up.',
    expected: findings.map(({ variable, expected, why }) => `${variable} = ${expected}, as ${why}`).join('\n'),
    seen: findings.map(({ variable, seen }) => `${variable} = ${seen}`).join('\n'),
    where: 'the source MySQL’s global variables; nothing was changed',
    next: findings.map(({ mend }) => mend).join('\n'),
  });
}
