import { quoteName } from '../../schema/quote.ts';
import type { DocumentsSeen } from '../documents.ts';
import type { Rule, RuleViolation } from '../rule.ts';

/** Rules about the contents of rows. */
export const ROW_RULES: readonly Rule[] = [
  {
    id: 'constraint-broken',
    severity: 'warning',
    title: 'rows already break a foreign key, a unique key or a CHECK',
    why: 'MySQL does not look again at rows that came in without foreign_key_checks (MySQL manual, “FOREIGN KEY Constraints”). They are copied as they are, and `constraints-hold` only judges rows that are added to them. A rehearsal looks for them; `roundtrip preflight` does not read the rows of a live source for this.',
    judge: ({ broken, tables }) =>
      broken
        .filter(({ table }) => tables.includes(table))
        .map(({ table, constraint, rows, key }) => ({
          what: `${constraint} is broken by ${rows} ${rows === 1 ? 'row' : 'rows'}, as the one with the key ${key}`,
          mend: `Correct these rows of ${quoteName(table)}, or decide that they may stay.`,
          table,
        })),
  },
  {
    id: 'json-types',
    severity: 'warning',
    title: 'JSON contains values that become strings',
    why: 'Vitess copies and streams a document as text, in which a DATE, TIME, DATETIME or binary value looks like a string, and is one on the target: queries that compare it find other rows (vitessio/vitess#19880, in 24.0.1; tried). Binary values stop the stream: “unexpected trailing data after JSON value” (tried). On a server that serves others, 500 rows at each end of a table’s primary key are looked at, for at most 2 s per column; on a server that a rehearsal starts, all rows, for at most 30 s.',
    judge: ({ source: { documents }, tables }) => [
      ...documents.seen.filter(({ table }) => tables.includes(table)).map(documentsSeen),
      ...documents.notLookedAt
        .filter((column) => tables.some((table) => column.startsWith(`${table}.`)))
        .map((column) => ({
          what: `${column} could not be looked at, in time or at all`,
          mend: 'Look for DATE, TIME, DATETIME and binary values in it, by JSON_TYPE.',
          severity: 'note' as const,
        })),
    ],
  },
];

function documentsSeen({ table, column, looked, found, isWhole, key, leaves }: DocumentsSeen): RuleViolation {
  const place = isWhole ? 'of all' : 'of those at both ends of the table';
  const named = leaves.map(({ path, type }) => `${path} (${type})`).join(', ');
  const example = named === '' ? '' : `, as ${named} in the row with the key ${key}`;
  const name = quoteName(column);
  return {
    table,
    what: `${column}: ${found} of ${looked} documents, ${place}${example}`,
    mend: `Let the application store text, then UPDATE ${quoteName(table)} SET ${name} = CAST(CAST(${name} AS CHAR) AS JSON)`,
  };
}
