import { quoteName } from '../schema/quote.ts';
import { longestRow, rowBytes, rowHash, within, type PrimaryKeyRange } from './expressions.ts';
import type { Shape } from './shape.ts';
import type { Reading, Sides } from './side.ts';

/**
 * A checksum of some rows. With a primary key it is one SHA-256 over all bytes of all rows in the key's order, in which
 * nothing can cancel out: a changed row, values swapped between rows, or a duplicated row is missed once in 2^256.
 *
 * Without a key there is no order, so there are two aggregates: the XOR of each row's SHA-256, in which a row that
 * appears twice cancels out, and the sum of each row's CRC-32, which detects that. CRC-32 is linear, so it is never
 * XORed.
 */
export interface Checksum {
  readonly rows: number;
  readonly digest: string;
}

/** A range, and its checksums on both sides. */
export interface Chunk {
  readonly range: PrimaryKeyRange;
  readonly source: Checksum;
  readonly target: Checksum;
  readonly equal: boolean;
}

/** How many ranges one side may be ahead of the other, so that it need not wait after every range. */
const AHEAD = 3;

/** How many bytes the rows of a range may have together. Servers refuse or truncate longer strings. */
const BYTES = 16_000_000;

/** Returns how many rows a range of this table may have, so that even the longest rows are not cut. */
export async function mostRows(sides: Sides, shape: Shape): Promise<number> {
  const packets = await Promise.all(
    [sides.source, sides.target].map(async (reader) => {
      const [row] = await reader.read('SELECT @@max_allowed_packet AS bytes', shape.table);
      return Number(row?.['bytes'] ?? 0);
    }),
  );
  return Math.max(1, Math.floor(Math.min(BYTES, ...packets) / longestRow(shape)));
}

/**
 * Yields the checksums of all ranges, in their order, from both sides at once.
 *
 * @param most how many rows can be read at once; a range with more, because one side has rows that the other lacks,
 *   counts as not equal.
 * @throws trouble if a side does not answer.
 */
export async function* chunks(
  sides: Sides,
  shape: Shape,
  all: AsyncIterable<PrimaryKeyRange>,
  most: number,
): AsyncGenerator<Chunk> {
  const underWay: Promise<Chunk>[] = [];
  for await (const range of all) {
    const chunk = compareRange(sides, shape, range, most);
    // An error is thrown when the promise is awaited; this handles one that fails while an earlier one is awaited.
    chunk.catch(() => {});
    underWay.push(chunk);
    if (underWay.length >= AHEAD) yield await underWay.shift()!;
  }
  for (const chunk of underWay) yield await chunk;
}

async function compareRange(sides: Sides, shape: Shape, range: PrimaryKeyRange, most: number): Promise<Chunk> {
  const [source, target] = await Promise.all([
    checksumRange(sides.source, shape, range),
    checksumRange(sides.target, shape, range),
  ]);
  const isWhole = shape.key.length === 0 || source.rows <= most;
  const equal = isWhole && source.rows === target.rows && source.digest === target.digest;
  return { range, source, target, equal };
}

async function checksumRange(reader: Reading, shape: Shape, range: PrimaryKeyRange): Promise<Checksum> {
  const table = quoteName(shape.table);
  // If a server used another order after all, the range would look different, and no row would be found.
  const sql =
    shape.key.length === 0
      ? `SELECT COUNT(*) AS n, CONCAT_WS(' ', HEX(BIT_XOR(UNHEX(${rowHash(shape)}))), SUM(CRC32(${rowBytes(shape)}))) AS d
         FROM ${table}`
      : `SELECT COUNT(*) AS n, SHA2(GROUP_CONCAT(${rowBytes(shape)} SEPARATOR ''), 256) AS d
         FROM ${table} FORCE INDEX (PRIMARY) WHERE ${within(shape.key, range)}`;
  const [row] = await reader.read(sql, shape.table);
  return { rows: Number(row?.['n'] ?? 0), digest: row?.['d'] ?? '' };
}
