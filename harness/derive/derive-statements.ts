import type { ConnectionOptions } from 'mysql2/promise';
import type { LoadedRows } from '../fixture/fixture.ts';
import type { Table } from '../schema/database.ts';
import { readPartitions } from '../schema/partitions.ts';
import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';
import { sampleRows, sampleUnreferred } from './keys.ts';
import { openTrial } from './trial.ts';
import { deriveWorkload, type DerivedWorkload } from './workload.ts';

export interface DeriveStatementsOptions {
  /** A connection to the source, with its database; everything that is tried on it is rolled back. */
  readonly connect: ConnectionOptions;
  /** Another connection to it, which only reads. */
  readonly read: Read;
  readonly seed: number;
  readonly tables: readonly Table[];
  /** Rows of the tables, by `sampleKeys`; tables get more columns here where statements need them. */
  readonly loaded: Map<string, LoadedRows>;
}

/**
 * Derives statements from the schema and the existing rows, and tries each on the source.
 *
 * @throws usage if no table can be written to; trouble if the source does not answer, or lacks resources.
 */
export async function deriveStatements(options: DeriveStatementsOptions): Promise<DerivedWorkload> {
  const { connect, read, seed, tables, loaded } = options;
  const partitions = await readPartitions(read);
  await using trial = await openTrial(connect, seed);
  return await deriveWorkload({
    tables,
    partitions,
    loaded,
    rowsOf: async (table) => await sampleRows(read, table),
    greatest: async (table, column) => {
      const [row] = await read(`SELECT MAX(${quoteName(column)}) AS greatest FROM ${quoteName(table)}`);
      return row?.['greatest'] ?? null;
    },
    unreferred: async (table, key) => {
      const name = `${key.parentTable} without ${table.name}`;
      const rows = loaded.get(name) ?? (await sampleUnreferred(read, table, key, tables));
      if (rows !== null) loaded.set(name, rows);
      return rows === null ? null : name;
    },
    tryStatement: trial.tryStatement,
  });
}
