import { quoteName } from '../workload/literal.ts';
import { at, holdsBytes, keyForms, rowHash, shown, within, type Key, type Range } from './expressions.ts';
import type { Column, Shape } from './shape.ts';
import type { Reader, TextRow } from './side.ts';

/** A row as a person reads it. Bytes are text where they are printable, else hexadecimal with `0x` before. */
export type RowImage = Readonly<Record<string, string | null>>;

/** A row that is not the same on both sides. */
export interface RowDifference {
  readonly table: string;
  /** The primary key's columns, or the row's hash for a table without one. */
  readonly key: Readonly<Record<string, string>>;
  readonly kind: 'missing-on-target' | 'extra-on-target' | 'different';
  readonly source?: RowImage;
  readonly target?: RowImage;
}

/** The differences found so far: all of them counted, the first ones kept. */
export class Differences {
  readonly kept: RowDifference[] = [];
  total = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts some; `image` is called only if one is to be kept. */
  async add(count: number, image: () => Promise<RowDifference>): Promise<void> {
    this.total += count;
    if (this.kept.length < this.#limit) this.kept.push(await image());
  }
}

export interface Sides {
  readonly source: Reader;
  readonly target: Reader;
}

/** Finds the rows of a range that differ, by their keys and hashes. */
export async function resolveRange(sides: Sides, shape: Shape, range: Range, found: Differences): Promise<void> {
  const forms = keyForms(shape.key).map((form, index) => `${form} AS k${index}`);
  const sql = `SELECT ${forms.join(', ')}, ${rowHash(shape)} AS h FROM ${quoteName(shape.table)} WHERE ${within(shape.key, range)}`;
  const hashes = async (reader: Reader) => {
    const rows = await reader.read(sql, shape.table);
    return new Map(rows.map((row) => [JSON.stringify(shape.key.map((_, index) => row[`k${index}`])), row['h']]));
  };
  const [source, target] = await Promise.all([hashes(sides.source), hashes(sides.target)]);
  for (const id of new Set([...source.keys(), ...target.keys()])) {
    if (source.get(id) === target.get(id)) continue;
    await found.add(1, () => describe(sides, shape, keyOf(id), source.has(id), target.has(id)));
  }
}

/** Finds the rows that differ in a table without a key: a row counts as often as it is there. */
export async function resolveMultiset(sides: Sides, shape: Shape, found: Differences): Promise<void> {
  const buckets = await bothCounts(sides, shape, `LEFT(${rowHash(shape)}, 2)`, 'TRUE');
  const unequal = [...buckets].filter(
    ([, { source, target }]) => source.sum !== target.sum || source.rows !== target.rows,
  );
  if (unequal.length === 0) return;
  const prefixes = unequal.map(([prefix]) => `'${prefix}'`).join(', ');
  const rows = await bothCounts(sides, shape, rowHash(shape), `LEFT(${rowHash(shape)}, 2) IN (${prefixes})`);
  for (const [hash, { source, target }] of rows) {
    const surplus = source.rows - target.rows;
    if (surplus === 0) continue;
    await found.add(Math.abs(surplus), async () => {
      const condition = `${rowHash(shape)} = '${hash}'`;
      const key = { '(row hash)': hash.slice(0, 16) };
      if (surplus > 0) {
        const image = await imageOf(sides.source, shape, condition);
        return { table: shape.table, key, kind: 'missing-on-target', source: image };
      }
      return {
        table: shape.table,
        key,
        kind: 'extra-on-target',
        target: await imageOf(sides.target, shape, condition),
      };
    });
  }
}

interface Counted {
  readonly rows: number;
  readonly sum: string;
}

async function bothCounts(sides: Sides, shape: Shape, group: string, condition: string) {
  const sql = `SELECT ${group} AS g, COUNT(*) AS n, SUM(CRC32(${rowHash(shape)})) AS s
    FROM ${quoteName(shape.table)} WHERE ${condition} GROUP BY g`;
  const [source, target] = await Promise.all([
    sides.source.read(sql, shape.table).then(countedByGroup),
    sides.target.read(sql, shape.table).then(countedByGroup),
  ]);
  const none: Counted = { rows: 0, sum: '0' };
  return new Map(
    [...new Set([...source.keys(), ...target.keys()])].map((name) => [
      name,
      { source: source.get(name) ?? none, target: target.get(name) ?? none },
    ]),
  );
}

function countedByGroup(rows: readonly TextRow[]): Map<string, Counted> {
  return new Map(rows.map((row) => [row['g'] ?? '', { rows: Number(row['n']), sum: row['s'] ?? '0' }]));
}

function keyOf(id: string): Key {
  const parsed: unknown = JSON.parse(id);
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

async function describe(
  sides: Sides,
  shape: Shape,
  key: Key,
  onSource: boolean,
  onTarget: boolean,
): Promise<RowDifference> {
  const condition = at(shape.key, key);
  const source = onSource ? await imageOf(sides.source, shape, condition) : undefined;
  const target = onTarget ? await imageOf(sides.target, shape, condition) : undefined;
  const either = source ?? target ?? {};
  return {
    table: shape.table,
    key: Object.fromEntries(shape.key.map(({ name }) => [name, either[name] ?? ''])),
    kind: onSource ? (onTarget ? 'different' : 'missing-on-target') : 'extra-on-target',
    ...(source === undefined ? {} : { source }),
    ...(target === undefined ? {} : { target }),
  };
}

async function imageOf(reader: Reader, shape: Shape, condition: string): Promise<RowImage> {
  const columns = shape.columns.map((column, index) => `${shown(column)} AS c${index}`);
  const rows = await reader.show(
    `SELECT ${columns.join(', ')} FROM ${quoteName(shape.table)} WHERE ${condition} LIMIT 1`,
    shape.table,
  );
  return Object.fromEntries(
    shape.columns.map((column, index) => [column.name, readable(column, rows[0]?.[`c${index}`] ?? null)]),
  );
}

/** Bytes that all print are shown as text. */
export function readable(column: Column, value: string | null): string | null {
  if (value === null || !holdsBytes(column)) return value;
  const text = Buffer.from(value, 'hex').toString('latin1');
  return /^[\x20-\x7e]*$/.test(text) ? text : `0x${value}`;
}
