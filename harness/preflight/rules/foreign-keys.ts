import type { ForeignKey } from '../../schema/constraints.ts';
import type { Table } from '../../schema/database.ts';
import { quoteName } from '../../schema/quote.ts';
import { movingTables, type Context, type Rule, type RuleViolation } from '../rule.ts';
import { isOn, variable } from '../variables.ts';
import { isInternalName } from './vitess-names.ts';

const ATOMIC_COPY =
  'Move the whole database with --atomic-copy, or drop the key on the target with --drop-foreign-keys.';

export const FOREIGN_KEY_RULES: readonly Rule[] = [
  keyRule({
    id: 'foreign-key-cascades',
    severity: 'blocker',
    title: 'a foreign key changes rows while they are copied',
    why: 'Without --atomic-copy, tables are copied one after another with foreign_key_checks=0, so the target does not cascade. Before MySQL 9.6, the source’s binary log does not have the cascaded changes either (vreplicator.go, clearFKCheck; vplayer.go, updateFKCheck; MySQL manual, “FOREIGN KEY Constraints”).',
    see: (key, { foreignKeys }) => (foreignKeys === 'copied' && cascades(key) ? ATOMIC_COPY : null),
  }),
  keyRule({
    id: 'foreign-key-copied',
    severity: 'warning',
    title: 'a foreign key without atomic copy',
    why: 'Without --atomic-copy, the target does not enforce its keys until the copy has ended (vreplicator.go, clearFKCheck; vitessio/vitess#13136).',
    see: (key, { foreignKeys }) => (foreignKeys === 'copied' && !cascades(key) ? ATOMIC_COPY : null),
  }),
  keyRule({
    id: 'foreign-key-dropped',
    severity: 'warning',
    title: 'the target will not have a foreign key',
    why: 'With --drop-foreign-keys, the target neither refuses nor cascades anything once writes are switched (workflow/utils.go, stripTableForeignKeys).',
    see: (_key, { foreignKeys }) =>
      foreignKeys === 'dropped' ? 'Let the application do what the key did, or move with --atomic-copy.' : null,
  }),
  {
    id: 'atomic-copy-of-some-tables',
    severity: 'blocker',
    title: 'an atomic copy takes all tables',
    why: 'An atomic copy streams every table of the source’s database and fails at the first that is not in the workflow: “plan not found” (vstreamer/tablestreamer.go, Stream; replicator_plan.go, buildExecutionPlan; vitessio/vitess#14648).',
    judge: ({ source, tables, foreignKeys }) => {
      if (foreignKeys !== 'atomic-copy') return [];
      // Vitess leaves out tables that it mistakes for its own.
      const staying = source.database.tables.filter(({ name }) => !tables.includes(name) && !isInternalName(name));
      if (staying.length === 0) return [];
      const names = staying.map(({ name }) => name).join(', ');
      return [{ what: `tables that stay: ${names}`, mend: 'Move all tables, or give --drop-foreign-keys.' }];
    },
  },
  {
    id: 'atomic-copy-in-one-go',
    severity: 'note',
    title: 'an atomic copy cannot be resumed',
    why: 'An atomic copy fails if it takes longer than --vreplication-copy-phase-duration (1 h), and it starts over after every error (vcopier_atomic.go, copyAll).',
    judge: (context) => {
      if (context.foreignKeys !== 'atomic-copy') return [];
      const bytes = movingTables(context).reduce((sum, table) => sum + table.bytes, 0);
      return [
        {
          what: `${bytes} bytes in one copy`,
          mend: 'Raise --vreplication-copy-phase-duration above the time that the copy takes.',
        },
      ];
    },
  },
  tableOfAtomicCopy(),
  keyRule({
    id: 'foreign-key-parent-stays',
    severity: 'blocker',
    title: 'a child moves without its parent',
    why: 'The target gets the key but not the parent. As soon as the copy has ended, every insert fails there (workflow/materializer.go, deploySchema; vplayer.go, updateFKCheck).',
    see: (key, { tables, foreignKeys }) =>
      foreignKeys !== 'dropped' && key.parentSchema === null && key.parentExists && !tables.includes(key.parentTable)
        ? `Move ${key.parentTable} too, or give --drop-foreign-keys.`
        : null,
  }),
  {
    id: 'foreign-key-child-stays',
    severity: 'blocker',
    title: 'a parent moves without its child',
    why: 'The target lets an application delete a row of the parent that the child on the source still references, and then the reverse stream fails on the source. A row of the child is refused if the reverse stream has not yet written its parent (vplayer.go, updateFKCheck).',
    judge: ({ source, tables }) => [
      ...source.database.tables
        .filter(({ name }) => !tables.includes(name))
        .flatMap((child) =>
          child.foreignKeys
            .filter(({ parentSchema, parentTable }) => parentSchema === null && tables.includes(parentTable))
            .map((key) => ({
              what: `${child.name} stays: ${describe(key)}`,
              mend: `Move ${child.name} too, or ${dropOf(child.name, key)}`,
              table: key.parentTable,
            })),
        ),
      ...source.foreignChildren
        .filter(({ parentTable }) => tables.includes(parentTable))
        .map(({ database, table, constraint, parentTable }) => ({
          what: `${database}.${table}, in another database, has ${constraint}, which references it`,
          mend: `ALTER TABLE ${quoteName(database)}.${quoteName(table)} DROP FOREIGN KEY ${quoteName(constraint)}`,
          table: parentTable,
        })),
    ],
  },
  keyRule({
    id: 'foreign-key-to-other-database',
    severity: 'blocker',
    title: 'a foreign key references another database',
    why: 'A keyspace has one database. The key’s definition is copied as it is, but the target does not have that parent (workflow/materializer.go, deploySchema).',
    see: (key, { foreignKeys }, table) =>
      foreignKeys !== 'dropped' && key.parentSchema !== null ? dropOf(table.name, key) : null,
  }),
  keyRule({
    id: 'foreign-key-parent-missing',
    severity: 'blocker',
    title: 'a foreign key’s parent does not exist',
    why: 'The key was created while foreign_key_checks was off. On the target, it makes every insert fail (MySQL manual, “FOREIGN KEY Constraints”).',
    see: (key, { foreignKeys }, table) =>
      foreignKeys !== 'dropped' && key.parentSchema === null && !key.parentExists ? dropOf(table.name, key) : null,
  }),
  keyRule({
    id: 'foreign-key-not-unique',
    severity: 'blocker',
    title: 'a foreign key references columns that are not unique',
    why: 'If restrict_fk_on_non_standard_key is on, which is the default since MySQL 8.4, the table cannot be created on the target (MySQL manual, “FOREIGN KEY Constraints”; workflow/materializer.go, deploySchema).',
    see: (key, context, table) => {
      const { source, target, foreignKeys } = context;
      if (foreignKeys === 'dropped' || target === null || key.parentSchema !== null) return null;
      if (!isOn(variable(target.variables, 'restrict_fk_on_non_standard_key'))) return null;
      const parent = source.database.tables.find(({ name }) => name === key.parentTable);
      if (parent === undefined || isUniqueBy(parent, key.parentColumns)) return null;
      const columns = key.parentColumns.map(quoteName).join(', ');
      return `ALTER TABLE ${quoteName(parent.name)} ADD UNIQUE KEY (${columns}), or ${dropOf(table.name, key)}`;
    },
  }),
  {
    id: 'foreign-key-cycle',
    severity: 'note',
    title: 'foreign keys form a cycle',
    why: 'The copy works, but a keyspace whose VSchema sets foreignKeyMode to managed does not: VT09019 (go/vt/vtgate/vschema_manager.go, markErrorIfCyclesInFk).',
    judge: (context) => {
      const circle = circleOf(movingTables(context));
      return circle === null ? [] : [{ what: circle.join(' → '), mend: null }];
    },
  },
];

