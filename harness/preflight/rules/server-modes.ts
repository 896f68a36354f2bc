import { quoteName } from '../../schema/quote.ts';
import type { Rule, RuleViolation } from '../rule.ts';
import { isOn, sqlModes, timeZone, variable } from '../variables.ts';

/** Modes with which vtgate does not parse statements (go/vt/vtgate/engine/set.go, unsupportedSQLModes). */
const UNPARSED_MODES = ['ANSI_QUOTES', 'NO_BACKSLASH_ESCAPES', 'PIPES_AS_CONCAT', 'REAL_AS_FLOAT'];

const STRICT_MODES = ['STRICT_TRANS_TABLES', 'STRICT_ALL_TABLES'];

/** Other modes that decide whether a value is stored, refused, or changed; from MySQL's list in “Server SQL Modes”. */
const STORING_MODES = [
  'NO_ZERO_DATE',
  'NO_ZERO_IN_DATE',
  'ALLOW_INVALID_DATES',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_AUTO_VALUE_ON_ZERO',
  'TIME_TRUNCATE_FRACTIONAL',
];

/** How to fix each mode; the first one that is on is reported. */
const READ_ONLY: Readonly<Record<string, string>> = {
  super_read_only: 'SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF',
  read_only: 'SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF',
  transaction_read_only: 'SET PERSIST transaction_read_only = OFF; then let every session reconnect',
};

