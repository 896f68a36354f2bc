import type { ConnectionOptions } from 'mysql2/promise';
import { trouble, usage } from '../errors.ts';
import { ProgressMeter } from '../history/progress-meter.ts';
import type { Progress } from '../history/steps.ts';
import { quoteName } from '../schema/quote.ts';
import { BadChunks } from './bad-chunks.ts';
import { chunks, mostRows } from './chunks.ts';
import type { RowDifference } from './differences.ts';
import { ranges } from './ranges.ts';
import { commonShape, compareShapes, readShapes, type SchemaDifference, type Shape } from './shape.ts';
import { Reader, type Reading, type Sides } from './side.ts';

export type { RowDifference, RowImage } from './differences.ts';
export type { LeafDifference } from './leaf-types.ts';
export type { SchemaDifference } from './shape.ts';

/** The result of comparing one table of both sides. */
export interface TableComparison {
  readonly table: string;
  /** The number of rows on the source. */
  readonly rows: number;
  readonly targetRows: number;
  /** Whether no row and no column differs. */
  readonly equal: boolean;
  readonly chunks: number;
  /** Chunks that differed at first and were compared again because writes were under way. */
  readonly chunksRetried: number;
  /**
   * Chunks with rows that differed in every look, but not always in the same way, so that they are neither equal nor
   * different.
   */
  readonly unsettled: number;
  readonly schemaDifferences: readonly SchemaDifference[];
  /** The first differences; `differencesTotal` counts all. */
  readonly differences: readonly RowDifference[];
  readonly differencesTotal: number;
}

export interface ChecksumOptions {
  readonly source: ConnectionOptions;
  readonly target: ConnectionOptions;
  readonly tables: readonly string[];
  /** Called after each chunk; the total is an estimate. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Whether one side is being written to and the other is behind it. Rows that differ are then looked at again for
   * `settleMs` before they count as different, and the numbers of rows are from different moments.
   */
  readonly underWrites?: boolean;
  /** 15 s by default. It must be longer than any lag unless `follows` is given. */
  readonly settleMs?: number;
  /**
   * Waits until the other side has reached everything that the written side had executed at the time of the call, and
   * returns whether it has.
   */
  readonly follows?: () => Promise<boolean>;
  /** The most rows in a chunk: 50,000 by default, 10,000 under writes, and fewer if rows are long. */
  readonly rowsPerChunk?: number;
  /** How many differences of a table are described; 20 by default. */
  readonly keep?: number;
  /** The time-out of each statement; ten minutes by default. */
  readonly statementTimeoutMs?: number;
}

/**
 * Compares tables row by row, independently of VDiff. Columns are matched by name and compared as bytes; chunks follow
 * the source's primary key, and a chunk that differs is resolved to its rows.
 *
 * @throws trouble if a side cannot be read, or no table is given; usage if a table is on neither side.
 */
export async function compareTables(options: ChecksumOptions): Promise<TableComparison[]> {
  const { tables, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  if (tables.length === 0) {
    throw trouble({ what: 'The comparison compared no table.', expected: 'the name of at least one table' });
  }
  // The third connection finds the end of the next chunk while the other two work on the current one.
  using readers = new DisposableStack();
  const open = async (name: string, side: ConnectionOptions) =>
    readers.use(await Reader.open(name, side, statementTimeoutMs));
  const source = await open('source', options.source);
  const target = await open('target', options.target);
  const scout = await open('source', options.source);
  const [sources, targets] = await Promise.all([readShapes(source, tables), readShapes(target, tables)]);
  const shapes = tables.map((table) => ({ table, source: sources.get(table), target: targets.get(table) }));
  const total = shapes.reduce((sum, shape) => sum + (shape.source?.rows ?? 0), 0);
  const meter = new ProgressMeter({ total, unit: 'rows', onProgress: options.onProgress });
  const begun: Begun[] = [];
  for (const shape of shapes) {
    begun.push(await begin({ source, target, scout }, shape, options, meter));
  }
  await BadChunks.settle(begun.flatMap(({ bad }) => bad ?? []));
  return begun.map(({ end }) => end());
}

const STATEMENT_TIMEOUT_MS = 600_000;
const SETTLE_MS = 15_000;

interface Readers extends Sides {
  readonly scout: Reader;
}

interface Shapes {
  readonly table: string;
  readonly source: Shape | undefined;
  readonly target: Shape | undefined;
}

/** A table whose chunks have all been looked at once. */
interface Begun {
  /** The chunks that must be settled before the end; null if the table is on one side only. */
  readonly bad: BadChunks | null;
  readonly end: () => TableComparison;
}

async function begin(readers: Readers, shapes: Shapes, options: ChecksumOptions, meter: ProgressMeter): Promise<Begun> {
  const { table, source, target } = shapes;
  const schemaDifferences = compareShapes(source, target);
  if (source === undefined || target === undefined) {
    const missing = await compareMissing(readers, shapes, schemaDifferences);
    return { bad: null, end: () => missing };
  }
  const { underWrites = false, settleMs = SETTLE_MS, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const shape = commonShape(source, target);
  // This is half of what can be read at once, because rows may be added after the scout has passed.
  const most = await mostRows(readers, shape);
  const size = Math.min(options.rowsPerChunk ?? (underWrites ? 10_000 : 50_000), Math.ceil(most / 2));
  const bad = new BadChunks(readers, shape, { ...options, underWrites, settleMs, statementTimeoutMs });
  const totals = { rows: 0, targetRows: 0, chunks: 0 };
  for await (const chunk of chunks(readers, shape, ranges(readers.scout, shape, size), most)) {
    totals.rows += chunk.source.rows;
    totals.targetRows += chunk.target.rows;
    totals.chunks += 1;
    if (!chunk.equal) await bad.take(chunk);
    meter.add(chunk.source.rows, table);
  }
  const end = (): TableComparison => {
    const { found, retried: chunksRetried, unsettled } = bad;
    const sameRows = found.total === 0 && unsettled === 0 && (underWrites || totals.rows === totals.targetRows);
    return {
      table,
      ...totals,
      chunksRetried,
      unsettled,
      equal: schemaDifferences.length === 0 && sameRows,
      schemaDifferences,
      differences: found.kept,
      differencesTotal: found.total,
    };
  };
  return { bad, end };
}

// This is not an error, because a comparison should find a table that is missing on one side.
async function compareMissing(
  readers: Readers,
  shapes: Shapes,
  schemaDifferences: readonly SchemaDifference[],
): Promise<TableComparison> {
  const { table, source, target } = shapes;
  if (source === undefined && target === undefined) {
    throw usage({ what: `There is no table ${table} on either side, so it cannot be compared.`, where: table });
  }
  const count = async (reader: Reading, shape: Shape | undefined) => {
    if (shape === undefined) return 0;
    const [row] = await reader.read(`SELECT COUNT(*) AS n FROM ${quoteName(table)}`, table);
    return Number(row?.['n'] ?? 0);
  };
  const [rows, targetRows] = [await count(readers.source, source), await count(readers.target, target)];
  const differencesTotal = rows + targetRows;
  const nothing = { chunks: 0, chunksRetried: 0, unsettled: 0, differences: [] };
  return { table, rows, targetRows, equal: false, schemaDifferences, differencesTotal, ...nothing };
}
