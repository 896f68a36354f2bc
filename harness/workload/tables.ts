import type { Application } from '../fixture/fixture.ts';
import type { NewLine } from '../history/history-file.ts';
import type { TableLine, WorkloadKind } from '../history/lines.ts';
import { appendTable } from './kinds/append.ts';
import { bankTable } from './kinds/bank.ts';
import { idsTable } from './kinds/ids.ts';
import type { WorkloadTable } from './kinds/kind.ts';
import { rowsTable } from './kinds/rows.ts';
import { quoteName } from '../schema/quote.ts';
import { keyColumnOf, type TableKey } from './exact-key.ts';
import type { Row } from './session.ts';

/** The share of each kind among a writer's operations; a kind that is not named has none. */
export type KindWeights = Readonly<Partial<Record<WorkloadKind, number>>>;

export const DEFAULT_KINDS = { rows: 40, append: 15, bank: 15, ids: 15, sql: 15 } as const satisfies KindWeights;

const TABLES: readonly WorkloadTable[] = [rowsTable, appendTable, bankTable, idsTable];

/**
 * Returns the tables that these kinds need, by default those of all kinds; they move with the fixture's. `sql` needs
 * none.
 */
export function workloadTables(kinds: KindWeights = DEFAULT_KINDS): readonly WorkloadTable[] {
  return TABLES.filter(({ kind }) => (kinds[kind] ?? 0) > 0);
}

/** Returns entries for these tables in an unsharded VSchema, by table. */
export function workloadVschema(tables: readonly WorkloadTable[]): Readonly<Record<string, object>> {
  return Object.fromEntries(tables.map(({ name }) => [name, {}]));
}

/** Creates the tables, with their initial rows. */
export async function createWorkloadTables(
  tables: readonly WorkloadTable[],
  send: (sql: string, where: string) => Promise<unknown>,
): Promise<void> {
  for (const { name, create, rows, seed } of tables) {
    await send(create, name);
    if (seed === undefined) continue;
    const values = Array.from({ length: rows }, (_, at) => seed(at + 1));
    await send(`INSERT INTO ${name} VALUES ${values.join(', ')}`, name);
  }
}

/** Returns what the history must know about each table that operations write to, before the first of them. */
export function tableLines(
  tables: readonly WorkloadTable[],
  loaded: readonly Pick<TableLine, 'table' | 'rows' | 'keyColumn' | 'readAbove' | 'removedBy' | 'rekeyedBy'>[],
): readonly NewTableLine[] {
  return [
    ...loaded.map((each) => ({ type: 'table' as const, kind: 'sql' as const, ...each })),
    ...tables.map(({ name, kind, rows, balance }) => ({
      type: 'table' as const,
      table: name,
      kind,
      rows,
      ...(balance === undefined ? {} : { balance }),
    })),
  ];
}

export type NewTableLine = Extract<NewLine, Pick<TableLine, 'type'>>;

/**
 * Returns the primary keys of the application's tables, as far as the values of all their columns have exactly one
 * form.
 *
 * @param query returns rows as arrays, from the source or vtgate, whichever answers.
 */
export async function tableKeys(
  query: (sql: string) => Promise<readonly Row[]>,
  { tables }: Pick<Application, 'tables'>,
): Promise<ReadonlyMap<string, TableKey | null>> {
  const found = new Map<string, TableKey | null>();
  for (const table of tables) {
    // The columns are Field, Type, Collation, Null, Key, Default, Extra, Privileges, Comment.
    const rows = await query(`SHOW FULL COLUMNS FROM ${quoteName(table)}`);
    const primary = rows.filter(([, , , , key]) => key === 'PRI');
    const columns = primary.map(([name, type, collation]) =>
      keyColumnOf(String(name), String(type), collation === null || collation === undefined ? null : String(collation)),
    );
    const known = columns.filter((column) => column !== null);
    const counted = primary.find(([, , , , , , extra]) => String(extra).includes('auto_increment'));
    const handedOut = counted === undefined ? null : String(counted[0]);
    found.set(table, known.length > 0 && known.length === columns.length ? { columns: known, handedOut } : null);
  }
  return found;
}
