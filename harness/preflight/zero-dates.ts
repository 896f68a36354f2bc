import type { Column } from '../schema/columns.ts';
import type { Database, Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import { metAtEnds } from './rows-at-ends.ts';

/** Modes of `sql_mode` that refuse dates: those without year, month and day, and those without month or day. */
export const ZERO_MODES = ['NO_ZERO_DATE', 'NO_ZERO_IN_DATE'] as const;

type ZeroMode = (typeof ZERO_MODES)[number];

/** A column with such a date as its default, or in a row that was read. */
export interface ZeroDateColumn {
  readonly table: string;
  readonly column: string;
  readonly refusedBy: ZeroMode;
}

const AS_DEFAULT: Readonly<Record<ZeroMode, RegExp>> = {
  NO_ZERO_DATE: /^0000-00-00/,
  NO_ZERO_IN_DATE: /^\d{4}-(?:00-(?!00)|(?!00)\d\d-00)|^(?!0000)\d{4}-00-00/,
};

/** SQL that is 1 for such a date; these comparisons need a session without the modes. */
const IN_ROW: Readonly<Record<ZeroMode, (column: string) => string>> = {
  NO_ZERO_DATE: (column) => `${column} = 0`,
  NO_ZERO_IN_DATE: (column) => `${column} <> 0 AND (MONTH(${column}) = 0 OR DAY(${column}) = 0)`,
};

/** Looks at the defaults of all date columns, and at the rows at both ends of their tables. */
export async function readZeroDates(read: Read, { tables }: Database): Promise<readonly ZeroDateColumn[]> {
  const found: ZeroDateColumn[] = [];
  for (const table of tables) {
    const columns = table.columns.filter(({ type, generated }) => DATES.includes(type) && generated === null);
    if (columns.length > 0) found.push(...(await zeroDatesOf(read, table, columns)));
  }
  return found;
}

const DATES = ['date', 'datetime', 'timestamp'];

async function zeroDatesOf(read: Read, table: Table, columns: readonly Column[]): Promise<readonly ZeroDateColumn[]> {
  const places = ZERO_MODES.flatMap((mode) => columns.map((column) => ({ mode, column })));
  const conditions = places.map(({ mode, column }) => IN_ROW[mode](quoteName(column.name)));
  const isStored = await metAtEnds(read, table, conditions);
  return places
    .filter(({ mode, column }, at) => AS_DEFAULT[mode].test(column.default ?? '') || isStored[at])
    .map(({ mode, column }) => ({ table: table.name, column: column.name, refusedBy: mode }));
}
