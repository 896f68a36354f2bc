import { expect, test } from '@jest/globals';
import { sharedServers } from '../../harness/jest/shared-servers.ts';

// Claim: the stream tells apart rows whose keys are equal in a looser collation than their own, even when it deletes
// several at once. The keys in `cases/` all have an id next to the text, which is enough to tell rows apart. It also tells
// apart rows by a key with a generated part, if the rest of the key decides what that is.

const { moving } = sharedServers();

test('changes reach the rows whose key has the same case and accents', async () => {
  await using tables = await moving(
    ['word'],
    [
      'CREATE TABLE word (name VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY, n INT NOT NULL) CHARACTER SET utf8mb4',
      "INSERT INTO word VALUES ('a', 0), ('A', 0), ('á', 0), (_utf8mb4 X'61CC81', 0), ('b', 0), ('B', 0)",
    ],
  );
  await tables.copied();
  await tables.on('source', ["UPDATE word SET n = 1 WHERE name = 'A'", "DELETE FROM word WHERE name IN ('á', 'b')"]);
  await tables.atRest();
  const rows = 'SELECT HEX(name) AS name, n FROM word ORDER BY name';
  const left = [
    { name: '41', n: 1 },
    { name: '42', n: 0 },
    { name: '61', n: 0 },
    { name: '61CC81', n: 0 },
  ];
  expect(await tables.rows('source', rows)).toEqual(left);
  expect(await tables.rows('target', rows)).toEqual(left);
});

test('a key whose generated part is computed from the rest of it tells rows apart', async () => {
  await using tables = await moving(
    ['part'],
    [
      'CREATE TABLE part (id INT, bucket INT AS (id % 2) STORED, n INT NOT NULL DEFAULT 0, PRIMARY KEY (bucket, id))',
      'INSERT INTO part (id) VALUES (1), (2), (3), (4)',
    ],
  );
  await tables.copied();
  await tables.on('source', ['DELETE FROM part WHERE id = 1', 'UPDATE part SET n = 1 WHERE id = 2']);
  await tables.atRest();
  const rows = 'SELECT id, n FROM part ORDER BY id';
  const left = [
    { id: 2, n: 1 },
    { id: 3, n: 0 },
    { id: 4, n: 0 },
  ];
  expect(await tables.rows('source', rows)).toEqual(left);
  expect(await tables.rows('target', rows)).toEqual(left);
});
