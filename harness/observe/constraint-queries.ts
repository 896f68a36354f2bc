import { quoteName } from '../schema/quote.ts';
import { parentOf, type Check, type Constraints, type ForeignKey, type Index } from '../schema/constraints.ts';

/** How the rows that break one constraint are found. */
export interface ConstraintQuery {
  /** For example `foreign key corder_customer`. */
  readonly constraint: string;
  /** A SELECT that returns one row with `n`, the number of rows that break the constraint. */
  readonly count: string;
  /** Returns a SELECT of these expressions for at most this many rows that break the constraint. */
  readonly some: (expressions: readonly string[], most: number) => string;
  /**
   * Whether `some` returns each row that breaks the constraint; otherwise it returns one row for each value that
   * several rows have.
   */
  readonly isByRow: boolean;
}

/** What is looked at in one table, and how many constraints cannot be looked at: unique keys over expressions. */
export interface ConstraintQueries {
  readonly queries: readonly ConstraintQuery[];
  readonly skipped: number;
}

/** Returns queries for every foreign key and unique key of a table, and every CHECK that is enforced. */
export function constraintQueries(table: string, { indexes, foreignKeys, checks }: Constraints): ConstraintQueries {
  const unique = indexes.filter((index) => index.unique);
  const readable = unique.filter(({ parts }) => parts.every(({ column }) => column !== null));
  return {
    queries: [
      ...foreignKeys.map((key) => orphans(table, key)),
      ...readable.map((index) => duplicates(table, index)),
      ...checks.filter(({ enforced }) => enforced).map((check) => broken(table, check)),
    ],
    skipped: unique.length - readable.length,
  };
}

// A key with a NULL in any of its columns points nowhere.
function orphans(table: string, key: ForeignKey): ConstraintQuery {
  const notNull = key.columns.map((column) => `${own(column)} IS NOT NULL`);
  const same = key.columns.map((column, index) => `p.${quoteName(key.parentColumns[index] ?? '')} = ${own(column)}`);
  const missing = `NOT EXISTS (SELECT 1 FROM ${parentOf(key)} AS p WHERE ${same.join(' AND ')})`;
  const conditions = key.parentExists ? [...notNull, missing] : notNull;
  return rowsWhere(table, `foreign key ${key.name}`, conditions.join(' AND '));
}

// A CHECK that evaluates to NULL is satisfied.
function broken(table: string, { name, clause }: Check): ConstraintQuery {
  return rowsWhere(table, `CHECK ${name}`, `NOT (${clause})`);
}

function rowsWhere(table: string, constraint: string, condition: string): ConstraintQuery {
  const from = `FROM ${quoteName(table)} AS t WHERE ${condition}`;
  return {
    constraint,
    count: `SELECT COUNT(*) AS n ${from}`,
    some: (expressions, most) => `SELECT ${expressions.join(', ')} ${from} LIMIT ${most}`,
    isByRow: true,
  };
}

// Rows are grouped in the index's own order and collation. If n rows have the same values, n - 1 break the key.
function duplicates(table: string, { name, parts }: Index): ConstraintQuery {
  const values = parts.map(({ column, length }) =>
    length === null ? own(column ?? '') : `LEFT(${own(column ?? '')}, ${length})`,
  );
  const notNull = parts.map(({ column }) => `${own(column ?? '')} IS NOT NULL`).join(' AND ');
  const from = `FROM ${quoteName(table)} AS t WHERE ${notNull} GROUP BY ${values.join(', ')} HAVING COUNT(*) > 1`;
  return {
    constraint: name === 'PRIMARY' ? 'primary key' : `unique key ${name}`,
    count: `SELECT COALESCE(SUM(d.extra), 0) AS n FROM (SELECT COUNT(*) - 1 AS extra ${from}) AS d`,
    some: (expressions, most) =>
      `SELECT ${expressions.map((each) => `ANY_VALUE(${each})`).join(', ')} ${from} LIMIT ${most}`,
    isByRow: false,
  };
}

function own(column: string): string {
  return `t.${quoteName(column)}`;
}
