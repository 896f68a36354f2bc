import { quoteName } from '../schema/quote.ts';
import { at, holdsBytes, rowHash, shown } from './expressions.ts';
import { leafDifferences, type LeafDifference } from './leaf-types.ts';
import { keyOf, type UnequalRows, type Unequal } from './looks.ts';
import type { ComparedColumn, Shape } from './shape.ts';
import type { Reading, Sides } from './side.ts';

/** A row for a person to read. Bytes are text if they are printable, otherwise hexadecimal with a leading `0x`. */
export type RowImage = Readonly<Record<string, string | null>>;

/** A row that is not the same on both sides. */
export interface RowDifference {
  readonly table: string;
  /** The primary key's columns, or the row's hash for a table without one. */
  readonly key: Readonly<Record<string, string>>;
  readonly kind: 'missing-on-target' | 'extra-on-target' | 'different';
  readonly source?: RowImage;
  readonly target?: RowImage;
  /** The first leaves of documents whose types differ; absent if there are none. */
  readonly leaves?: readonly LeafDifference[];
}

/** The differences found so far: all of them counted, and the first ones kept. */
export class Differences {
  readonly kept: RowDifference[] = [];
  total = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts differences; `image` is called only if one is kept. */
  async add(count: number, image: () => Promise<RowDifference>): Promise<void> {
    this.total += count;
    if (this.kept.length < this.#limit) this.kept.push(await image());
  }
}

/** Counts the rows of a look, and reads the images of the first ones. */
export async function addDifferences(sides: Sides, shape: Shape, rows: UnequalRows, found: Differences): Promise<void> {
  for (const [id, row] of rows) {
    if (shape.key.length > 0) {
      await found.add(1, async () => await describe(sides, shape, id, row));
    } else {
      const surplus = Number(row.source ?? 0) - Number(row.target ?? 0);
      await found.add(Math.abs(surplus), async () => await describeSurplus(sides, shape, id, surplus));
    }
  }
}

async function describe(sides: Sides, shape: Shape, id: string, row: Unequal): Promise<RowDifference> {
  const condition = at(shape.key, keyOf(id));
  const source = row.source === undefined ? undefined : await imageOf(sides.source, shape, condition);
  const target = row.target === undefined ? undefined : await imageOf(sides.target, shape, condition);
  const either = source ?? target ?? {};
  const isOnBoth = source !== undefined && target !== undefined;
  const leaves = isOnBoth ? await leafDifferences(sides, shape, condition) : [];
  return {
    table: shape.table,
    key: Object.fromEntries(shape.key.map(({ name }) => [name, either[name] ?? ''])),
    kind: source === undefined ? 'extra-on-target' : target === undefined ? 'missing-on-target' : 'different',
    ...(source === undefined ? {} : { source }),
    ...(target === undefined ? {} : { target }),
    ...(leaves.length === 0 ? {} : { leaves }),
  };
}

async function describeSurplus(sides: Sides, shape: Shape, hash: string, surplus: number): Promise<RowDifference> {
  const { table } = shape;
  const key = { '(row hash)': hash.slice(0, 16) };
  const image = async (reader: Reading) => await imageOf(reader, shape, `${rowHash(shape)} = '${hash}'`);
  return surplus > 0
    ? { table, key, kind: 'missing-on-target', source: await image(sides.source) }
    : { table, key, kind: 'extra-on-target', target: await image(sides.target) };
}

async function imageOf(reader: Reading, shape: Shape, condition: string): Promise<RowImage> {
  const columns = shape.columns.map((column, index) => `${shown(column)} AS c${index}`);
  const rows = await reader.show(
    `SELECT ${columns.join(', ')} FROM ${quoteName(shape.table)} WHERE ${condition} LIMIT 1`,
    shape.table,
  );
  return Object.fromEntries(
    shape.columns.map((column, index) => [column.name, readable(column, rows[0]?.[`c${index}`] ?? null)]),
  );
}

/** Returns bytes as text if all of them are printable. */
export function readable(column: ComparedColumn, value: string | null): string | null {
  if (value === null || !holdsBytes(column)) return value;
  const text = Buffer.from(value, 'hex').toString('latin1');
  return /^[\x20-\x7e]*$/.test(text) ? text : `0x${value}`;
}
