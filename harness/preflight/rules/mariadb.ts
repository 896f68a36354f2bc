import { isMariaDb, variable } from '../variables.ts';
import type { VariableRule } from './binlog.ts';

/** It comes before all others, because what they say about binary logs and GTIDs holds for MySQL alone. */
export const MARIADB_RULE: VariableRule = {
  id: 'mariadb',
  severity: 'blocker',
  title: 'the source is MariaDB',
  why: 'MariaDB’s GTIDs are of another kind than MySQL’s, and it has neither gtid_mode nor gtid_executed, by which this harness tells whether streams have caught up. Vitess has not been tested with MariaDB since version 14 (changelog/14.0/14.0.2/summary.md).',
  judge: ({ source: { variables } }) => {
    if (!isMariaDb(variables)) return [];
    const mend =
      'Move the data to MySQL 8.0 or 8.4 first: load a dump there, and let the application run on it before you go to Vitess.';
    return [{ what: `version ${variable(variables, 'version')}`, mend }];
  },
};
