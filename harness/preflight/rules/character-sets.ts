import { quoteName } from '../../schema/quote.ts';
import { movingTables, type Rule } from '../rule.ts';
import { keyColumns, tableRule } from './tables.ts';

/** MySQL's collations that Vitess 24.0.1 cannot compare by (go/mysql/collations/supported.go, env.go). */
const NOT_COMPARED = new Set([
  'big5_bin',
  'big5_chinese_ci',
  'cp1250_czech_cs',
  'gb18030_bin',
  'gb18030_chinese_ci',
  'gbk_bin',
  'gbk_chinese_ci',
  'latin1_german2_ci',
  'latin2_czech_cs',
  'tis620_bin',
  'tis620_thai_ci',
  'ucs2_general_mysql500_ci',
  'utf8mb3_general_mysql500_ci',
  'utf8mb3_tolower_ci',
]);

export const CHARACTER_SET_RULES: readonly Rule[] = [
  {
    id: 'collation-missing',
    severity: 'blocker',
    title: 'the target does not have the collation',
    why: 'MoveTables creates the table with the source’s definition, and the target’s MySQL refuses it (workflow/materializer.go, deploySchema).',
    judge: (context) => {
      const { target } = context;
      if (target === null) return [];
      return movingTables(context).flatMap((table) => {
        const used = [table.collation, ...table.columns.map(({ collation }) => collation)];
        return [...new Set(used.filter((each) => each !== null))]
          .filter((collation) => !target.collations.has(collation))
          .map((collation) => ({
            what: `${collation} is not on ${target.where}`,
            mend: `Use a MySQL for the target that has it, or convert: ALTER TABLE ${quoteName(table.name)} CONVERT TO CHARACTER SET utf8mb4`,
            table: table.name,
          }));
      });
    },
  },
  tableRule({
    id: 'collation-unknown-to-vdiff',
    severity: 'note',
    title: 'VDiff cannot compare by the collation of a key',
    why: 'VDiff then compares keys byte by byte, while both servers return rows in the order of the collation. Equal tables are found equal, but where one row is missing, VDiff may report many others as extra (vdiff/table_plan.go, getPKColumnCollations; vdiff/table_differ.go, compare; go/mysql/collations/supported.go).',
    see: (table) => {
      const columns = keyColumns(table).filter(({ collation }) => NOT_COMPARED.has(collation ?? ''));
      if (columns.length === 0) return null;
      const names = columns.map(({ name, collation }) => `${name} (${collation})`).join(', ');
      const mend =
        'If VDiff finds differences in this table, let the checksums of a rehearsal say which rows they are.';
      return { what: `the key has ${names}`, mend };
    },
  }),
];
