import { expect, test } from '@jest/globals';
import { sharedServers } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';

// Claim: where a column of the key is generated, a stream of Vitess looks for a row by the other columns of the key alone
// (table_plan_builder.go, analyzePK). So in versions without the fix, a delete takes every row that is equal in those,
// and an update of one of several such rows stops the stream.

const { moving } = sharedServers();

const DAY = 'day DATE AS (DATE(began)) STORED NOT NULL';
const COLUMNS = `user_id INT NOT NULL, began DATETIME NOT NULL, ${DAY}`;

test('a delete takes the rows that differ only in a generated part of the key', async () => {
  const keys = {
    ends_with_day: 'PRIMARY KEY (user_id, day)',
    begins_with_day: 'PRIMARY KEY (day, user_id)',
    unique_with_day: 'UNIQUE KEY (user_id, day)',
  };
  const names = Object.keys(keys);
  await using tables = await moving(names, [
    ...Object.entries(keys).map(([name, key]) => `CREATE TABLE ${name} (${COLUMNS}, ${key})`),
    ...names.map((name) => `INSERT INTO ${name} (user_id, began) VALUES ${twoDaysOf(1)}, ${twoDaysOf(2)}`),
  ]);
  await tables.copied();
  await tables.on(
    'source',
    // The new key of a row is written after a delete of the old one.
    names.flatMap((name) => [
      `DELETE FROM ${name} ${firstDayOf(1)}`,
      `UPDATE ${name} SET user_id = 3 ${firstDayOf(2)}`,
    ]),
  );
  await tables.atRest();
  const isSo = await stillSo('generated-in-key-deletes', tables.run);
  const moved = { user_id: 3, day: '2026-01-15' };
  const others = [1, 2].map((user_id) => ({ user_id, day: '2026-01-16' }));
  for (const name of names) {
    const rows = `SELECT user_id, CAST(day AS CHAR) AS day FROM ${name} ORDER BY user_id`;
    expect({ name, rows: await tables.rows('source', rows) }).toEqual({ name, rows: [...others, moved] });
    expect({ name, rows: await tables.rows('target', rows) }).toEqual({
      name,
      rows: isSo ? [moved] : [...others, moved],
    });
  }
  expect(await tables.differenceSeenBy()).toEqual({ vdiff: isSo, checksum: isSo });
});

test('a delete on the target takes such rows on the source', async () => {
  await using tables = await moving(
    ['visit'],
    [
      `CREATE TABLE visit (${COLUMNS}, PRIMARY KEY (user_id, day))`,
      `INSERT INTO visit (user_id, began) VALUES ${twoDaysOf(1)}`,
    ],
  );
  await tables.copied();
  await tables.migration.switchTraffic();
  await tables.on('target', ["DELETE FROM visit WHERE user_id = 1 AND day = '2026-01-15'"]);
  const isSo = await stillSo('generated-in-key-deletes', tables.run);
  expect(await tables.counts('visit')).toEqual({ source: isSo ? 0 : 1, target: 1 });
});

test('an update stops the stream where rows differ only in a generated part of the key', async () => {
  await using tables = await moving(
    ['visit'],
    [
      `CREATE TABLE visit (${COLUMNS}, n INT NOT NULL DEFAULT 0, PRIMARY KEY (user_id, day))`,
      `INSERT INTO visit (user_id, began) VALUES ${twoDaysOf(1)}`,
    ],
  );
  await tables.copied();
  await tables.on('source', ["UPDATE visit SET n = 1 WHERE user_id = 1 AND day = '2026-01-15'"]);
  // It gives both rows the same day.
  expect(await tables.stopsWith(/Duplicate entry '1-2026-01-15' for key/)).toBe(
    await stillSo('generated-in-key-updates', tables.run),
  );
});

test('a delete stops the stream where all of the key is generated', async () => {
  await using tables = await moving(
    ['tag'],
    [
      'CREATE TABLE tag (name VARCHAR(9) NOT NULL, folded VARCHAR(9) AS (LOWER(name)) STORED PRIMARY KEY)',
      "INSERT INTO tag (name) VALUES ('A'), ('B')",
    ],
  );
  await tables.copied();
  await tables.on('source', ["DELETE FROM tag WHERE name = 'A'"]);
  expect(await tables.stopsWith(/You have an error in your SQL syntax/)).toBe(
    await stillSo('generated-in-key-updates', tables.run),
  );
});

/** Returns rows to insert. */
function twoDaysOf(user: number): string {
  return `(${user}, '2026-01-15 12:00:00'), (${user}, '2026-01-16 12:00:00')`;
}

function firstDayOf(user: number): string {
  return `WHERE user_id = ${user} AND day = '2026-01-15'`;
}
