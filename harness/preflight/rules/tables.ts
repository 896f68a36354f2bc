import { integerRange, type Column } from '../../schema/columns.ts';
import type { ForeignKey } from '../../schema/constraints.ts';
import { primaryKey, type Table } from '../../schema/database.ts';
import { quoteName } from '../../schema/quote.ts';
import { movingTables, type Context, type Rule, type RuleViolation } from '../rule.ts';

/** The share of a type's values, in percent, from which a column counts as nearly full. */
const NEAR_PERCENT = 90n;

export const TABLE_RULES: readonly Rule[] = [
  {
    id: 'table-missing',
    severity: 'blocker',
    title: 'a table to move does not exist',
    why: 'MoveTables refuses a table that the source does not have (workflow/utils.go, validateSourceTablesExist).',
    judge: ({ source, tables }) =>
      tables
        .filter((name) => source.database.tables.every((table) => table.name !== name))
        .map((table) => ({
          what: `${source.database.name} has no table ${table}`,
          mend: `Remove it from the tables that move. The source has ${source.database.tables.map(({ name }) => name).join(', ') || 'none'}.`,
          table,
        })),
  },
  tableRule({
    id: 'no-key',
    severity: 'blocker',
    title: 'rows cannot be told apart',
    why: 'Without a primary key or a unique key of NOT NULL columns, a stream looks for a row by all its columns. It changes every row that is the same, and never finds one in which a column is NULL, JSON, or a FLOAT such as 0.1. A copy that is resumed leaves out rows that equal the last one, or that follow one with a NULL (table_plan_builder.go, generateWhere; vstreamer/rowstreamer.go, buildSelect; vitessio/vitess#6008; tried).',
    see: (table) =>
      keyColumns(table).length > 0
        ? null
        : {
            what: 'it has neither a primary key nor a unique key of NOT NULL columns',
            mend: `ALTER TABLE ${quoteName(table.name)} ${newKey(table)}`,
          },
  }),
  tableRule({
    id: 'no-primary-key',
    severity: 'note',
    title: 'a unique key stands in for the primary key',
    why: 'Streams and VDiff use a unique key of NOT NULL columns in its place (go/vt/mysqlctl/schema.go, GetPrimaryKeyEquivalentColumns).',
    see: (table) =>
      primaryKey(table).length > 0 || keyColumns(table).length === 0
        ? null
        : { what: `no primary key, but a unique one on ${namesOf(keyColumns(table))}`, mend: null },
  }),
  tableRule({
    id: 'float-in-key',
    severity: 'blocker',
    title: 'a key contains FLOAT',
    why: 'A stream looks for a row by the decimal text of its key, and a stored FLOAT does not equal that text. So updates and deletes are lost without an error (go/mysql/binlog/rbr.go, CellValue; MySQL manual, “Problems with Floating-Point Values”; tried). See docs/fidelity.md, floats-as-key.',
    see: (table) => ofType(table, 'float', 'DOUBLE'),
  }),
  tableRule({
    id: 'float-rounded',
    severity: 'warning',
    title: 'FLOATs are rounded when they are copied',
    why: 'The copy reads rows as text, in which MySQL shows at most 6 digits of a FLOAT: 16777216 arrives as 16777200. VDiff reads the same text, and sees no difference. Once writes are switched, any change to such a row takes the rounded value back to the source (vstreamer/rowstreamer.go; MySQL manual, “Problems with Floating-Point Values”; tried). What is inserted or changed while the stream runs arrives as it is. See docs/fidelity.md, floats.',
    see: roundedFloats,
  }),
  tableRule({
    id: 'enum-in-key',
    severity: 'blocker',
    title: 'a key does not sort as its text does',
    why: 'MySQL sorts ENUM and SET by number, and compares them with text as text. A copy pauses every hour (--vreplication-copy-phase-duration), and after an error. When it resumes, it asks for the rows whose key is greater than the text of the last one, so rows whose text is smaller are never copied, and no error says so. Changes to rows that were copied before are left out in the same way (vstreamer/rowstreamer.go, buildSelect; table_plan_builder.go, generatePKConstraint; tried).',
    see: outOfOrder,
  }),
  tableRule({
    id: 'engine',
    severity: 'blocker',
    title: 'an engine without transactions',
    why: 'A stream copies from a consistent snapshot, which only InnoDB provides. With another engine, rows that are written during the copy are lost or duplicated (vstreamer/snapshot_conn.go; MySQL manual, “START TRANSACTION”).',
    see: (table) =>
      table.engine.toLowerCase() === 'innodb'
        ? null
        : { what: `ENGINE=${table.engine}`, mend: `ALTER TABLE ${quoteName(table.name)} ENGINE=InnoDB` },
  }),
  tableRule({
    id: 'auto-increment-near-end',
    severity: 'warning',
    title: 'AUTO_INCREMENT is near the end of its type',
    why: 'Once the largest value is used, every further insert fails (MySQL manual, “Using AUTO_INCREMENT”). A large table takes a long time to copy, and inserts go on meanwhile.',
    see: nearEnd,
  }),
  tableRule({
    id: 'json-decimals',
    severity: 'warning',
    title: 'numbers in JSON may stop a stream, or change their type',
    why: 'A DECIMAL such as 0.5 or 0.00 in a document comes through the binary log as .5 or .00, which is not JSON, while -.5 passes for a number (vitessio/vitess#20227, since 24.0.0, mended in 24.0.2; seen in 24.0.1, not in 23.0.3, and mended in 24.0.4: docs/matrix.md). A document that was parsed from text contains doubles, but the copy turns them into DECIMALs. So once writes are switched, any change to such a row stops the stream back to the source: “unexpected character . in JSON” (tried). In every version, copy and stream also change what JSON_TYPE says of most numbers: DOUBLE becomes DECIMAL, and UNSIGNED INTEGER within the range of BIGINT, like DECIMAL without a fraction, becomes INTEGER. MySQL compares them as equal (vitessio/vitess#19880; tried). See docs/fidelity.md, json-decimal-below-one, json-double-below-one and json-numbers.',
    see: (table) => {
      const columns = table.columns.filter(({ type, generated }) => type === 'json' && generated === null);
      if (columns.length === 0) return null;
      const mend =
        'Take Vitess 24.0.2 or later, or 23, unless no document contains a number such as 0.25 or 0.00. What asks JSON_TYPE for a number must not rely on its answer.';
      return { what: `JSON: ${namesOf(columns)}`, mend };
    },
  }),
];

