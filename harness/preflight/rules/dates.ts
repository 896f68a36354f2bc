import { type Context, type Rule, type RuleViolation } from '../rule.ts';
import { sqlModes } from '../variables.ts';
import { ZERO_MODES, type ZeroDateColumn } from '../zero-dates.ts';

export const DATE_RULES: readonly Rule[] = [
  {
    id: 'zero-dates',
    severity: 'warning',
    title: 'dates that the target’s sql_mode refuses',
    why: 'Once writes are switched, the target refuses every statement that writes a zero date or compares with one, and every ALTER TABLE of a table where such a date is a default: “Incorrect DATE value”, “Invalid default value” (MySQL manual, “Server SQL Modes”; tried). The copy and the streams are not affected: they set a mode of their own (vreplicator.go, SQLMode). Vitess’ own my.cnf sets no sql_mode for MySQL (config/mycnf/), and MySQL’s default has both modes. Preflight looks at defaults, and at 500 rows at each end of a table’s primary key.',
    judge: (context) => {
      const { target, source, tables } = context;
      if (target === null) return [];
      const modes = sqlModes(target.variables);
      const refused = source.zeroDates.filter(
        ({ table, refusedBy }) => tables.includes(table) && modes.includes(refusedBy),
      );
      return [...Map.groupBy(refused, ({ table }) => table)].map(([table, columns]) =>
        violation(context, table, columns),
      );
    },
  },
];

function violation(context: Context, table: string, columns: readonly ZeroDateColumn[]): RuleViolation {
  const { source, target } = context;
  const there = target === null ? [] : sqlModes(target.variables);
  const refusing = [...new Set(columns.map(({ refusedBy }) => refusedBy))];
  const names = [...new Set(columns.map(({ column }) => column))];
  const what = `${names.join(', ')}: zero dates, which ${refusing.join(' and ')} ${refusing.length === 1 ? 'refuses' : 'refuse'}`;
  const here = sqlModes(source.variables);
  // A dump does not say which mode its server had, so the source that is started for it may also refuse them.
  if (refusing.every((mode) => here.includes(mode))) {
    const mend = 'The source’s sql_mode refuses them too: if production’s does not, set it in source.settings.';
    return { table, what: `${what} on either side`, mend, severity: 'note' };
  }
  const wanted = there.filter((mode) => !ZERO_MODES.some((zero) => zero === mode));
  return { table, what, mend: `On the target: SET PERSIST sql_mode = '${wanted.join(',')}'` };
}
