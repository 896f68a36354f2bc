import { quoteName } from '../../schema/quote.ts';
import { movingTables, type Context, type Rule, type RuleViolation } from '../rule.ts';
import { variable } from '../variables.ts';
import { isInternalName } from './vitess-names.ts';

/** Bytes of `_vt.copy_state.table_name` (go/vt/sidecardb/schema/vreplication/copy_state.sql). */
const NAME_BYTES = 128;
/** How many characters `complete --rename-tables` keeps (workflow/traffic_switcher.go, renameTableTemplate). */
const KEPT_CHARACTERS = 59;

/** What vtgate adds to a table's name when it looks for a rule (vindexes/vschema.go, TabletTypeSuffix). */
const TABLET_TYPES = ['@primary', '@replica', '@rdonly'];

export const NAME_RULES: readonly Rule[] = [
  nameRule({
    id: 'name-internal',
    severity: 'blocker',
    title: 'a name that Vitess takes for its own',
    why: 'Vitess silently leaves out tables whose names look like those of Online DDL, gh-ost and pt-online-schema-change (go/vt/schema/name.go, IsInternalOperationTableName; workflow/utils.go, shouldInclude).',
    see: (name) => (isInternalName(name) ? 'it looks like the name of an internal table' : null),
  }),
  nameRule({
    id: 'name-vitess-prefix',
    severity: 'note',
    title: 'a name that begins like Vitess’ own',
    why: 'The names of Vitess’ internal tables begin with _vt_. A later version may take this table for one of them (go/vt/schema/name.go).',
    see: (name) => (name.startsWith('_vt') && !isInternalName(name) ? 'it begins with _vt' : null),
  }),
  nameRule({
    id: 'name-misread',
    severity: 'blocker',
    title: 'a name that Vitess reads as something else',
    why: 'A rule whose name begins with a slash is a regular expression (table_plan_builder.go, MatchTable). --tables is split at commas. In routing rules and VSchemas, a dot ends the name of a keyspace: “dots are not allowed in either name” (vindexes/vschema.go, extractTableParts; tried). A table named dual is the one without rows, as in SELECT 1 FROM dual (vtgate/planbuilder/operators/ast_to_op.go; tried).',
    see: (name) => {
      if (name.startsWith('/')) return 'it begins with a slash';
      if (name.includes('.')) return 'it has a dot';
      if (name.includes(',')) return 'it has a comma';
      return name.toLowerCase() === 'dual' ? 'it is DUAL' : null;
    },
  }),
  nameRule({
    id: 'name-quoted',
    severity: 'note',
    title: 'a name that must be quoted everywhere',
    why: 'Vitess has quoted such names since versions 14 and 17 (vitessio/vitess#9563, #13069). Every statement that goes through vtgate must quote them too.',
    see: (name) => (/^[\w$]+$/.test(name) ? null : 'it has characters other than A to Z, digits, _ and $'),
  }),
  nameRule({
    id: 'name-too-long',
    severity: 'blocker',
    title: 'a name that is too long for the copy’s state',
    why: `_vt.copy_state has room for ${NAME_BYTES} bytes of a table’s name (go/vt/sidecardb/schema/vreplication/copy_state.sql).`,
    see: (name) => {
      const bytes = Buffer.byteLength(name);
      return bytes > NAME_BYTES ? `it has ${bytes} bytes` : null;
    },
  }),
  {
    id: 'name-alike-but-case',
    severity: 'blocker',
    title: 'names that differ only in case',
    why: 'Before a stream copies a table, it asks its MySQL for the definition of that one table, and Vitess ignores case when it compares names. So the stream gets two definitions, and tries again forever: “unexpected number of table definitions” (mysqlctl/tmutils/schema.go, TableFilter.Includes; vreplicator.go, getTableSecondaryKeys; tried). One of them alone can move (tried).',
    judge: ({ tables }) =>
      tables.flatMap((name, at) =>
        tables
          .slice(0, at)
          .filter((other) => isAlike(name, other))
          .map((other) => ({
            what: `differs from ${other} only in case`,
            mend: `Rename one of them first: RENAME TABLE ${quoteName(name)} TO …`,
            table: name,
          })),
      ),
  },
  {
    id: 'name-like-routing-rule',
    severity: 'blocker',
    title: 'a table’s name is also the name of another table’s routing rule',
    why: 'The routing rule for a table’s reads on replicas is named after the table, with @replica at the end. A table with that very name shares the rule, and statements reach the wrong table (vindexes/vschema.go, FindRoutedTable; workflow/traffic_switcher.go, switchTableReads; tried).',
    judge: (context) => {
      const names = context.source.database.tables.map(({ name }) => name);
      return movingTables(context).flatMap(({ name: table }) => {
        const [other] = TABLET_TYPES.flatMap((type) => (table.endsWith(type) ? [table.slice(0, -type.length)] : []));
        // A table that stays has no routing rule of its own, but vtgate looks for one under this name.
        if (other === undefined || !names.includes(other)) return [];
        const mend = `Rename it first: RENAME TABLE ${quoteName(table)} TO …`;
        return [{ what: `it is also a routing rule of ${other}`, mend, table }];
      });
    },
  },
  {
    id: 'name-alike-when-renamed',
    severity: 'warning',
    title: 'names that are the same once renamed',
    why: `complete --rename-tables keeps ${KEPT_CHARACTERS} characters of a name, and fails when it renames the second table (workflow/traffic_switcher.go, renameTableTemplate).`,
    judge: ({ tables }) =>
      [...Map.groupBy(tables, (name) => name.slice(0, KEPT_CHARACTERS))]
        .filter(([, alike]) => alike.length > 1)
        .map(([start, alike]) => ({
          what: `${alike.join(' and ')} both become _${start}_old`,
          mend: 'Complete with --keep-data and drop the tables by hand.',
        })),
  },
  {
    id: 'name-case',
    severity: 'blocker',
    title: 'source and target treat the case of names differently',
    why: 'The same name means another table there, or none (MySQL manual, “Identifier Case Sensitivity”; vitessio/vitess#3158).',
    judge: ({ source, target }) => {
      if (target === null) return [];
      const [here, there] = [source, target].map(({ variables }) => variable(variables, 'lower_case_table_names'));
      if (here === there) return [];
      return [
        {
          what: `lower_case_table_names = ${here} on the source, ${there} on the target`,
          where: `${source.where} and ${target.where}`,
          mend: `Initialise the target’s MySQLs with lower_case_table_names = ${here}; it cannot be changed later.`,
        },
      ];
    },
  },
  {
    id: 'name-case-ignored',
    severity: 'warning',
    title: 'the source does not distinguish names by case',
    why: 'vtgate distinguishes them: a statement that spells a table’s name in another case finds no table (vitessio/vitess#4873, #10877, open).',
    judge: ({ source }) => {
      const value = variable(source.variables, 'lower_case_table_names');
      if (value === '0') return [];
      return [{ what: `lower_case_table_names = ${value}`, mend: 'Spell every table’s name as it is stored.' }];
    },
  },
  reservedRule(),
  {
    id: 'name-of-keyspace',
    severity: 'warning',
    title: 'a keyspace’s name must be quoted',
    why: 'Vitess does not quote the name of a keyspace everywhere (vitessio/vitess#9513, #18764, open).',
    judge: ({ keyspaces }) =>
      keyspaces
        .filter((name) => !/^[A-Za-z_]\w*$/.test(name))
        .map((name) => ({ what: `keyspace ${name}`, where: 'the keyspaces', mend: 'Use letters, digits and _ only.' })),
  },
];

