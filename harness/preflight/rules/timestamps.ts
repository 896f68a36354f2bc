import type { Column } from '../../schema/columns.ts';
import type { Index } from '../../schema/constraints.ts';
import type { Table } from '../../schema/database.ts';
import { namesColumn, quoteName } from '../../schema/quote.ts';
import type { Context, Rule } from '../rule.ts';
import { timeZone } from '../variables.ts';
import { tableRule } from './tables.ts';

/** Rules about what becomes of a moment in the time zone of a session. */
export const TIMESTAMP_RULES: readonly Rule[] = [
  tableRule({
    id: 'computed-from-timestamp',
    severity: 'blocker',
    title: 'a column, an index or a CHECK depends on a session’s time zone',
    why: 'MySQL computes what depends on a TIMESTAMP, or on FROM_UNIXTIME(), in the time zone of the session that writes, and the copy and the streams write in UTC (vreplication/controller.go). What an application computed in another zone is then computed anew. A stored column arrives as another value, which VDiff sees; if it is part of a unique index, rows that differ on the source can be the same in UTC, and error 1062 ends the copy or the stream (read in the code). An index of an expression or of a virtual column has the row in another place, where the application’s statements do not find it, which VDiff does not see. If such a statement then moves the row to the place where it already is, MySQL 9.7 itself ends: “Assertion failure: row0ins.cc” (tried). A CHECK that held in the application’s zone can refuse the row in UTC with error 3819 (tried in MySQL alone), and neither copy nor stream gets past it (read in the code). See docs/fidelity.md, timestamps-computed.',
    see: (table, { source }) => {
      const columns = table.columns.filter((column) => isStored(column) && isOfZone(table, column));
      const indexes = table.indexes.filter((index) => isMoved(table, index));
      const checks = table.checks.filter(({ enforced, clause }) => enforced && dependsOnZone(table, clause));
      const found = [...named('column', columns), ...named('index', indexes), ...named('CHECK', checks)];
      if (found.length === 0) return null;
      const isUtc = timeZone(source.variables) === '+00:00';
      return {
        what: `${found.join(', ')}${isUtc ? '; the source is in UTC, so this is about sessions that set another zone' : ''}`,
        mend: 'Compute it from a DATETIME, which no time zone changes, or in the application. If every session that writes is in UTC, accept it. It may be cheaper to drop an index or a CHECK before the migration, and to create it again on each side once no stream writes there any more (not tried).',
        // A stored column alone differs where VDiff sees it.
        ...(isUtc || indexes.length + checks.length === 0 ? { severity: 'warning' as const } : {}),
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
        what: `${columns.map((column) => `${column.name} has the default ${column.default}`).join(', ')}, and the source’s zone is ${here}${context.target === null ? '; the target is taken to be in UTC' : ''}`,
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

function named(kind: string, things: readonly { readonly name: string }[]): string[] {
  return things.map(({ name }) => `the ${kind} ${name}`);
}

function isStored({ generated }: Column): boolean {
  return generated?.isStored === true;
}

/**
 * Whether rows can have another place in an index when a stream writes them. A stored column has a value of its own by
 * which it is found, but as part of a unique index that can be the value of another row.
 */
function isMoved(table: Table, { parts, unique }: Index): boolean {
  return parts.some(({ column: name, expression }) => {
    if (name === null) return dependsOnZone(table, expression);
    const column = table.columns.find((each) => each.name === name);
    return column !== undefined && (unique || !isStored(column)) && isOfZone(table, column);
  });
}

function isOfZone(table: Table, { generated }: Column): boolean {
  return generated !== null && dependsOnZone(table, generated.expression);
}

/** Whether an expression depends on the session’s time zone, by itself or by another computed column. */
function dependsOnZone(table: Table, expression: string): boolean {
  const sql = expression.toLowerCase();
  if (sql.includes('from_unixtime(')) return true;
  const stamps = table.columns.filter(({ type }) => type === 'timestamp').map(inSql);
  const rest = sql.replaceAll(sameInEveryZone(stamps), '');
  if (stamps.some((stamp) => rest.includes(stamp))) return true;
  return table.columns.some((column) => namesColumn(sql, column.name) && isOfZone(table, column));
}

/**
 * Null tests, which MySQL 5.7 writes as isnull(…) and later versions as (… is null), and comparisons of one TIMESTAMP
 * with another, whose answer could only change in the hour that a clock is set back.
 */
function sameInEveryZone(stamps: readonly string[]): RegExp {
  const stamp = `(?:${stamps.map((name) => RegExp.escape(name)).join('|')})`;
  return new RegExp(`isnull\\(${stamp}\\)|${stamp} (?:is (?:not )?null|(?:<=>|<>|[<>]=?|=) ${stamp})`, 'g');
}

/** Names in an expression are quoted, in the case in which they were written there. */
function inSql({ name }: Column): string {
  return quoteName(name).toLowerCase();
}
