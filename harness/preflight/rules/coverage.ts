import { isMySql8 } from '../facts.ts';
import type { Rule } from '../rule.ts';
import { isMariaDb } from '../variables.ts';

/** Rules about whether a server can be judged at all, and which parts of it cannot. */
export const COVERAGE_RULES: readonly Rule[] = [
  {
    id: 'server-version',
    severity: 'blocker',
    title: 'a server that Vitess 24 does not know',
    why: 'Vitess 24 is tested with MySQL 8.0 and 8.4, and has a my.cnf for 9 (changelog/23.0/23.0.0/summary.md; config/mycnf/mysql90.cnf). This harness reads MySQL’s own GTIDs and information_schema of 8.0 and later.',
    judge: ({ source }) => {
      if (isMariaDb(source.variables)) return [];
      if (!isMySql8(source.version)) {
        return [{ what: `version ${source.version}`, mend: 'Upgrade the source to MySQL 8.0 or 8.4.' }];
      }
      if (/^8\.[04]\./.test(source.version)) return [];
      const what = `version ${source.version}, with which Vitess 24 is not tested`;
      return [{ what, mend: null, severity: 'note' }];
    },
  },
  {
    id: 'not-seen',
    severity: 'warning',
    title: 'a part of the database that the account may not see',
    why: 'information_schema leaves out what an account may not see, without an error (MySQL manual, “INFORMATION_SCHEMA Introduction”). If something exists there, it is not moved, and nothing says so. A rehearsal that cannot know is not a GO.',
    judge: ({ source, target, leftOut }) =>
      [source, ...(target === null ? [] : [target])].flatMap(({ where, hidden }) =>
        hidden.map(({ kind, what, grant }) => ({
          what,
          where,
          mend: grant,
          ...(kind !== 'tables' && leftOut.includes(kind) ? { severity: 'note' as const } : {}),
        })),
      ),
  },
  {
    id: 'not-checked',
    severity: 'note',
    title: 'something could not be looked at',
    why: 'Preflight can neither judge nor approve what an account may not see.',
    judge: ({ source, target }) =>
      [source, ...(target === null ? [] : [target])].flatMap(({ where, unread }) =>
        unread.map(({ what, grant }) => ({ what, where, mend: grant })),
      ),
  },
];