/** Invisible columns are copied by name, but an atomic copy selects `*`. */
function tableOfAtomicCopy(): Rule {
  return {
    id: 'atomic-copy-invisible-column',
    severity: 'blocker',
    title: 'an atomic copy misses invisible columns',
    why: 'An atomic copy reads SELECT *, which leaves out invisible columns, and takes such a row for a complete one (vstreamer/tablestreamer.go, streamTable; rowstreamer.go, streamQuery).',
    judge: (context) => {
      if (context.foreignKeys !== 'atomic-copy') return [];
      return movingTables(context).flatMap((table) =>
        table.columns
          .filter(({ isInvisible }) => isInvisible)
          .map(({ name }) => ({
            what: `${name} is invisible`,
            mend: `ALTER TABLE ${quoteName(table.name)} ALTER COLUMN ${quoteName(name)} SET VISIBLE`,
            table: table.name,
          })),
      );
    },
  };
}

/** A rule that looks at each foreign key of the moving tables; `see` returns how to fix it. */
function keyRule(
  options: Omit<Rule, 'judge'> & { see: (key: ForeignKey, context: Context, table: Table) => string | null },
): Rule {
  const { see, ...rest } = options;
  return {
    ...rest,
    judge: (context) =>
      movingTables(context).flatMap((table) =>
        table.foreignKeys.flatMap((key): RuleViolation[] => {
          const mend = see(key, context, table);
          return mend === null ? [] : [{ what: describe(key), mend, table: table.name }];
        }),
      ),
  };
}

function describe(key: ForeignKey): string {
  const parent = key.parentSchema === null ? key.parentTable : `${key.parentSchema}.${key.parentTable}`;
  return `${key.name} (${key.columns.join(', ')}) references ${parent} (${key.parentColumns.join(', ')}), ${key.rules}`;
}

function cascades({ rules }: ForeignKey): boolean {
  return /CASCADE|SET NULL|SET DEFAULT/.test(rules);
}

function dropOf(table: string, { name }: ForeignKey): string {
  return `ALTER TABLE ${quoteName(table)} DROP FOREIGN KEY ${quoteName(name)}`;
}

function isUniqueBy({ indexes }: Table, columns: readonly string[]): boolean {
  return indexes.some(
    ({ unique, parts }) =>
      unique &&
      parts.length === columns.length &&
      parts.every(({ column, length }, at) => column === columns[at] && length === null),
  );
}

/**
 * Returns at least two tables that reference each other in a cycle, with the first also at the end, or null.
 */
export function circleOf(tables: readonly Pick<Table, 'name' | 'foreignKeys'>[]): readonly string[] | null {
  const parents = new Map(
    tables.map(({ name, foreignKeys }) => [
      name,
      foreignKeys.filter(({ parentSchema }) => parentSchema === null).map(({ parentTable }) => parentTable),
    ]),
  );
  const done = new Set<string>();
  const follow = (name: string, path: readonly string[]): readonly string[] | null => {
    const at = path.indexOf(name);
    if (at >= 0) return path.length - at > 1 ? [...path.slice(at), name] : null;
    if (done.has(name)) return null;
    for (const parent of parents.get(name) ?? []) {
      const circle = follow(parent, [...path, name]);
      if (circle !== null) return circle;
    }
    done.add(name);
    return null;
  };
  for (const { name } of tables) {
    const circle = follow(name, []);
    if (circle !== null) return circle;
  }
  return null;
}