export const SERVER_MODE_RULES: readonly Rule[] = [
  {
    id: 'read-only',
    severity: 'blocker',
    title: 'the source accepts no writes',
    why: 'vttablet creates its sidecar database _vt there. After the switch, the reverse stream writes every change of the target there (go/vt/sidecardb/sidecardb.go; vreplication/vplayer.go).',
    judge: ({ source }) =>
      Object.entries(READ_ONLY)
        .filter(([name]) => isOn(variable(source.variables, name)))
        .slice(0, 1)
        .map(([name, mend]) => ({ what: `${name} = ON`, mend })),
  },
  {
    id: 'database-read-only',
    severity: 'blocker',
    title: 'the database accepts no writes',
    why: 'ALTER DATABASE … READ ONLY = 1 refuses the writes of every account, including those of the reverse stream, whatever its grants (MySQL manual, “ALTER DATABASE Statement”).',
    judge: ({ source }) => {
      const { isDatabaseReadOnly, database } = source;
      if (!isDatabaseReadOnly) return [];
      return [
        { what: `${database.name} is READ ONLY`, mend: `ALTER DATABASE ${quoteName(database.name)} READ ONLY = 0` },
      ];
    },
  },
  {
    id: 'sql-mode-not-strict',
    severity: 'blocker',
    title: 'sql_mode is not strict',
    why: 'vttablet ends every connection whose sql_mode has neither STRICT_TRANS_TABLES nor STRICT_ALL_TABLES, unless it is started with --enforce-strict-trans-tables=false (tabletserver/connpool/dbconn.go, VerifyMode).',
    judge: ({ source }) => {
      const modes = sqlModes(source.variables);
      if (isStrict(modes)) return [];
      const mended = [...modes, 'STRICT_TRANS_TABLES'].join(',');
      return [{ what: `sql_mode = ${modes.join(',') || "''"}`, mend: `SET PERSIST sql_mode = '${mended}'` }];
    },
  },
  {
    id: 'sql-mode-unparsed',
    severity: 'blocker',
    title: 'sql_mode changes how SQL is read',
    why: 'vtgate reads statements the way MySQL does without these modes, so the same text means something else there (go/vt/vtgate/engine/set.go, unsupportedSQLModes).',
    judge: ({ source }) => {
      const modes = sqlModes(source.variables);
      const unparsed = modes.filter((mode) => UNPARSED_MODES.includes(mode));
      if (unparsed.length === 0) return [];
      // The server shows ANSI in addition to the modes that it implies, and ANSI would bring these back.
      const mended = modes.filter((mode) => mode !== 'ANSI' && !UNPARSED_MODES.includes(mode)).join(',');
      return [{ what: `sql_mode has ${unparsed.join(', ')}`, mend: `SET PERSIST sql_mode = '${mended}'` }];
    },
  },
  {
    id: 'sql-mode-differs',
    severity: 'warning',
    title: 'source and target store values by different rules',
    why: 'Once writes are switched, the target may refuse or change a value that the source would store (MySQL manual, “Server SQL Modes”). Streams are not affected: they set a mode of their own (vreplicator.go, SQLMode).',
    judge: ({ source, target }) => {
      if (target === null) return [];
      const [here, there] = [sqlModes(source.variables), sqlModes(target.variables)];
      // For InnoDB tables, either mode is equally strict.
      const strict = STRICT_MODES.filter((mode) => here.includes(mode) !== there.includes(mode));
      const differing = [
        ...(isStrict(here) === isStrict(there) ? [] : strict),
        ...STORING_MODES.filter((mode) => here.includes(mode) !== there.includes(mode)),
      ];
      if (differing.length === 0) return [];
      return [
        {
          what: `sql_mode differs in ${differing.join(', ')}`,
          where: `${source.where} and ${target.where}`,
          mend: `On the target: SET PERSIST sql_mode = '${here.join(',')}'`,
        },
      ];
    },
  },
  onlyOn('autocommit', 'ON', 'sessions begin without autocommit'),
  onlyOn('sql_auto_is_null', 'OFF', 'sql_auto_is_null is on'),
  {
    id: 'max-execution-time',
    severity: 'warning',
    title: 'long reads are cut off',
    why: 'VDiff and an atomic copy read a whole table in one statement, and set no limit of their own for it (vstreamer/rowstreamer.go, NoTimeouts and streamQuery; vitessio/vitess#17862, #17864).',
    judge: ({ source }) => {
      const value = variable(source.variables, 'max_execution_time');
      if (value === '0' || value === 'not set') return [];
      return [{ what: `max_execution_time = ${value} ms`, mend: 'SET PERSIST max_execution_time = 0' }];
    },
  },
  {
    id: 'time-zone-differs',
    severity: 'warning',
    title: 'source and target are in different time zones',
    why: 'Once writes are switched, NOW() and CURRENT_TIMESTAMP store another time in a DATETIME. What is in a TIMESTAMP is not affected: streams read and write in UTC (vstreamer/snapshot_conn.go; vreplication/controller.go). For its default and for what is computed from it, see `timestamp-default` and `computed-from-timestamp`.',
    judge: ({ source, target }) => {
      if (target === null) return [];
      const [here, there] = [timeZone(source.variables), timeZone(target.variables)];
      if (here === there) return [];
      return [
        {
          what: `time_zone is ${here} on the source, ${there} on the target`,
          where: `${source.where} and ${target.where}`,
          // A machine's own name for its zone, such as CEST, is not a name that MySQL accepts.
          mend: isSystem(source.variables)
            ? `Set the clock of the target’s machines to the zone of the source’s, which is ${here} now.`
            : `On the target: SET PERSIST time_zone = '${here}'`,
        },
      ];
    },
  },
  {
    id: 'time-zone-names',
    severity: 'warning',
    title: 'the target knows no named time zones',
    why: 'Without the time zone tables, CONVERT_TZ() with names silently returns NULL (MySQL manual, “MySQL Server Time Zone Support”), and MoveTables’ --source-time-zone is refused (materializer.go, checkTZConversion).',
    judge: ({ source, target }) => {
      if (target === null || !source.hasTimeZoneNames || target.hasTimeZoneNames) return [];
      const mend = 'mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql --database=mysql, on every MySQL of the target';
      return [{ what: "CONVERT_TZ(…, 'UTC', 'Europe/Amsterdam') is NULL", where: target.where, mend }];
    },
  },
  {
    id: 'source-is-replica',
    severity: 'warning',
    title: 'the source replicates from another server',
    why: 'Writes through vtgate would go to a replica, and the server that it replicates from would not get them (MySQL manual, “Replication”).',
    judge: ({ source }) =>
      source.isReplica === true
        ? [
            {
              what: 'SHOW REPLICA STATUS has a row',
              mend: 'Name the server that applications write to. If it is this one: RESET REPLICA ALL',
            },
          ]
        : [],
  },
];

function isStrict(modes: readonly string[]): boolean {
  return modes.some((mode) => STRICT_MODES.includes(mode));
}

/** vttablet verifies these for every connection to MySQL. */
function onlyOn(name: string, expected: 'ON' | 'OFF', title: string): Rule {
  return {
    id: name.replaceAll('_', '-'),
    severity: 'blocker',
    title,
    why: `vttablet ends every connection that does not have ${name} = ${expected} (tabletserver/connpool/dbconn.go, VerifyMode).`,
    judge: ({ source }): readonly RuleViolation[] => {
      const value = variable(source.variables, name);
      if (value === 'not set' || isOn(value) === (expected === 'ON')) return [];
      return [{ what: `${name} = ${value}`, mend: `SET PERSIST ${name} = ${expected}` }];
    },
  };
}

function isSystem(variables: ReadonlyMap<string, string>): boolean {
  return variable(variables, 'time_zone') === 'SYSTEM' && timeZone(variables) !== '+00:00';
}
