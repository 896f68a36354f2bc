import type { Index } from '../../schema/constraints.ts';
import type { Table } from '../../schema/database.ts';
import type { Context, Rule } from '../rule.ts';
import { timeZone } from '../variables.ts';
import { tableRule } from './tables.ts';

/** Rules about what becomes of a TIMESTAMP in the time zone of a session. */
export const TIMESTAMP_RULES: readonly Rule[] = [
  tableRule({
    id: 'computed-from-timestamp',
    severity: 'blocker',
    title: 'a column or an index is computed from a TIMESTAMP',
    why: 'MySQL computes it in the time zone of the session that writes, and the copy and the streams write in UTC (vreplication/controller.go). What an application computed in another zone is then computed anew: a stored column arrives as another value, which VDiff sees, and an index has the row in another place, where the application’s statements do not find it, which VDiff does not see. If such a statement then moves the row to the place where it already is, MySQL 9.7 itself ends: “Assertion failure: row0ins.cc” (tried). See docs/fidelity.md, timestamps-computed.',
    see: (table) => {
      const indexes = table.indexes.filter((index) => isComputed(table, index)).map(({ name }) => name);
      const stored = table.columns.filter(({ generated }) => generated?.isStored === true && uses(table, generated));
      const columns = stored.map(({ name }) => name);
      if (indexes.length + columns.length === 0) return null;
      return {
        what: [...columns.map((name) => `the column ${name}`), ...indexes.map((name) => `the index ${name}`)].join(
          ', ',
        ),
        mend: 'Compute it from a DATETIME, which no time zone changes, or in the application. If every session that writes is in UTC, accept it.',
        // Whatever a stored column holds, its index has the same.
        ...(indexes.length === 0 ? { severity: 'warning' as const } : {}),
      };
    },
  }),
  tableRule({
    id: 'timestamp-default',
    severity: 'warning',
    title: 'the default of a TIMESTAMP becomes another moment',
    why: 'SHOW CREATE TABLE shows such a default in the time zone of its session. Vitess reads it in the source’s zone, and MoveTables creates the table in the target’s, where the same text is another moment (vtctl/workflow/materializer.go, deploySchema; tried). Once writes are switched, rows that are inserted without a value get that moment. VDiff does not compare definitions. See docs/fidelity.md, timestamp-default.',
    see: (table, context) => {
      const [here, there] = zones(context);
      if (here === there) return null;
      const columns = table.columns.filter((column) => column.type === 'timestamp' && isMoment(column.default));
      if (columns.length === 0) return null;
      return {
        what: `${columns.map((column) => `${column.name} has the default ${column.default}`).join(', ')}, and the source’s zone is ${here}`,
        mend: 'Once the table is on the target, set its default there again, in a session with time_zone = +00:00.',
      };
    },
  }),
];

/** Vitess’ own my.cnf sets no zone, and machines are in UTC by default. */
function zones({ source, target }: Context): readonly [string, string] {
  return [timeZone(source.variables), target === null ? '+00:00' : timeZone(target.variables)];
}

/** Whether it is neither an expression such as CURRENT_TIMESTAMP nor the zero date, which is the same in every zone. */
function isMoment(value: string | null): boolean {
  return value !== null && /^\d{4}-/.test(value) && !value.startsWith('0000-00-00');
}

/** Whether an index has an expression, or a virtual column, that uses a TIMESTAMP. */
function isComputed(table: Table, { parts }: Index): boolean {
  return parts.some(({ column, expression }) => {
    if (column === null) return uses(table, { expression });
    const { generated = null } = table.columns.find(({ name }) => name === column) ?? {};
    return generated !== null && !generated.isStored && uses(table, generated);
  });
}

/** Whether an expression uses a TIMESTAMP of its table, directly or by another computed column. */
function uses({ columns }: Pick<Table, 'columns'>, { expression }: { readonly expression: string }): boolean {
  return columns.some(({ name, type, generated }) => {
    if (!expression.includes(`\`${name.replaceAll('`', '``')}\``)) return false;
    return type === 'timestamp' || (generated !== null && uses({ columns }, generated));
  });
}
