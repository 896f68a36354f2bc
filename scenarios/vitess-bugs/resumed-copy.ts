import { expect, test } from '@jest/globals';
import { ROW_BY_ROW, sharedServers, type MovingTables } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';

// Claim: in versions without the fix, a copy that is resumed, after an error or after its hour, leaves out rows if an
// ENUM or SET is in the primary key, or if a table without a key has equal rows or NULLs.

const { moving } = sharedServers({ tabletFlags: ROW_BY_ROW });

type Counts = Awaited<ReturnType<MovingTables['counts']>>;

/** How many rows a table has on each side, and which comparison sees that they differ. */
async function comparedOf(tables: MovingTables, table: string) {
  return { rows: await tables.counts(table), seenBy: await tables.differenceSeenBy() };
}

/**
 * The result of a copy that leaves out rows, which both comparisons see, or of one that does not, if the bug is fixed.
 */
async function leftOut(bug: string, { run }: MovingTables, rows: Counts): ReturnType<typeof comparedOf> {
  const isSo = await stillSo(bug, run);
  return { rows: isSo ? rows : { ...rows, target: rows.source }, seenBy: { vdiff: isSo, checksum: isSo } };
}

test('rows whose ENUM sorts otherwise as text are left out', async () => {
  await using tables = await moving(
    ['shirt'],
    [
      "CREATE TABLE shirt (size ENUM('small', 'large'), id INT, PRIMARY KEY (size, id))",
      "INSERT INTO shirt VALUES ('small', 1), ('small', 2), ('small', 3), ('large', 1), ('large', 2)",
    ],
  );
  await tables.copiedWithABreak('shirt', "NEW.size = 'small' AND NEW.id = 3");
  expect(await comparedOf(tables, 'shirt')).toEqual(
    await leftOut('resumed-copy-enum-in-key', tables, { source: 5, target: 3 }),
  );
});

test('without a key, rows that equal the last one that was copied are left out', async () => {
  await using tables = await moving(
    ['stamp'],
    ['CREATE TABLE stamp (value INT NOT NULL)', 'INSERT INTO stamp VALUES (1), (2), (2), (2), (3)'],
  );
  // The copy breaks off at the second of three equal rows.
  await tables.copiedWithABreak('stamp', 'NEW.value = 2 AND EXISTS (SELECT * FROM stamp WHERE value = 2)');
  expect(await comparedOf(tables, 'stamp')).toEqual(
    await leftOut('resumed-copy-equal-rows', tables, { source: 5, target: 3 }),
  );
});

test('without a key, rows that follow one with a NULL are left out', async () => {
  await using tables = await moving(
    ['visit'],
    [
      'CREATE TABLE visit (page INT NOT NULL, visitor INT, day INT NOT NULL)',
      'INSERT INTO visit VALUES (1, NULL, 1), (1, NULL, 2), (1, 7, 1), (2, NULL, 1), (2, 7, 1)',
    ],
  );
  await tables.copiedWithABreak('visit', 'NEW.page = 1 AND NEW.day = 2');
  expect(await comparedOf(tables, 'visit')).toEqual(
    await leftOut('resumed-copy-null', tables, { source: 5, target: 3 }),
  );
});
