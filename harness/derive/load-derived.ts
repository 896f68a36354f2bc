import { readDatabase } from '../schema/database.ts';
import { readPartitions } from '../schema/partitions.ts';
import { openForReading } from '../schema/read.ts';
import type { Loaded } from '../workload/load.ts';
import { sampleParents } from './keys.ts';
import type { SeedOptions } from './draft.ts';
import { loadMade, type LoadMadeOptions } from './load-made.ts';
import { deriveSeed } from './seed.ts';

export interface LoadDerivedOptions
  extends SeedOptions, Pick<LoadMadeOptions, 'connect' | 'seed' | 'onProgress' | 'note'> {
  /** Names of the tables that get rows; they exist. */
  readonly tables: readonly string[];
}

/**
 * Fills tables with rows that are generated from what their server says about them.
 *
 * @throws usage for columns that do not exist; trouble if the server does not answer, or lacks resources.
 */
export async function loadDerived({ tables, rows, columns, ...options }: LoadDerivedOptions): Promise<Loaded> {
  await using connection = await openForReading(options.connect, 'the source');
  const { read } = connection;
  const database = await readDatabase(read);
  const partitions = await readPartitions(read);
  const moving = tables.flatMap((name) => database.tables.find((table) => table.name === name) ?? []);
  const existing = await sampleParents(read, moving, database.tables);
  const derived = deriveSeed(moving, { rows, columns, existing });
  for (const each of derived.notes) options.note(each);
  const chosen = new Set(Object.keys(columns));
  const hasTriggers = database.triggers.length > 0;
  const made = { tables: derived.tables, partitions, existing, rows: derived.seed, chosen, hasTriggers };
  return await loadMade({ ...options, ...made });
}
