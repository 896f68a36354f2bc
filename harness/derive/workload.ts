import { usage } from '../errors.ts';
import { workloadProblems } from '../fixture/check-workload.ts';
import type { LoadedRows } from '../fixture/fixture.ts';
import type { WorkloadFile } from '../fixture/generators.ts';
import { primaryKey, type Table } from '../schema/database.ts';
import type { Partitioning } from '../schema/partitions.ts';
import { demandsOf } from './demands.ts';
import type { InsertionSources } from './insertions.ts';
import type { Unweighted } from './statement.ts';
import { statementsOf } from './statements.ts';
import type { TryStatement } from './trial.ts';

export interface DerivedWorkload {
  readonly workload: WorkloadFile;
  /** Notes on tables that lack some statements, and why. */
  readonly notes: readonly string[];
}

/** The frequencies for all tables together. */
const WEIGHTS = { read: 40, insert: 30, update: 25, delete: 5 } as const;

export interface DeriveOptions {
  readonly tables: readonly Table[];
  readonly partitions: ReadonlyMap<string, Partitioning>;
  /** Rows of the tables, by `sampleKeys`; tables get more columns here where statements need them. */
  readonly loaded: Map<string, LoadedRows>;
  /** Returns rows of a table with all of its columns, by `sampleRows`. */
  readonly rowsOf: (table: Table) => Promise<LoadedRows | null>;
  readonly greatest: InsertionSources['greatest'];
  readonly unreferred: InsertionSources['unreferred'];
  readonly tryStatement: TryStatement;
}

/**
 * Derives statements that an application might send: reads and updates by key, inserts whose keys do not collide and
 * whose foreign keys resolve, and deletes of rows that it inserted itself.
 *
 * @throws usage with the reasons if no table can be written to.
 */
export async function deriveWorkload(options: DeriveOptions): Promise<DerivedWorkload> {
  const { tables, loaded, partitions, rowsOf, greatest, unreferred, tryStatement } = options;
  const notes: string[] = [];
  const found: Unweighted[] = [];
  for (const table of tables) {
    let isWide = false;
    const widen = async () => {
      const rows = isWide ? null : await rowsOf(table);
      isWide = true;
      if (rows !== null) loaded.set(table.name, rows);
    };
    const demands = demandsOf(table, partitions.get(table.name));
    const sources = { table, tables, demands, loaded, widen, greatest, unreferred, tryStatement };
    const { statements, missing } = await statementsOf(sources);
    if (missing.length > 0) notes.push(`${table.name}: ${missing.join('; ')}`);
    found.push(...statements);
  }
  if (found.every(({ kind }) => kind === 'read')) throw nothingWritten(tables, notes);
  const counts = Map.groupBy(found, ({ kind }) => kind);
  const weighted: WorkloadFile['statements'] = Object.fromEntries(
    found.map(({ kind, name, ...rest }) => [
      name,
      { kind, ...rest, weight: WEIGHTS[kind] / (counts.get(kind)?.length ?? 1) },
    ]),
  );
  return { workload: { statements: weighted }, notes };
}

function nothingWritten(tables: readonly Table[], notes: readonly string[]) {
  return usage({
    what: 'The harness found no statement that writes to these tables and that their server accepts.',
    expected: 'at least one table that accepts an insert or an update that the harness derived',
    seen: notes.join('\n') || `${tables.length} tables`,
    where: 'statements derived from the schema, each tried on the source and rolled back',
    next: 'Give the application’s own statements in workload.statements, or rows for its tables.',
  });
}

/**
 * Returns a config's own statements and transactions, checked against the existing tables.
 *
 * @throws usage naming every such statement and what is wrong with it.
 */
export function checkedWorkload(
  workload: WorkloadFile,
  tables: readonly Table[],
  loaded: ReadonlyMap<string, LoadedRows>,
): WorkloadFile {
  const created = tables.map((table) => ({
    name: table.name,
    columns: table.columns.map((column) => column.name),
    key: {
      columns: primaryKey(table),
      handedOut: table.columns.find(({ isAutoIncrement }) => isAutoIncrement)?.name ?? null,
    },
  }));
  const problems = workloadProblems(workload, { tables: {} }, created, new Set(loaded.keys()));
  if (problems.length === 0) return workload;
  throw usage({
    what: 'Statements of the workload do not fit the schema.',
    seen: problems.join('\n'),
    where: 'workload.statements and workload.transactions of the config',
    next: 'Correct them; nothing was changed.',
  });
}
