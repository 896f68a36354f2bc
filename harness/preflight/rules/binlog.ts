import type { Rule, RuleViolation } from '../rule.ts';
import { isMariaDb, isOn, variable, type Variables } from '../variables.ts';

/** A rule about one variable of the source; it needs nothing else. */
export interface VariableRule extends Rule {
  readonly judge: (context: { readonly source: { readonly variables: Variables } }) => readonly RuleViolation[];
}

/** The rules in the order in which to fix them; `adopt` refuses a source with a blocker among them. */
export const BINLOG_RULES: readonly VariableRule[] = [
  variableRule({
    id: 'binary-log',
    variable: 'log_bin',
    expected: 'ON',
    title: 'the source writes no binary log',
    why: 'A stream reads the source’s binary log (go/vt/vttablet/tabletserver/vstreamer/vstreamer.go).',
    mend: 'Start the source with --log-bin.',
  }),
  variableRule({
    id: 'server-id',
    variable: 'server_id',
    expected: 'a number above 0',
    accepts: (value) => value !== '0',
    title: 'the source has no server id',
    why: 'A source with server_id 0 refuses every request for its binary log (MySQL manual, “Replication and Binary Logging Options and Variables”, server_id).',
    mend: 'SET PERSIST server_id = 1',
  }),
  variableRule({
    id: 'binlog-format',
    variable: 'binlog_format',
    expected: 'ROW',
    title: 'the binary log does not contain rows',
    why: 'A stream of MoveTables applies rows; statements cannot be applied (vplayer.go, canAcceptStmtEvents).',
    mend: 'SET PERSIST binlog_format = ROW; then let every session reconnect',
  }),
  variableRule({
    id: 'binlog-row-image',
    variable: 'binlog_row_image',
    expected: 'FULL',
    title: 'the binary log contains only parts of rows',
    why: 'A stream refuses MINIMAL. It accepts NOBLOB, but fails if an update changes a primary key and leaves a BLOB out (vreplicator.go, validateBinlogRowImage; replicator_plan.go, applyChange).',
    mend: 'SET PERSIST binlog_row_image = FULL; then let every session reconnect',
    severityOf: (value) => (value === 'NOBLOB' ? 'warning' : 'blocker'),
  }),
  variableRule({
    id: 'gtid-consistency',
    variable: 'enforce_gtid_consistency',
    expected: 'ON',
    accepts: isOn,
    title: 'transactions without a GTID are allowed',
    why: 'gtid_mode = ON requires it, because it refuses statements that cannot be logged with a GTID (MySQL manual, “Global Transaction ID System Variables”).',
    mend: 'SET PERSIST enforce_gtid_consistency = ON',
  }),
  variableRule({
    id: 'gtid-mode',
    variable: 'gtid_mode',
    expected: 'ON',
    title: 'transactions have no GTID',
    why: 'A stream keeps its position as a GTID set, and asks for the log from there (go/mysql/flavor_mysql.go, sendBinlogDumpGTIDCommand).',
    mend: (value) => `${stepsToGtids(value)}; wait in between as the manual’s “Enabling GTID Transactions Online” says`,
  }),
  variableRule({
    id: 'log-replica-updates',
    variable: 'log_replica_updates',
    expected: 'ON',
    title: 'replicated transactions are not in the source’s own binary log',
    why: 'Without it, whatever the source applies as a replica is missing from the log that a stream reads (MySQL manual, “Replica Server Options and Variables”, log_replica_updates).',
    mend: 'Start the source with --log-replica-updates.',
  }),
];

