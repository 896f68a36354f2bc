import { expect, test } from '@jest/globals';
import { sharedServers, type MovingTables } from '../../harness/jest/shared-servers.ts';
import { stillSo } from '../../harness/jest/vitess-bug.ts';

// Claim: if the binary log has only the part of a JSON document that changed, Vitess uses that part as a format string
// of printf. In versions without the fix, a percent sign in it arrives as something else, in either direction, or stops
// the stream (vitessio/vitess#20447).

const { moving } = sharedServers();

const PARTIAL = "SET SESSION binlog_row_value_options = 'PARTIAL_JSON'";

/** A document is so long that the server logs only the part that changed. */
const NOTE = [
  'CREATE TABLE note (id INT PRIMARY KEY, doc JSON)',
  "INSERT INTO note VALUES (1, JSON_OBJECT('text', 'before', 'filler', REPEAT('x', 1000)))",
];

/** What is written, and what arrives instead. */
const SPOILT = { '100% done': '100%!d(MISSING)one', 'a%20b': 'a%!b(MISSING)', '%s': '%!s(MISSING)', '%%': '%' };

async function textOn(tables: MovingTables, side: 'source' | 'target'): Promise<string> {
  const [row] = await tables.rows<{ text: string }>(side, "SELECT doc->>'$.text' AS text FROM note");
  return row!.text;
}

test('a percent sign in a part of a document arrives as something else', async () => {
  await using tables = await moving(['note'], NOTE);
  await tables.copied();
  const isSo = await stillSo('partial-json-percent', tables.run);
  for (const [text, spoilt] of Object.entries(SPOILT)) {
    await tables.on('source', [PARTIAL, `UPDATE note SET doc = JSON_SET(doc, '$.text', '${text}')`]);
    await tables.atRest();
    expect(await textOn(tables, 'source')).toBe(text);
    expect(await textOn(tables, 'target')).toBe(isSo ? spoilt : text);
  }
  expect(await tables.differenceSeenBy()).toEqual({ vdiff: isSo, checksum: isSo });
  await tables.migration.switchTraffic();
  await tables.on('target', [PARTIAL, "UPDATE note SET doc = JSON_SET(doc, '$.text', '100% back')"]);
  await tables.atRest();
  expect(await textOn(tables, 'source')).toBe(isSo ? '100%!b(MISSING)ack' : '100% back');
});

test('a percent sign at the end of a part of a document stops the stream', async () => {
  await using tables = await moving(['note'], NOTE);
  await tables.copied();
  await tables.on('source', [PARTIAL, "UPDATE note SET doc = JSON_SET(doc, '$.text', '100%')"]);
  expect(await tables.stopsWith(/You have an error in your SQL syntax/)).toBe(
    await stillSo('partial-json-percent-at-end', tables.run),
  );
});

test('a quote in a key within a part of a document stops the stream', async () => {
  await using tables = await moving(['note'], [...NOTE, `UPDATE note SET doc = JSON_SET(doc, '$."o''brien"', 1)`]);
  await tables.copied();
  await tables.on('source', [PARTIAL, `UPDATE note SET doc = JSON_SET(doc, '$."o''brien"', 2)`]);
  expect(await tables.stopsWith(/You have an error in your SQL syntax/)).toBe(
    await stillSo('partial-json-quote', tables.run),
  );
});
