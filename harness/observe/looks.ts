import { quoteName } from '../schema/quote.ts';
import { keyForms, rowHash, within, type Key, type PrimaryKeyRange } from './expressions.ts';
import type { Shape } from './shape.ts';
import type { Reading, Sides, TextRow } from './side.ts';

/**
 * What each side has of a row that differs: its hash, or, in a table without a key, how many rows have the hash.
 * Undefined if the side lacks the row.
 */
export interface Unequal {
  readonly source: string | undefined;
  readonly target: string | undefined;
}

/** The rows that differ at one moment, by key (`keyOf`), or by hash in a table without one. */
export type UnequalRows = ReadonlyMap<string, Unequal>;

/** What a look found, and how many rows it read on each side. */
export interface Looked {
  readonly unequal: UnequalRows;
  readonly source: number;
  readonly target: number;
}

/** Reads a range on both sides, row by row, or the whole table if it has no primary key. */
export async function look(sides: Sides, shape: Shape, range: PrimaryKeyRange): Promise<Looked> {
  return shape.key.length === 0 ? await lookAtAll(sides, shape) : await lookAtRange(sides, shape, range);
}

/** Returns the key that an entry of a look stands for. */
export function keyOf(id: string): Key {
  const parsed: unknown = JSON.parse(id);
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

async function lookAtRange(sides: Sides, shape: Shape, range: PrimaryKeyRange): Promise<Looked> {
  const forms = keyForms(shape.key).map((form, index) => `${form} AS k${index}`);
  const sql = `SELECT ${forms.join(', ')}, ${rowHash(shape)} AS h FROM ${quoteName(shape.table)} WHERE ${within(shape.key, range)}`;
  const hashes = async (reader: Reading) => {
    const rows = await reader.read(sql, shape.table);
    return new Map(
      rows.map((row) => [JSON.stringify(shape.key.map((_, index) => row[`k${index}`])), row['h'] ?? 'NULL']),
    );
  };
  const [source, target] = await Promise.all([hashes(sides.source), hashes(sides.target)]);
  return { unequal: unequal(source, target), source: source.size, target: target.size };
}

// A row counts as often as it occurs. There are two steps, because most rows of a large table are equal.
async function lookAtAll(sides: Sides, shape: Shape): Promise<Looked> {
  const { unequal: buckets, ...rows } = await bothCounts(
    sides,
    shape,
    `LEFT(${rowHash(shape)}, 2)`,
    'TRUE',
    `, SUM(CRC32(${rowHash(shape)}))`,
  );
  if (buckets.size === 0) return { unequal: buckets, ...rows };
  const prefixes = [...buckets.keys()].map((prefix) => `'${prefix}'`).join(', ');
  const among = await bothCounts(sides, shape, rowHash(shape), `LEFT(${rowHash(shape)}, 2) IN (${prefixes})`);
  const rest = (side: 'source' | 'target') => rows[side] - sumOf([...buckets.values()].map((each) => each[side]));
  return { ...among, source: among.source + rest('source'), target: among.target + rest('target') };
}

async function bothCounts(sides: Sides, shape: Shape, group: string, condition: string, more = ''): Promise<Looked> {
  const sql = `SELECT ${group} AS g, CONCAT_WS(' ', COUNT(*)${more}) AS n
    FROM ${quoteName(shape.table)} WHERE ${condition} GROUP BY g`;
  const [source, target] = await Promise.all([
    sides.source.read(sql, shape.table).then(counted),
    sides.target.read(sql, shape.table).then(counted),
  ]);
  return { unequal: unequal(source, target), source: sumOf(source.values()), target: sumOf(target.values()) };
}

/** Each value begins with a count. */
function sumOf(counts: Iterable<string | undefined>): number {
  let sum = 0;
  for (const each of counts) sum += Number((each ?? '0').split(' ')[0]);
  return sum;
}

function counted(rows: readonly TextRow[]): Map<string, string> {
  return new Map(rows.map((row) => [row['g'] ?? '', row['n'] ?? '0']));
}

function unequal(source: ReadonlyMap<string, string>, target: ReadonlyMap<string, string>): UnequalRows {
  const ids = new Set([...source.keys(), ...target.keys()]);
  const rows = [...ids].map((id) => [id, { source: source.get(id), target: target.get(id) }] as const);
  return new Map(rows.filter(([, row]) => row.source !== row.target));
}
