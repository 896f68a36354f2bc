import { trouble, usage } from '../errors.ts';
import type { Progress } from '../history/steps.ts';
import { quoteName } from '../workload/literal.ts';
import { Differences, resolveMultiset, resolveRange, type RowDifference, type Sides } from './differences.ts';
import { rowHash, within, type Range } from './expressions.ts';
import { Meter, ranges } from './ranges.ts';
import { commonShape, compareShapes, readShape, type SchemaDifference, type Shape } from './shape.ts';
import { Reader, type Side } from './side.ts';

export type { RowDifference, RowImage } from './differences.ts';
export type { SchemaDifference } from './shape.ts';
export type { Side } from './side.ts';

/** How one table of both sides compares. */
export interface TableComparison {
  readonly table: string;
  /** On the source. */
  readonly rows: number;
  readonly targetRows: number;
  /** No row and no column differs. */
  readonly equal: boolean;
  readonly chunks: number;
  readonly schemaDifferences: readonly SchemaDifference[];
  /** The first ones; `differencesTotal` counts all. */
  readonly differences: readonly RowDifference[];
  readonly differencesTotal: number;
}

export interface CompareOptions {
  readonly source: Side;
  readonly target: Side;
  readonly tables: readonly string[];
  /** Told after each chunk; the total is an estimate. */
  readonly onProgress?: (progress: Progress) => void;
  /** 20,000 unless told. */
  readonly rowsPerChunk?: number;
  /** Differences of a table that are described; 20 unless told. */
  readonly keep?: number;
  /** For each statement; ten minutes unless told. */
  readonly statementTimeoutMs?: number;
}

/** A checksum of some rows. Two aggregates, because equal pairs cancel out in the first one alone. */
export interface Checksum {
  readonly rows: number;
  /** XOR of the rows' hashes, hexadecimal. */
  readonly xor: string;
  /** Sum of 32 bits of each hash. */
  readonly sum: string;
}

/**
 * Compares tables row by row at rest, independently of VDiff. Columns are taken as bytes and by name; chunks follow the
 * source's primary key, and one that differs is resolved to its rows.
 *
 * @throws trouble when a side cannot be read, or no table is given; usage when a table is on neither side.
 */
export async function compareTables(options: CompareOptions): Promise<TableComparison[]> {
  const { tables, statementTimeoutMs = 600_000 } = options;
  if (tables.length === 0) {
    throw trouble({ what: 'The comparison compared no table.', expected: 'the name of at least one table' });
  }
  // The third reads where chunks end, while the other two work on the chunk before.
  using readers = new DisposableStack();
  const open = async (name: string, side: Side) => readers.use(await Reader.open(name, side, statementTimeoutMs));
  const source = await open('source', options.source);
  const target = await open('target', options.target);
  const scout = await open('source', options.source);
  const shapes = await Promise.all(
    tables.map(async (table) => ({
      table,
      source: await readShape(source, table),
      target: await readShape(target, table),
    })),
  );
  const meter = new Meter(
    shapes.reduce((sum, shape) => sum + (shape.source?.rows ?? 0), 0),
    options.onProgress,
  );
  const results: TableComparison[] = [];
  for (const shape of shapes) {
    results.push(await compareTable({ source, target, scout }, shape, options, meter));
  }
  return results;
}

/** The checksum of a range of rows on one side. */
export async function checksumRange(reader: Reader, shape: Shape, range: Range): Promise<Checksum> {
  const [row] = await reader.read(
    `SELECT COUNT(*) AS n, HEX(BIT_XOR(UNHEX(${rowHash(shape)}))) AS x, SUM(CRC32(${rowHash(shape)})) AS s
     FROM ${quoteName(shape.table)} WHERE ${within(shape.key, range)}`,
    shape.table,
  );
  return { rows: Number(row?.['n'] ?? 0), xor: row?.['x'] ?? '', sum: row?.['s'] ?? '0' };
}

interface Readers extends Sides {
  readonly scout: Reader;
}

interface Shapes {
  readonly table: string;
  readonly source: Shape | undefined;
  readonly target: Shape | undefined;
}

async function compareTable(
  readers: Readers,
  shapes: Shapes,
  options: CompareOptions,
  meter: Meter,
): Promise<TableComparison> {
  const { table, source, target } = shapes;
  const schemaDifferences = compareShapes(source, target);
  if (source === undefined || target === undefined) return compareMissing(readers, shapes, schemaDifferences);
  const shape = commonShape(source, target);
  const found = new Differences(options.keep ?? 20);
  const totals = { rows: 0, targetRows: 0, chunks: 0 };
  for await (const range of ranges(readers.scout, shape, options.rowsPerChunk ?? 20_000)) {
    const [a, b] = await Promise.all([
      checksumRange(readers.source, shape, range),
      checksumRange(readers.target, shape, range),
    ]);
    totals.rows += a.rows;
    totals.targetRows += b.rows;
    totals.chunks += 1;
    if (a.rows !== b.rows || a.xor !== b.xor || a.sum !== b.sum) {
      await (shape.key.length === 0
        ? resolveMultiset(readers, shape, found)
        : resolveRange(readers, shape, range, found));
    }
    meter.add(a.rows, table);
  }
  return {
    table,
    ...totals,
    equal: schemaDifferences.length === 0 && found.total === 0 && totals.rows === totals.targetRows,
    schemaDifferences,
    differences: found.kept,
    differencesTotal: found.total,
  };
}

// Not an error: that a table is missing on one side is what a comparison is there to find.
async function compareMissing(
  readers: Readers,
  shapes: Shapes,
  schemaDifferences: readonly SchemaDifference[],
): Promise<TableComparison> {
  const { table, source, target } = shapes;
  if (source === undefined && target === undefined) {
    throw usage({ what: `There is no table ${table} on either side, so it cannot be compared.`, where: table });
  }
  const count = async (reader: Reader, shape: Shape | undefined) => {
    if (shape === undefined) return 0;
    const [row] = await reader.read(`SELECT COUNT(*) AS n FROM ${quoteName(table)}`, table);
    return Number(row?.['n'] ?? 0);
  };
  const [rows, targetRows] = [await count(readers.source, source), await count(readers.target, target)];
  const differencesTotal = rows + targetRows;
  return { table, rows, targetRows, equal: false, chunks: 0, schemaDifferences, differences: [], differencesTotal };
}
