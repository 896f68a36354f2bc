import { quoteName } from '../../schema/quote.ts';
import type { Rule } from '../rule.ts';

/** Rules about what the rows hold. */
export const ROW_RULES: readonly Rule[] = [
  {
    id: 'constraint-broken',
    severity: 'warning',
    title: 'rows break a foreign key, a unique key or a CHECK already',
    why: 'MySQL does not look again at rows that came in without foreign_key_checks (MySQL manual, “FOREIGN KEY Constraints”). They are copied as they are, and `constraints-hold` speaks only of rows that come on top. A rehearsal looks; `roundtrip preflight` does not read the rows of a live source for it.',
    judge: ({ broken, tables }) =>
      broken
        .filter(({ table }) => tables.includes(table))
        .map(({ table, constraint, rows, key }) => ({
          what: `${constraint} is broken by ${rows} ${rows === 1 ? 'row' : 'rows'}, as the one with the key ${key}`,
          mend: `Correct these rows of ${quoteName(table)}, or decide that they may stay.`,
          table,
        })),
  },
];
