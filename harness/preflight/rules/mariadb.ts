import type { MariaDbOnly } from '../maria-db.ts';
import type { RuleViolation } from '../rule.ts';
import { isMariaDb, isOn, variable, type Variables } from '../variables.ts';
import type { VariableRule } from './binlog.ts';

/** Rules about what only a MariaDB can have. */
interface MariaDbSource {
  readonly variables: Variables;
  readonly mariaDbOnly?: readonly MariaDbOnly[];
}

/** This rule comes before all others, because what they say about binary logs and GTIDs is only true for MySQL. */
export const MARIADB_RULE: VariableRule = {
  id: 'mariadb',
  severity: 'blocker',
  title: 'the source is MariaDB',
  why: 'This harness follows streams by MySQL’s gtid_mode and gtid_executed, which MariaDB does not have, so it cannot judge a migration from one. Vitess has not supported MariaDB since version 14 (vitessio/vitess#9518), but its own tests still move tables from MariaDB 10.10 to MySQL (go/test/endtoend/vreplication/vreplication_test.go, TestMoveTablesMariaDBToMySQL). With MariaDB 11.8 and Vitess 24.0.4, plain tables went there and back, while some settings and types lose rows or stop the stream; preflight names those that it finds (docs/mariadb.md; tried).',
  judge: ({ source: { variables, mariaDbOnly = [] } }: { readonly source: MariaDbSource }) => {
    if (!isMariaDb(variables)) return [];
    const mend =
      'Rehearse with a dump that mariadb-dump made, and go to production by way of a MySQL 8.0 or 8.4; docs/mariadb.md says what to change in the dump, and what is known about streams from MariaDB itself.';
    return [
      { what: `version ${variable(variables, 'version')}`, mend },
      ...settingViolations(variables),
      ...mariaDbOnly,
    ];
  },
};

/** The settings that streams need from MariaDB, and what was seen without them; MariaDB has no SET PERSIST. */
const NEEDED = [
  ['log_bin', 'ON', 'there is nothing to stream'],
  ['binlog_format', 'ROW', 'streams stop at statements'],
  ['binlog_row_image', 'FULL', 'parts of rows cannot be applied'],
  ['log_bin_compress', 'OFF', 'streams leave compressed rows out without a word'],
] as const;

function settingViolations(variables: Variables): readonly RuleViolation[] {
  return NEEDED.flatMap(([name, needed, seen]) => {
    const value = variable(variables, name).toUpperCase();
    const isSo = needed === 'ON' || needed === 'OFF' ? isOn(value) === (needed === 'ON') : value === needed;
    if (isSo) return [];
    const mend = `Set ${name} = ${needed} in the source’s my.cnf, and start it again.`;
    return [{ what: `${name} = ${value}, not ${needed}: ${seen}`, mend }];
  });
}
