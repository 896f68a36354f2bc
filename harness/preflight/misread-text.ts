import type { Column } from '../schema/columns.ts';
import type { Database } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import { metAtEnds } from './rows-at-ends.ts';

/** Values whose text, which is what Vitess carries, is read as another value. */
const KINDS = ['negative zero', 'empty value', 'invalid date'] as const;
type Kind = (typeof KINDS)[number];

/** A column with such a value in one of the rows that were read. */
export interface MisreadColumn {
  readonly table: string;
  readonly column: string;
  readonly kind: Kind;
}

/** Looks at the rows at both ends of all tables with a column that could have such a value. */
export async function readMisreadText(read: Read, { tables }: Database): Promise<readonly MisreadColumn[]> {
  const found: MisreadColumn[] = [];
  for (const table of tables) {
    const columns = table.columns.flatMap((column) => {
      const kind = kindOf(column);
      return kind === null ? [] : [{ table: table.name, column: column.name, kind }];
    });
    if (columns.length === 0) continue;
    const conditions = columns.map(({ column, kind }) => IS_ONE[kind](quoteName(column)));
    const isStored = await metAtEnds(read, table, conditions);
    found.push(...columns.filter((_, at) => isStored[at]));
  }
  return found;
}

/** @returns which such value a column could have. */
function kindOf({ type, members, generated }: Column): Kind | null {
  if (generated !== null) return null;
  if (type === 'float' || type === 'double') return 'negative zero';
  if (type === 'date' || type === 'datetime') return 'invalid date';
  return type === 'enum' && members.includes('') ? 'empty value' : null;
}

/** SQL that is 1 for such a value. */
const IS_ONE: Readonly<Record<Kind, (column: string) => string>> = {
  'negative zero': (column) => `CAST(${column} AS CHAR) = '-0'`,
  // When it is compared with a number, an ENUM counts as the number of its member.
  'empty value': (column) => `${column} = 0`,
  // Without a month there is no last day.
  'invalid date': (column) => `DAY(${column}) > DAY(LAST_DAY(${column}))`,
};
