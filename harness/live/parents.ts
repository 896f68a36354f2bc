import { usage } from '../errors.ts';
import type { ForeignKey } from '../schema/constraints.ts';
import type { Table } from '../schema/database.ts';
import { quoteName } from '../schema/quote.ts';
import type { ReadingConnection } from '../schema/read.ts';
import { formOf } from './values.ts';

/** How many dangling foreign keys in the sample are read at once. */
const KEYS_AT_ONCE = 10_000;
/** How many steps to follow the references of tables that refer to themselves. */
const MOST_ROUNDS = 100;

/** A foreign key between two tables of one database. */
export interface Reference {
  readonly child: Table;
  readonly parent: Table;
  readonly key: ForeignKey;
}

export interface ParentsOptions {
  readonly tables: readonly Table[];
  /** A connection that reads the sample and does not convert results. */
  readonly sample: Pick<ReadingConnection, 'readBytes'>;
  /**
   * Returns INSERTs of the live source's rows that have these keys; the keys are SQL, in the order of the foreign key.
   */
  readonly fetch: (reference: Reference, keys: readonly (readonly string[])[]) => AsyncIterable<string>;
  /** @returns how many rows it added to the sample. */
  readonly load: (inserts: AsyncIterable<string>) => Promise<number>;
}

/**
 * Adds the rows that those in the sample refer to, and the rows that these refer to, until the sample has all of them
 * that the live source has.
 *
 * @returns how many rows were added, and for how many keys the live source itself has no row.
 * @throws usage for rows that refer to each other in a chain that is too long to follow.
 */
export async function addParents(
  options: ParentsOptions,
): Promise<{ readonly added: number; readonly missing: number }> {
  const references = referencesOf(options.tables);
  let added = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let [addedNow, missing] = [0, 0];
    for (const reference of references) {
      const { asked, got } = await addFor(reference, options);
      addedNow += got;
      missing += Math.max(0, asked - got);
    }
    added += addedNow;
    if (addedNow === 0) return { added, missing };
  }
  throw usage({
    what: 'Rows of the live source refer to each other in chains that are too long to follow.',
    expected: `foreign keys that lead nowhere new after ${MOST_ROUNDS} steps`,
    seen: `${added} rows added, and still some missing`,
    where: references.map(({ child, key }) => `${child.name}: ${key.name}`).join(', '),
    next: 'Take more rows of that table with data.rows, so that the sample has whole chains, or set data.from: generated.',
  });
}

function referencesOf(tables: readonly Table[]): readonly Reference[] {
  return tables.flatMap((child) =>
    child.foreignKeys.flatMap((key) => {
      const parent = key.parentSchema === null ? tables.find(({ name }) => name === key.parentTable) : undefined;
      return parent === undefined ? [] : [{ child, parent, key }];
    }),
  );
}

/** Goes through the missing keys in order, so that a key that the live source lacks is requested only once. */
async function addFor(
  reference: Reference,
  { sample, fetch, load }: ParentsOptions,
): Promise<{ readonly asked: number; readonly got: number }> {
  let [asked, got] = [0, 0];
  const { child, key } = reference;
  const columns = key.columns.flatMap((name) => child.columns.find((each) => each.name === name) ?? []);
  let last: readonly string[] | null = null;
  for (;;) {
    const rows = await sample.readBytes(missingKeys(reference, last), `foreign key ${key.name} of ${child.name}`);
    const keys = rows.map((row) => columns.map((column, at) => formOf(column).write(row[at] ?? Buffer.alloc(0))));
    if (keys.length > 0) got += await load(fetch(reference, keys));
    asked += keys.length;
    last = keys.at(-1) ?? null;
    if (keys.length < KEYS_AT_ONCE || last === null) return { asked, got };
  }
}

/** Returns keys after `last` that a child has and no parent has. */
function missingKeys({ child, parent, key }: Reference, last: readonly string[] | null): string {
  const own = key.columns.map((name) => `c.${quoteName(name)}`);
  const forms = key.columns.flatMap((name) => child.columns.find((each) => each.name === name) ?? []).map(formOf);
  const joined = own.map((name, at) => `p.${quoteName(key.parentColumns[at] ?? '')} = ${name}`).join(' AND ');
  const conditions = [
    ...own.map((name) => `${name} IS NOT NULL`),
    `p.${quoteName(key.parentColumns[0] ?? '')} IS NULL`,
    ...(last === null ? [] : [`(${own.join(', ')}) > (${last.join(', ')})`]),
  ];
  const order = own.join(', ');
  return (
    `SELECT ${forms.map(({ select }) => select).join(', ')} FROM (SELECT DISTINCT ${order} FROM ${quoteName(child.name)} c ` +
    `LEFT JOIN ${quoteName(parent.name)} p ON ${joined} WHERE ${conditions.join(' AND ')} ` +
    `ORDER BY ${order} LIMIT ${KEYS_AT_ONCE}) AS missing`
  );
}
