import { quoteName } from '../../schema/quote.ts';
import type { Column } from '../../schema/columns.ts';
import { primaryKey, type Table } from '../../schema/database.ts';
import { movingTables, placeOf, type Rule } from '../rule.ts';

export const TARGET_RULES: readonly Rule[] = [
  {
    id: 'target-table-has-rows',
    severity: 'blocker',
    title: 'the target already has rows',
    why: 'MoveTables refuses a target table that is not empty (workflow/materializer.go, validateEmptyTables).',
    judge: ({ target, tables }) => {
      if (target === null) return [];
      return tables
        .filter((table) => target.filledTables.has(table))
        .map((table) => ({
          what: 'the table exists and has rows',
          where: placeOf(target, table),
          mend: `If nobody needs them, run on the target: DROP TABLE ${quoteName(table)}`,
          table,
        }));
    },
  },
  {
    id: 'target-table-differs',
    severity: 'blocker',
    title: 'the target has a different table of that name',
    why: 'MoveTables creates only missing tables, and copies into an existing one as it is (workflow/materializer.go, deploySchema).',
    judge: (context) => {
      const { target } = context;
      if (target === null) return [];
      return movingTables(context).flatMap((table) => {
        const other = target.database.tables.find(({ name }) => name === table.name);
        const differing = other === undefined ? [] : differences(table, other);
        if (differing.length === 0) return [];
        return [
          {
            what: differing.join('; '),
            where: placeOf(target, table.name),
            mend: `If it is empty, run on the target: DROP TABLE ${quoteName(table.name)}; MoveTables creates it`,
            table: table.name,
          },
        ];
      });
    },
  },
];

function differences(source: Table, target: Table): string[] {
  const columns = new Map(target.columns.map((column) => [column.name, column]));
  const missing = source.columns.flatMap((column) => {
    const { name } = column;
    const other = columns.get(name);
    columns.delete(name);
    if (other === undefined) return [`no column ${name}`];
    const hasOther = other.collation !== column.collation;
    const [here, there] = [column, other].map((each) => describe(each, hasOther));
    return here === there ? [] : [`${name} is ${there}, not ${here}`];
  });
  const [key, otherKey] = [source, target].map((table) => primaryKey(table).join(', ') || 'none');
  return [
    ...missing,
    ...[...columns.keys()].map((name) => `a column ${name} that the source does not have`),
    ...(key === otherKey ? [] : [`its primary key is ${otherKey}, not ${key}`]),
  ];
}

function describe({ definition, collation, isNullable }: Column, hasOther: boolean): string {
  return `${definition}${hasOther && collation !== null ? ` COLLATE ${collation}` : ''}${isNullable ? '' : ' NOT NULL'}`;
}
