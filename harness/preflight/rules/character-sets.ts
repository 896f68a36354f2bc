import { quoteName } from '../../schema/quote.ts';
import { movingTables, type Rule } from '../rule.ts';

export const CHARACTER_SET_RULES: readonly Rule[] = [
  {
    id: 'collation-missing',
    severity: 'blocker',
    title: 'the target does not have the collation',
    why: 'MoveTables creates the table with the source’s own definition, which the target’s MySQL then refuses (workflow/materializer.go, deploySchema).',
    judge: (context) => {
      const { target } = context;
      if (target === null) return [];
      return movingTables(context).flatMap((table) => {
        const used = [table.collation, ...table.columns.map(({ collation }) => collation)];
        return [...new Set(used.filter((each) => each !== null))]
          .filter((collation) => !target.collations.has(collation))
          .map((collation) => ({
            what: `${collation} is not on ${target.where}`,
            mend: `Take a MySQL for the target that has it, or convert: ALTER TABLE ${quoteName(table.name)} CONVERT TO CHARACTER SET utf8mb4`,
            table: table.name,
          }));
      });
    },
  },
];
