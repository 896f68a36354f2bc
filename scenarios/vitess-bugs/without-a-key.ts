import { expect, test } from '@jest/globals';
import { sharedServers } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';

// Claim: in a table without a key, a stream of Vitess finds a row by the values of all its columns. So in versions
// without the fix, it loses the changes of rows that have a NULL (vitessio/vitess#6008), and deletes every row that
// equals a deleted one.

const { moving } = sharedServers();

test('changes of a row with a NULL are lost', async () => {
  await using tables = await moving(
    ['visit'],
    ['CREATE TABLE visit (page INT, visitor INT)', 'INSERT INTO visit VALUES (1, NULL), (2, NULL), (3, 3)'],
  );
  await tables.copied();
  await tables.on('source', [
    'DELETE FROM visit WHERE page = 1',
    'UPDATE visit SET visitor = 20 WHERE page = 2',
    'UPDATE visit SET visitor = 30 WHERE page = 3',
  ]);
  await tables.atRest();
  const isSo = await stillSo('keyless-null', tables.run);
  const lost = [
    { page: 1, visitor: null },
    { page: 2, visitor: null },
  ];
  const written = [
    { page: 2, visitor: 20 },
    { page: 3, visitor: 30 },
  ];
  const rows = 'SELECT page, visitor FROM visit ORDER BY page, visitor';
  expect(await tables.rows('source', rows)).toEqual(written);
  expect(await tables.rows('target', rows)).toEqual([...(isSo ? lost : []), ...written]);
  expect(await tables.differenceSeenBy()).toEqual({ vdiff: isSo, checksum: isSo });
});

test('rows that equal a deleted one are deleted with it', async () => {
  await using tables = await moving(
    ['tag'],
    [
      'CREATE TABLE tag (name VARCHAR(9) NOT NULL) COLLATE utf8mb4_0900_ai_ci',
      "INSERT INTO tag VALUES ('a'), ('a'), ('b'), ('b'), ('c'), ('C')",
    ],
  );
  await tables.copied();
  await tables.on('source', [
    "DELETE FROM tag WHERE name = 'a' LIMIT 1",
    "UPDATE tag SET name = 'd' WHERE name = 'b' LIMIT 1",
    "DELETE FROM tag WHERE BINARY name = 'c'",
  ]);
  await tables.atRest();
  const isSo = await stillSo('keyless-equal-rows', tables.run);
  const rows = 'SELECT name FROM tag ORDER BY name';
  const written = ['a', 'b', 'C', 'd'].map((name) => ({ name }));
  expect(await tables.rows('source', rows)).toEqual(written);
  expect(await tables.rows('target', rows)).toEqual(isSo ? [{ name: 'd' }] : written);
  expect(await tables.differenceSeenBy()).toEqual({ vdiff: isSo, checksum: isSo });
});

test('deletes of a row with JSON, or with a FLOAT that is rounded, are lost', async () => {
  await using tables = await moving(
    ['note', 'part'],
    [
      'CREATE TABLE note (id INT NOT NULL, doc JSON NOT NULL)',
      `INSERT INTO note VALUES (1, '{"a": 1}'), (2, '["x"]'), (3, '{}')`,
      'CREATE TABLE part (id INT NOT NULL, share FLOAT NOT NULL)',
      'INSERT INTO part VALUES (1, 0.1), (2, 0.5)',
    ],
  );
  await tables.copied();
  await tables.on('source', ['DELETE FROM note WHERE id < 3', 'DELETE FROM part WHERE id = 1']);
  const isSo = await stillSo('keyless-json-or-float', tables.run);
  expect(await tables.counts('note')).toEqual({ source: 1, target: isSo ? 3 : 1 });
  expect(await tables.counts('part')).toEqual({ source: 1, target: isSo ? 2 : 1 });
  expect(await tables.differenceSeenBy()).toEqual({ vdiff: isSo, checksum: isSo });
});