/** Returns the columns by which a stream identifies rows: the primary key, or else all unique keys without NULL. */
export function keyColumns(table: Table): readonly Column[] {
  const primary = primaryKey(table);
  const names = primary.length > 0 ? primary : table.indexes.filter((index) => isKey(table, index)).flatMap(partsOf);
  return table.columns.filter(({ name }) => names.includes(name));
}

/** Returns what ALTER TABLE adds. A table has at most one AUTO_INCREMENT column; an existing one already numbers its rows. */
export function newKey({ columns }: Table): string {
  const counting = columns.find(({ isAutoIncrement }) => isAutoIncrement);
  if (counting !== undefined) return `ADD PRIMARY KEY (${quoteName(counting.name)})`;
  const taken = columns.map(({ name }) => name.toLowerCase());
  const names = ['id', 'row_id', ...columns.map((_, at) => `row_id_${at}`)];
  const free = names.find((name) => !taken.includes(name)) ?? 'row_id_';
  return `ADD COLUMN ${quoteName(free)} BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY`;
}

/** Whether Vitess may take an index in place of a primary key: a unique one on columns without NULL. */
export function isKey(table: Table, index: Table['indexes'][number]): boolean {
  const columns = partsOf(index).map((part) => table.columns.find(({ name }) => name === part));
  return (
    index.unique && columns.length === index.parts.length && columns.every((column) => column?.isNullable === false)
  );
}

/** Returns the columns of an index. */
export function partsOf({ parts }: Table['indexes'][number]): string[] {
  return parts.flatMap(({ column }) => column ?? []);
}

