import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { ConnectionOptions } from 'mysql2/promise';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { loadDerived } from '../../harness/derive/load-derived.ts';
import { DumpOnVolume } from '../../harness/dump/read-dump.ts';
import { Recorder } from '../../harness/history/recorder.ts';
import { startMysql, type LoneMysql } from '../../harness/jest/lone-mysql.ts';
import { EVERYTHING, sharedScratch } from '../../harness/jest/shared-scratch.ts';
import { setUp } from '../../harness/run/set-up.ts';
import { readDatabase } from '../../harness/schema/database.ts';
import { openForReading } from '../../harness/schema/read.ts';

const SCHEMA = path.join(import.meta.dirname, 'everything.sql');
const ROWS = 500;
const SETTINGS = { log_bin_trust_function_creators: '1' };

const scratch = sharedScratch(SETTINGS);

/** How a dump is made, and what its file is called. */
const WAYS: readonly (readonly [options: string, pipe: string, file: string])[] = [
  ['', '', 'plain.sql'],
  ['--hex-blob --tz-utc=0', '| gzip', 'hex.sql.gz'],
  ['--skip-extended-insert --complete-insert', '| gzip', 'rows.sql.gz'],
  ['--skip-quote-names --skip-comments --compact --add-drop-table', '', 'compact.sql'],
  ['--skip-opt --create-options --single-transaction --no-autocommit', '', 'careful.sql'],
  ['--set-gtid-purged=ON --single-transaction --databases', '', 'replica.sql'],
];

// Claim: rows generated for every type of column go into a server, come out in any form that mysqldump writes, and go
// in again byte for byte, together with everything in a dump besides tables.
test('a database with every type survives mysqldump and reading unchanged, however the dump was made', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-dumps-'));
  try {
    await using schema = await read(SCHEMA, 'original');
    await using original = await startMysql('original', SETTINGS, { volume: schema.volume });
    await fill(original.mysql.harnessEndpoint, 7);
    const expected = await everythingIn(original.mysql.harnessEndpoint, 'original');
    expect(Object.keys(expected.checksums)).toHaveLength(9);
    expect(Object.values(expected.definitions).join('\n')).toMatch(/TRIGGER.*PROCEDURE|PROCEDURE.*TRIGGER/s);
    for (const [options, pipe, name] of WAYS) {
      const file = path.join(folder, name);
      await writeFile(file, await dump(original, options, pipe));
      const { database, rows } = await scratch.read(file, { database: 'original' });
      expect(database.tables).toHaveLength(9);
      expect(database.triggers.map((trigger) => trigger.name)).toEqual(['child_up']);
      expect([...rows.values()].reduce((sum, count) => sum + count, 0)).toBe(expected.rows);
      const found = await everythingIn(scratch.endpoint('original'), 'original');
      expect({ of: name, ...found }).toEqual({ of: name, ...expected });
    }
    // The one that sets GTIDs is also read as a rehearsal does it, and a source is started on its data.
    await using copy = await read(path.join(folder, 'replica.sql'), 'original');
    await using server = await startMysql('original', SETTINGS, { volume: copy.volume });
    expect(await everythingIn(server.mysql.harnessEndpoint, 'original')).toEqual(expected);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 600_000);

async function read(file: string, database: string): Promise<DumpOnVolume> {
  return await DumpOnVolume.read(file, {
    ...EVERYTHING,
    ...(await setUp(new Recorder())),
    settings: SETTINGS,
    database,
  });
}

async function fill(connect: ConnectionOptions, seed: number): Promise<void> {
  await using reading = await openForReading(connect, 'the source');
  const tables = (await readDatabase(reading.read)).tables.map(({ name }) => name);
  const rows = new Map(tables.map((name) => [name, ROWS]));
  await loadDerived({ connect, seed, tables, rows, columns: {}, onProgress: silent, note: silent });
}

const silent = () => undefined;

/** Returns what mysqldump writes, as bytes. */
async function dump({ mysql }: LoneMysql, options: string, pipe: string): Promise<Buffer> {
  const { user, password } = mysql.harnessEndpoint;
  const command =
    `MYSQL_PWD='${password}' mysqldump --host=127.0.0.1 --user=${user} --routines --events --triggers ` +
    `--set-gtid-purged=OFF ${options} original ${pipe} | base64 -w0`;
  const { exitCode, stdout, stderr } = await mysql.server.exec(['sh', '-c', command]);
  // The warnings explain the options.
  expect([exitCode, stderr.replaceAll(/^(?:Warning|In order): ?.*\n/gm, '')]).toEqual([0, '']);
  return Buffer.from(stdout, 'base64');
}

interface Everything {
  readonly rows: number;
  readonly checksums: Readonly<Record<string, string | null>>;
  /** Returns definitions as SHOW CREATE has them, without their definers. */
  readonly definitions: Readonly<Record<string, string>>;
}

async function everythingIn(connect: ConnectionOptions, database: string): Promise<Everything> {
  return await withConnection({ ...connect, database }, async (connection) => {
    const listed = await queryRows<{ name: string; type: string }>(
      connection,
      `SELECT TABLE_NAME AS name, TABLE_TYPE AS type FROM information_schema.tables WHERE TABLE_SCHEMA = DATABASE()
       UNION ALL SELECT TRIGGER_NAME, 'TRIGGER' FROM information_schema.triggers WHERE TRIGGER_SCHEMA = DATABASE()
       UNION ALL SELECT ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.routines WHERE ROUTINE_SCHEMA = DATABASE()
       UNION ALL SELECT EVENT_NAME, 'EVENT' FROM information_schema.events WHERE EVENT_SCHEMA = DATABASE()`,
    );
    const checksums: Record<string, string | null> = {};
    const definitions: Record<string, string> = {};
    let rows = 0;
    for (const { name, type } of listed) {
      const kind = type === 'BASE TABLE' ? 'TABLE' : type;
      const [shown] = await queryRows<Record<string, string>>(connection, `SHOW CREATE ${kind} ??`, [name]);
      definitions[`${kind} ${name}`] = withoutOwner(shown!, database);
      if (kind !== 'TABLE') continue;
      const [checksum] = await queryRows<{ Checksum: string | null }>(connection, 'CHECKSUM TABLE ??', [name]);
      const [count] = await queryRows<{ rows: string }>(connection, 'SELECT COUNT(*) AS `rows` FROM ??', [name]);
      checksums[name] = checksum!.Checksum;
      rows += Number(count!.rows);
    }
    return { rows, checksums, definitions };
  });
}

function withoutOwner(shown: Readonly<Record<string, string>>, database: string): string {
  const { Created: _, ...rest } = shown;
  return JSON.stringify(rest)
    .replaceAll(/DEFINER=`[^`]*`@`[^`]*`/g, '')
    .replaceAll(`\`${database}\`.`, '')
    .replaceAll(/ AUTO_INCREMENT=\d+/g, '');
}
