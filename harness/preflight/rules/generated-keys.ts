import type { Column } from '../../schema/columns.ts';
import type { Index } from '../../schema/constraints.ts';
import type { Table } from '../../schema/database.ts';
import { namesColumn, quoteName } from '../../schema/quote.ts';
import type { Rule, RuleViolation } from '../rule.ts';
import { isKey, newKey, partsOf, tableRule } from './tables.ts';

/** Rules about generated columns in the key by which a stream looks for a row. */
export const GENERATED_KEY_RULES: readonly Rule[] = [
  tableRule({
    id: 'generated-in-key',
    severity: 'blocker',
    title: 'a part of the key is generated',
    why: 'A stream leaves generated columns out when it looks for a row by its key (table_plan_builder.go, analyzePK; tried). So where a key is unique only together with such a column, a delete of one row deletes all that are equal in the rest of the key, without an error, and an update of one of them stops the stream: “Duplicate entry”. If all of the key is generated, the first delete or update stops it. See docs/vitess-bugs.md.',
    see: (table) =>
      keysOf(table)
        .map((key) => indistinct(table, key))
        .find((seen) => seen !== null) ?? null,
  }),
];

type Seen = Pick<RuleViolation, 'what' | 'mend' | 'severity'>;

/** Returns the primary key, or else each key of which Vitess may take one in its place. */
function keysOf(table: Table): readonly Index[] {
  const primary = table.indexes.find(({ name }) => name === 'PRIMARY');
  return primary === undefined ? table.indexes.filter((index) => isKey(table, index)) : [primary];
}

/** Returns null if the columns that are not generated tell rows apart. */
function indistinct(table: Table, key: Index): Seen | null {
  const parts = table.columns.filter(({ name }) => partsOf(key).includes(name));
  const plain = parts.filter(({ generated }) => generated === null);
  const missing = plain.length === 0 ? parts : parts.filter((column) => !isGiven(column, plain, table));
  const names = plain.map(({ name }) => name);
  const isUnique = (index: Index) => isKey(table, index) && partsOf(index).every((part) => names.includes(part));
  if (missing.length === 0 || table.indexes.some(isUnique)) return null;
  const rest = plain.length === 0 ? 'nothing else is' : `the rest of it, ${names.join(', ')}, need not be unique`;
  return {
    what: `${missing.map(({ name }) => name).join(', ')} is generated and part of its key, and ${rest}`,
    mend: mendFor(table, key),
    // Unless someone writes such numbers by hand, no two rows have the same.
    ...(plain.some(({ isAutoIncrement }) => isAutoIncrement) ? { severity: 'warning' as const } : {}),
  };
}

/** Whether rows that are equal in these columns are also equal in another. */
function isGiven(column: Column, plain: readonly Column[], table: Table): boolean {
  const { generated } = column;
  if (generated === null) return plain.includes(column);
  const read = table.columns.filter(({ name }) => namesColumn(generated.expression, name));
  return read.every((each) => isGiven(each, plain, table) && isExact(each));
}

/** Whether values that are equal are the same; in most collations, a and A are equal. */
function isExact({ collation }: Column): boolean {
  return collation === null || collation === 'binary' || collation.endsWith('_bin');
}

/** The old key stays a unique one, so that what it demands of rows is still demanded. */
function mendFor(table: Table, key: Index): string {
  if (table.isPartitioned)
    return 'Make it a column that the application fills: every key of a partitioned table needs it.';
  const alter = `ALTER TABLE ${quoteName(table.name)}`;
  if (key.name !== 'PRIMARY') return `${alter} ${newKey(table)}`;
  return `${alter} DROP PRIMARY KEY, ADD UNIQUE KEY (${partsOf(key).map(quoteName).join(', ')}), ${newKey(table)}`;
}