/** Go's `strings.EqualFold` and regular expressions with these flags fold the case of single characters alike. */
function isAlike(name: string, other: string): boolean {
  return new RegExp(`^${RegExp.escape(name)}$`, 'iu').test(other);
}

function reservedRule(): Rule {
  return {
    id: 'name-reserved-by-target',
    severity: 'warning',
    title: 'a name that only the target reserves',
    why: 'Statements that work without quotes on the source fail on the target (MySQL manual, “Keywords and Reserved Words”).',
    judge: (context) => {
      const { source, target } = context;
      if (target === null) return [];
      const isNew = (name: string) =>
        target.reservedWords.has(name.toUpperCase()) && !source.reservedWords.has(name.toUpperCase());
      return namesOf(context)
        .filter(({ name }) => isNew(name))
        .map(({ name, table }) => ({
          what: `${name} is reserved on ${target.where}`,
          mend: `Quote it everywhere: ${quoteName(name)}`,
          table,
        }));
    },
  };
}

/** Returns the names of the tables that move, and of their columns. */
export function namesOf(context: Context): readonly { readonly name: string; readonly table: string }[] {
  return movingTables(context).flatMap((table) => [
    { name: table.name, table: table.name },
    ...table.columns.map(({ name }) => ({ name, table: table.name })),
  ]);
}

/** Returns a rule about the name of each table that moves. */
function nameRule(options: Omit<Rule, 'judge'> & { see: (name: string) => string | null }): Rule {
  const { see, ...rest } = options;
  return {
    ...rest,
    judge: ({ tables }) =>
      tables.flatMap((table): RuleViolation[] => {
        const what = see(table);
        if (what === null) return [];
        return [
          {
            what,
            mend: rest.severity === 'note' ? null : `Rename it first: RENAME TABLE ${quoteName(table)} TO …`,
            table,
          },
        ];
      }),
  };
}