/** Returns FLOAT columns whose values are copied, without those with fixed decimals, whose text has all digits. */
function roundedFloats(table: Table): Pick<RuleViolation, 'what' | 'mend'> | null {
  const columns = table.columns.filter(
    ({ definition, generated }) => /^float(?! *\()/i.test(definition) && generated === null,
  );
  if (columns.length === 0) return null;
  return {
    what: `FLOAT: ${namesOf(columns)}`,
    mend: 'Make them DOUBLE before the copy, or accept that 6 digits of each value arrive.',
  };
}

/** Returns key columns of a type that a key should not have. */
function ofType(table: Table, type: string, better: string): Pick<RuleViolation, 'what' | 'mend'> | null {
  const [column] = keyColumns(table).filter((each) => each.type === type);
  if (column === undefined) return null;
  const nullable = column.isNullable ? 'NULL' : 'NOT NULL';
  return {
    what: `${column.name} ${column.definition} is part of its key`,
    mend: `ALTER TABLE ${quoteName(table.name)} MODIFY ${quoteName(column.name)} ${better} ${nullable}`,
  };
}

function outOfOrder(table: Table): Pick<RuleViolation, 'what' | 'mend'> | null {
  const column = keyColumns(table).find(isOutOfOrder);
  if (column === undefined) return null;
  const what = `${column.name} ${column.definition} is part of its key`;
  const inOneGo =
    'Or raise --vreplication-copy-phase-duration above the time that the copy takes, and start over if it is interrupted.';
  if (column.type === 'set') return { what, mend: `Give the key a column of another type. ${inOneGo}` };
  const members = column.members.toSorted(byText).map((member) => `'${member.replaceAll("'", "''")}'`);
  const type = `ENUM(${members.join(',')}) CHARACTER SET ${column.characterSet} COLLATE ${column.collation}`;
  const nullable = column.isNullable ? 'NULL' : 'NOT NULL';
  const alter = `ALTER TABLE ${quoteName(table.name)} MODIFY ${quoteName(column.name)} ${type} ${nullable}`;
  return { what, mend: `${alter}. ${inOneGo}` };
}

/** Any two members of a SET together are a value, whose text sorts between theirs. */
function isOutOfOrder({ type, members }: Column): boolean {
  if (type === 'set') return members.length > 1;
  return type === 'enum' && members.some((member, at) => at > 0 && byText(members[at - 1]!, member) > 0);
}

/** Collations differ beyond letters and digits, but a key that is sorted by this is rarely unsorted by its own. */
function byText(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function nearEnd(table: Table, { source }: Context): Pick<RuleViolation, 'what' | 'mend'> | null {
  const column = table.columns.find(({ isAutoIncrement }) => isAutoIncrement);
  const range = column === undefined ? null : integerRange(column);
  if (column === undefined || range === null || table.autoIncrement === null) return null;
  const largest = range.max;
  const next = BigInt(table.autoIncrement);
  if (next * 100n < largest * NEAR_PERCENT) return null;
  const keys = source.database.tables.flatMap((child) =>
    child.foreignKeys.filter((key) => key.parentTable === table.name && key.parentColumns.includes(column.name)),
  );
  return { what: `the next ${column.name} is ${next} of ${largest}`, mend: widening(table, column, keys) };
}

/** Existing negative values stay, so a type without a sign would be refused. */
function widening(table: Table, column: Column, keys: readonly ForeignKey[]): string {
  const type = column.isUnsigned ? 'BIGINT UNSIGNED' : 'BIGINT';
  if (column.type === 'bigint') return 'Use other values: there is no larger type.';
  if (keys.length === 0) {
    return `ALTER TABLE ${quoteName(table.name)} MODIFY ${quoteName(column.name)} ${type} NOT NULL AUTO_INCREMENT`;
  }
  return `Drop ${namesOf(keys)}, make ${column.name} and the columns that reference it ${type}, and add the keys again.`;
}

/** Returns a rule that looks at each moving table. */
export function tableRule(
  options: Omit<Rule, 'judge'> & {
    see: (table: Table, context: Context) => Pick<RuleViolation, 'what' | 'mend' | 'severity'> | null;
  },
): Rule {
  const { see, ...rest } = options;
  return {
    ...rest,
    judge: (context) =>
      movingTables(context).flatMap((table) => {
        const seen = see(table, context);
        return seen === null ? [] : [{ ...seen, table: table.name }];
      }),
  };
}

function namesOf(columns: readonly { readonly name: string }[]): string {
  return columns.map(({ name }) => name).join(', ');
}
