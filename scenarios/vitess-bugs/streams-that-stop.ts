import { expect, test } from '@jest/globals';
import { messageOf } from '../../harness/errors.ts';
import { sharedServers } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';
import { forwardWorkflow } from '../../harness/migration/context.ts';
import { onDdlCommand } from '../../harness/vtctl/move-tables.ts';

// Claim: in versions without the fix, some tables, and some events on the source or the target, stop a stream or a
// VDiff for good.

const { moving } = sharedServers();

test('two tables whose names differ only in case stop the copy', async () => {
  await using tables = await moving(
    ['visit', 'Visit'],
    ['CREATE TABLE visit (id INT PRIMARY KEY)', 'CREATE TABLE Visit (id INT PRIMARY KEY)'],
  );
  await tables.migration.create();
  expect(await tables.stopsWith(/unexpected number of table definitions/)).toBe(
    await stillSo('names-alike-but-case', tables.run),
  );
});

test('two FLOAT keys that are equal in six digits stop the copy', async () => {
  await using tables = await moving(
    ['part'],
    ['CREATE TABLE part (share FLOAT PRIMARY KEY)', 'INSERT INTO part VALUES (16777216), (16777218)'],
  );
  await tables.migration.create();
  expect(await tables.stopsWith(/Duplicate entry '16777200' for key/)).toBe(
    await stillSo('float-keys-alike', tables.run),
  );
});

test('deferred keys stop the copy of a table whose AUTO_INCREMENT has only a secondary key', async () => {
  await using tables = await moving(
    ['ticket'],
    [
      'CREATE TABLE ticket (id INT PRIMARY KEY, number INT NOT NULL AUTO_INCREMENT, KEY (number))',
      'INSERT INTO ticket (id) VALUES (1), (2)',
    ],
  );
  await tables.migration.create();
  // The first attempt ends with 1075, and what it left behind makes every later one fail.
  expect(await tables.stopsWith(/Duplicate entry .* for key 'post_copy_action/)).toBe(
    await stillSo('deferred-keys-auto-increment', tables.run),
  );
});

test('a trigger of a table that does not move stops a stream that runs DDL', async () => {
  await using tables = await moving(['visit'], ['CREATE TABLE visit (id INT PRIMARY KEY)']);
  await tables.copied();
  const { context } = tables.migration;
  await context.vtctl.run(onDdlCommand(forwardWorkflow(context), 'EXEC'));
  await tables.on('source', [
    'CREATE TRIGGER stay BEFORE INSERT ON bystander FOR EACH ROW SET NEW.id = NEW.id',
    'DROP TRIGGER stay',
  ]);
  // The target's account may not create the trigger. If it may, there is no such table.
  expect(await tables.stopsWith(/\(errno (?:1419|1146)\)/)).toBe(await stillSo('trigger-elsewhere', tables.run));
});

test('a row that only the target allows stops the stream back', async () => {
  await using tables = await moving(
    ['shelf', 'book'],
    ['CREATE TABLE shelf (id INT PRIMARY KEY)', 'CREATE TABLE book (id INT PRIMARY KEY, shelf INT)'],
  );
  await tables.copied();
  // The target has no foreign key, as is the case after a migration without foreign keys.
  await tables.on('source', ['ALTER TABLE book ADD FOREIGN KEY (shelf) REFERENCES shelf (id)']);
  await tables.migration.switchTraffic();
  await tables.on('target', ['INSERT INTO book VALUES (1, 1)']);
  expect(await tables.stopsWith(/a foreign key constraint fails/)).toBe(
    await stillSo('foreign-key-on-the-way-back', tables.run),
  );
});

test('a long key stops VDiff after 10,000 rows', async () => {
  await using tables = await moving(
    ['page'],
    [
      'CREATE TABLE page (address VARBINARY(700) PRIMARY KEY)',
      'SET cte_max_recursion_depth = 10001',
      `INSERT INTO page WITH RECURSIVE counted AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM counted WHERE n < 10001)
         SELECT CONCAT(REPEAT(X'FF', 690), LPAD(n, 10, '0')) FROM counted`,
    ],
  );
  await tables.copied();
  const isSo = await stillSo('long-key-in-vdiff', tables.run);
  const seen = await tables.differenceSeenBy().then(() => 'compared', messageOf);
  expect(seen).toMatch(isSo ? /page is error/ : /^compared$/);
  const sql = "SELECT COALESCE(CONVERT(last_error USING utf8mb4), '') AS said FROM _vt.vdiff";
  const [vdiff] = await tables.rows<{ said: string }>('target', sql);
  expect(vdiff!.said).toMatch(isSo ? /Data too long for column 'lastpk'/ : /^$/);
});

// This is the last test, because no stream can follow this source any more.
test('a GTID with a tag keeps every stream from starting', async () => {
  await using tables = await moving(
    ['visit'],
    [
      'CREATE TABLE visit (id INT PRIMARY KEY)',
      "SET gtid_next = 'AUTOMATIC:night'",
      'INSERT INTO visit VALUES (1)',
      "SET gtid_next = 'AUTOMATIC'",
    ],
  );
  await tables.migration.create();
  expect(await tables.stopsWith(/invalid MySQL 5.6 GTID set/)).toBe(await stillSo('gtid-tags', tables.run));
});
