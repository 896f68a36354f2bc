import { quoteName } from '../../schema/quote.ts';
import type { DocumentsSeen, EmptyKeysSeen } from '../documents.ts';
import type { Context, Rule, RuleViolation } from '../rule.ts';
import type { MisreadColumn } from '../misread-text.ts';

/** Rules about the contents of rows. */
export const ROW_RULES: readonly Rule[] = [
  {
    id: 'constraint-broken',
    severity: 'warning',
    title: 'rows already break a foreign key, a unique key or a CHECK',
    why: 'MySQL does not check rows again that were written while foreign_key_checks was off (MySQL manual, “FOREIGN KEY Constraints”). They are copied as they are, and `constraints-hold` judges only rows that break a constraint later. A rehearsal looks for them; `roundtrip preflight` does not read the rows of a live source for this.',
    judge: ({ broken, tables }) =>
      broken
        .filter(({ table }) => tables.includes(table))
        .map(({ table, constraint, rows, key }) => ({
          what: `${constraint} is broken by ${rows} ${rows === 1 ? 'row' : 'rows'}, such as the one with the key ${key}`,
          mend: `Correct these rows of ${quoteName(table)}, or accept them as they are.`,
          table,
        })),
  },
  {
    id: 'json-types',
    severity: 'warning',
    title: 'JSON contains values that become strings',
    why: 'Vitess copies and streams a document as text, in which a DATE, TIME, DATETIME or binary value looks like a string, and becomes one on the target. Queries that compare such a value then find other rows (vitessio/vitess#19880, in 24.0.1; tried). Before 24.0.3, binary values stop the stream: “unexpected trailing data after JSON value” (tried). A negative TIME arrives as another time, or as an empty text, if it is inserted or changed while the stream runs (go/mysql/binlog/binlog_json.go, binparserOpaque; tried). On a server that serves others, preflight looks at 500 rows at each end of a table’s primary key, for at most 2 s per column. On a server that a rehearsal starts, it looks at all rows, for at most 30 s. See docs/fidelity.md, json-binary and json-temporal.',
    judge: ({ source: { documents }, tables }) => [
      ...documents.seen.filter(({ table }) => tables.includes(table)).map(documentsSeen),
      ...documents.notLookedAt
        .filter((column) => tables.some((table) => column.startsWith(`${table}.`)))
        .map((column) => ({
          what: `${column} could not be read, or not in time`,
          mend: 'Look for DATE, TIME, DATETIME and binary values in it, with JSON_TYPE.',
          severity: 'note' as const,
        })),
    ],
  },
  {
    id: 'json-empty-key',
    severity: 'warning',
    title: 'JSON contains an empty key',
    why: 'If a document ends with an object whose only key is empty, such as {"": 0}, Vitess cannot read it from the binary log: any change of such a row ends the stream, each time that it is tried again, with “unable to decode object elements” (go/mysql/binlog/binlog_json.go, binparserObject; tried). The copy can read it. Preflight looks at the same rows as for `json-types`. See docs/fidelity.md, json-empty-key.',
    judge: ({ source: { documents }, tables }) =>
      documents.emptyKeys.filter(({ table }) => tables.includes(table)).map(emptyKeysSeen),
  },
  {
    id: 'negative-zero',
    severity: 'warning',
    title: 'a FLOAT or DOUBLE is -0',
    why: 'The copy writes the text -0, which MySQL reads as the integer 0. VDiff calls the two equal, as MySQL does. Once writes are switched, any change of such a row takes the 0 back to the source (tried). What is inserted or changed while the stream runs arrives as it is. Preflight looks at 500 rows at each end of a table’s primary key. See docs/fidelity.md, floats.',
    judge: (context) =>
      misread(context, 'negative zero', (table, column) => ({
        what: `${column} has -0`,
        mend: `If the application does not tell -0 from 0: UPDATE ${table} SET ${column} = 0 WHERE ${column} = 0`,
      })),
  },
  {
    id: 'enum-empty-value',
    severity: 'warning',
    title: "an ENUM has the member '' and the empty value beside it",
    why: "Where MySQL is not strict, it stores the number 0 in place of a member that it does not know. Its text is empty, and Vitess copies and streams text, so such a value arrives as the member '', in either direction. VDiff reads the same text, and sees no difference (MySQL manual, “The ENUM Type”; tried). Preflight looks at 500 rows at each end of a table’s primary key. See docs/fidelity.md, enum-index-zero.",
    judge: (context) =>
      misread(context, 'empty value', (table, column) => ({
        what: `${column} has the number 0`,
        mend: `If the application does not tell them apart: UPDATE ${table} SET ${column} = '' WHERE ${column} = 0`,
      })),
  },
  {
    id: 'invalid-dates',
    severity: 'warning',
    title: 'dates that do not exist',
    why: 'With ALLOW_INVALID_DATES in its sql_mode, MySQL stores days such as 2026-02-31. The copy and the streams set a mode of their own, without it, in which MySQL makes 0000-00-00 of them, in either direction and without an error. VDiff sees it (vreplicator.go, SQLMode; MySQL manual, “Server SQL Modes”; tried). Preflight looks at 500 rows at each end of a table’s primary key. See docs/fidelity.md, dates-invalid.',
    judge: (context) =>
      misread(context, 'invalid date', (table, column) => ({
        what: `${column} has a day that its month does not have`,
        mend: `Have the application store such dates in another form, and change these rows of ${table}.`,
      })),
  },
];

/** @param seen returns what to say about a column, given quoted names. */
function misread(
  { source, tables }: Context,
  kind: MisreadColumn['kind'],
  seen: (table: string, column: string) => Pick<RuleViolation, 'what' | 'mend'>,
): RuleViolation[] {
  return source.misread
    .filter((each) => each.kind === kind && tables.includes(each.table))
    .map(({ table, column }) => ({ table, ...seen(quoteName(table), quoteName(column)) }));
}

function emptyKeysSeen({ table, column, looked, found, isWhole, key }: EmptyKeysSeen): RuleViolation {
  const row = key === '' ? '' : `, such as in the row with the key ${key}`;
  return {
    table,
    what: `${column}: ${found} of ${looked} documents, ${placeOfRows(isWhole)}${row}`,
    mend: 'Have the application use a key with a name, and change these documents.',
  };
}

function placeOfRows(isWhole: boolean): string {
  return isWhole ? 'of all' : 'of those at both ends of the table';
}

function documentsSeen({ table, column, looked, found, isWhole, key, leaves }: DocumentsSeen): RuleViolation {
  const named = leaves.map(({ path, type }) => `${path} (${type})`).join(', ');
  const example = named === '' ? '' : `, such as ${named} in the row with the key ${key}`;
  const name = quoteName(column);
  return {
    table,
    what: `${column}: ${found} of ${looked} documents, ${placeOfRows(isWhole)}${example}`,
    mend: `Have the application store text, then UPDATE ${quoteName(table)} SET ${name} = CAST(CAST(${name} AS CHAR) AS JSON)`,
  };
}