/** Vitess 24 reads compressed transactions, checksums and encrypted logs, so there is no rule about them. */
export const OTHER_BINLOG_RULES: readonly Rule[] = [
  {
    id: 'binlog-filter',
    severity: 'blocker',
    title: 'the binary log leaves the database out',
    why: 'Changes that --binlog-do-db and --binlog-ignore-db keep out of the log never reach a stream, and no error says so (MySQL manual, “Evaluation of Database-Level Replication and Binary Logging Options”).',
    judge: ({ source }) => {
      const { only, without } = source.binaryLogFilter;
      const mend = 'Start the source without --binlog-do-db and --binlog-ignore-db.';
      if (without.includes(source.database.name)) return [{ what: `binlog_ignore_db = ${without.join(',')}`, mend }];
      if (only.length === 0 || only.includes(source.database.name)) return [];
      return [{ what: `binlog_do_db = ${only.join(',')}`, mend }];
    },
  },
  {
    id: 'gtid-tags',
    severity: 'blocker',
    title: 'transactions have tagged GTIDs',
    why: 'MySQL 8.3 and later can tag GTIDs. Vitess 24.0.1 cannot read a set with tags, so no stream starts: “invalid MySQL 5.6 GTID set” (go/mysql/replication/mysql56_gtid_set.go, ParseMysql56GTIDSet; tried).',
    judge: ({ source }) => {
      const set = (source.variables.get('gtid_executed') ?? '').replaceAll(/\s/g, '');
      const tags = [...new Set([...set.matchAll(/:([a-z_]\w*)/gi)].map(([, tag = '']) => tag))];
      if (tags.length === 0) return [];
      const mend =
        'Move from a server that was loaded from a dump without its GTIDs; or, where no replica and no backup needs the binary logs, RESET BINARY LOGS AND GTIDS.';
      return [{ what: `the source has executed transactions with the tags ${tags.join(', ')}`, mend }];
    },
  },
  {
    id: 'binlog-retention',
    severity: 'warning',
    title: 'binary logs are kept only briefly',
    why: 'A workflow cannot go on if it is stopped, or is still copying, for longer than the logs are kept (vitessio/vitess#12093, #19373). Vitess keeps its own for 259,200 s (config/mycnf/mysql84.cnf).',
    judge: judgeRetention,
  },
  {
    id: 'partial-json',
    severity: 'warning',
    title: 'updates of JSON are logged as differences',
    why: 'Vitess has read these differences since version 22 (changelog/22.0/22.0.0/summary.md), and takes them for a printf format: a percent sign in a part that changed arrives as something else (100% done becomes 100%!d(MISSING)one), or ends the stream (vreplication/replicator_plan.go; vitessio/vitess#20447; tried). It applies them to the document that the target has, so a document that once differs stays different.',
    judge: ({ source }) => {
      const value = variable(source.variables, 'binlog_row_value_options');
      if (!value.toUpperCase().includes('PARTIAL_JSON')) return [];
      return [{ what: `binlog_row_value_options = ${value}`, mend: "SET PERSIST binlog_row_value_options = ''" }];
    },
  },
];

function judgeRetention({ source, retentionSeconds }: Parameters<Rule['judge']>[0]): readonly RuleViolation[] {
  const { variables, binaryLogBytes } = source;
  const seconds = Number(variable(variables, 'binlog_expire_logs_seconds'));
  const isPurged = isOn(variables.get('binlog_expire_logs_auto_purge') ?? 'ON');
  // 0 means that they are never removed.
  if (!isPurged || Number.isNaN(seconds) || seconds === 0 || seconds >= retentionSeconds) return [];
  const size = binaryLogBytes === null ? '' : `; the existing logs have ${binaryLogBytes} bytes`;
  return [
    {
      what: `binlog_expire_logs_seconds = ${seconds}, less than ${retentionSeconds}${size}`,
      mend: `SET PERSIST binlog_expire_logs_seconds = ${retentionSeconds}`,
    },
  ];
}

function variableRule(options: {
  id: string;
  variable: string;
  /** The accepted value if `accepts` is not given, and what the finding shows. */
  expected: string;
  accepts?: (value: string) => boolean;
  title: string;
  why: string;
  /** The statement that fixes it; a function of the value in upper case if it depends on the value. */
  mend: string | ((value: string) => string);
  /** The severity for a value in upper case; by default every value is a blocker. */
  severityOf?: (value: string) => 'blocker' | 'warning';
}): VariableRule {
  const { id, variable: name, expected, title, why, mend } = options;
  const accepts = options.accepts ?? ((value) => value === expected || (expected === 'ON' && isOn(value)));
  return {
    id,
    severity: 'blocker',
    title,
    why,
    judge: ({ source }) => {
      const value = variable(source.variables, name);
      if (accepts(value.toUpperCase()) || isMariaDb(source.variables)) return [];
      const severity = options.severityOf?.(value.toUpperCase()) ?? 'blocker';
      const mended = typeof mend === 'string' ? mend : mend(value.toUpperCase());
      return [{ what: `${name} = ${value}, not ${expected}`, mend: mended, severity }];
    },
  };
}

/** gtid_mode can only change one step at a time. */
function stepsToGtids(value: string): string {
  const modes = ['OFF', 'OFF_PERMISSIVE', 'ON_PERMISSIVE', 'ON'];
  return modes
    .slice(modes.indexOf(value) + 1)
    .map((mode) => `SET PERSIST gtid_mode = ${mode}`)
    .join('; ');
}
