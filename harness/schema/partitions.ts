import { unescaped, type Read } from './read.ts';

/** How rows are assigned to partitions, and which values have one. */
export interface Partitioning {
  /** Expressions over columns, or lists of columns, including those of subpartitions. */
  readonly expressions: readonly string[];
  /** What each partition contains, as its server shows it, such as `202510` or `'DE','AT'`. */
  readonly descriptions: readonly string[];
}

/** Returns how each partitioned table of the connection's database is divided. */
export async function readPartitions(read: Read): Promise<ReadonlyMap<string, Partitioning>> {
  const rows = await read(
    `SELECT table_name AS ofTable, partition_expression AS byColumns, subpartition_expression AS bySubColumns,
       partition_description AS description
     FROM information_schema.partitions
     WHERE table_schema = DATABASE() AND partition_name IS NOT NULL ORDER BY table_name, partition_ordinal_position`,
  );
  return new Map(
    [...Map.groupBy(rows, (row) => row['ofTable'] ?? '')].map(([table, all]) => {
      const expressions = all.flatMap((row) => [row['byColumns'] ?? [], row['bySubColumns'] ?? []].flat());
      const descriptions = all.flatMap((row) => row['description'] ?? []);
      return [
        table,
        { expressions: [...new Set(expressions.map(unescaped))], descriptions: [...new Set(descriptions)] },
      ];
    }),
  );
}
