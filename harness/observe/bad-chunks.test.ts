import { NO_CONSTRAINTS } from '../schema/constraints.ts';
import { expect, test } from '@jest/globals';
import { BadChunks } from './bad-chunks.ts';
import type { ComparedColumn, Shape } from './shape.ts';
import type { Reading, TextRow } from './side.ts';

const id: ComparedColumn = {
  name: 'id',
  type: 'bigint',
  definition: 'bigint NOT NULL',
  nullable: false,
  characterSet: null,
  collation: null,
  longest: 0,
};
const keyed: Shape = {
  table: 't',
  columns: [id],
  key: [id],
  primaryKey: '`id`',
  constraints: NO_CONSTRAINTS,
  definitions: [],
  rows: 2,
};

/** What a side answers, whatever it is asked. */
function giving(...rows: readonly TextRow[]): Reading {
  const read = async () => [...rows];
  return { name: 'side', read, show: read };
}

/** Returns the differences found in a chunk of two rows on each side whose checksums differ. */
async function found(shape: Shape, source: Reading, target: Reading): Promise<number> {
  const bad = new BadChunks({ source, target }, shape, {
    underWrites: false,
    settleMs: 0,
    statementTimeoutMs: 5_000,
    keep: 0,
  });
  const sum = { rows: 2, digest: '' };
  await bad.take({ range: {}, source: sum, target: sum, equal: false });
  return bad.found.total;
}

const one = { k0: '1', h: 'aaaa' };
const CUT = /rows of t could not all be read/;

test('a row that differs is found', async () => {
  expect(await found(keyed, giving(one, { k0: '2', h: 'b' }), giving(one, { k0: '2', h: 'c' }))).toBe(1);
});

test('a look that did not read every counted row, as when the server has a limit, finds nothing equal', async () => {
  await expect(found(keyed, giving(one), giving(one))).rejects.toThrow(CUT);
  // Two rows that look like one.
  await expect(found(keyed, giving(one, one), giving(one, one))).rejects.toThrow(CUT);
});

const grouped = (count: number) => giving({ g: 'aa', n: `${count} 7` });

test('nor in a table without a primary key', async () => {
  const unkeyed = { ...keyed, key: [], primaryKey: null };
  await expect(found(unkeyed, grouped(1), grouped(1))).rejects.toThrow(CUT);
  expect(await found(unkeyed, grouped(2), grouped(2))).toBe(0);
});

/** Returns what a comparison under writes says about rows; the stream passes what was written only in `follows`. */
async function comparedUnderWrites(target: Reading, follows: () => Promise<boolean>): Promise<BadChunks> {
  const bounds = { underWrites: true, settleMs: 0, statementTimeoutMs: 60_000, keep: 0, follows };
  const bad = new BadChunks({ source: giving(one), target }, keyed, bounds);
  const sum = { rows: 1, digest: '' };
  await bad.take({ range: {}, source: sum, target: sum, equal: false });
  await BadChunks.settle([bad]);
  return bad;
}

test('under writes, a row that the stream had not reached does not differ, and a row that it has passed does', async () => {
  let row: TextRow = { k0: '1', h: 'before' };
  const read = async () => [row];
  const target: Reading = { name: 'target', read, show: read };
  const arrives = async () => {
    row = one;
    return true;
  };
  expect((await comparedUnderWrites(target, arrives)).found.total).toBe(0);
  row = { k0: '1', h: 'other' };
  expect((await comparedUnderWrites(target, async () => true)).found.total).toBe(1);
});

test('nothing can be said about rows that a stream does not reach in time', async () => {
  const { found: differences, unsettled } = await comparedUnderWrites(
    giving({ k0: '1', h: 'before' }),
    async () => false,
  );
  expect(differences.total).toBe(0);
  expect(unsettled).toBe(1);
});
