import { access, cp, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { Recorder } from '../../harness/history/recorder.ts';
import { taggedAgain } from '../../harness/jest/tagged-again.ts';
import { treeCopy } from '../../harness/jest/tree-copy.ts';
import { DEFAULT_FAULTS } from '../../harness/nemesis/pairs.ts';
import { setUp } from '../../harness/run/set-up.ts';

// Claim: the commands that the pages give to users, and that no other scenario runs, do what the pages say. They run in
// a copy of this repository, from the command line. `harness/documentation/` checks that no command is left out.

const SCHEMA = 'fixtures/commerce/schema.sql';

const tree = treeCopy(5);
const { run } = tree;
/** The folders of the two rehearsals with other images and versions. */
const saved: string[] = [];

async function latest(): Promise<string> {
  return await readlink(tree.path('artifacts/latest'));
}

test('a rehearsal runs with another version of Vitess, and with images of other names', async () => {
  expect(await run('npm start -- --help')).toContain('--fixture');
  expect(await run('ROUNDTRIP_VITESS_VERSION=v0.23.3 npm start -- --scale 0.02')).toMatch(/23\.0\.3/);
  saved.push(await latest());
  const { docker, images } = await setUp(new Recorder());
  await using mysql = await taggedAgain(docker, images.mysql, 'our-mysql:8.4');
  await using vitess = await taggedAgain(docker, images.vitess, 'our-vitess:24');
  await run(`ROUNDTRIP_MYSQL_IMAGE=${mysql.name} ROUNDTRIP_VITESS_IMAGE=${vitess.name} npm start -- --scale 0.02`);
  saved.push(await latest());
});

test('saved runs are compared, packed and shown again, and used for the picture and an estimate', async () => {
  const [before, after] = saved.map((name) => path.join('artifacts', name));
  const production = { tables: { customer: { rows: 1e6 }, corder: { rows: 3e6 } }, writesPerSecond: 100 };
  await writeFile(tree.path('roundtrip.config.json'), JSON.stringify({ source: { file: SCHEMA }, production }));
  expect(await run(`npm run roundtrip -- estimate --config roundtrip.config.json ${before} ${after}`)).toContain(
    'estimate for production',
  );
  expect(await run(`npm run roundtrip -- compare ${before} ${after}; test $? -le 1`)).toMatch(/^verdict +go/im);
  expect(await run(`npm run roundtrip -- bundle ${after} --anonymous`)).toContain('roundtrip-bundle.tar.gz');
  await access(tree.path('roundtrip-bundle.tar.gz'));
  await rm(tree.path('artifacts/latest/report.html'));
  await run('npm run roundtrip -- report artifacts/latest');
  await rm(tree.path('docs/report.png'));
  await run(`npm run picture -- ${after}`);
  expect((await stat(tree.path('docs/report.png'))).size).toBeGreaterThan(10_000);
});

/** A general log, as an application's MySQL writes it. */
const GENERAL_LOG = [
  '/usr/sbin/mysqld, Version: 8.4.3 (MySQL Community Server - GPL). started with:',
  'Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock',
  'Time                 Id Command    Argument',
  '2026-11-01T10:00:00.000000Z\t    8 Connect\tshop@localhost on commerce using Socket',
  '2026-11-01T10:00:00.100000Z\t    8 Query\tSELECT email FROM customer WHERE customer_id = 1',
  '2026-11-01T10:00:00.200000Z\t    8 Query\tUPDATE corder SET price = price + 1 WHERE order_id = 2',
  '2026-11-01T10:00:00.300000Z\t    8 Quit\t',
];

test('init makes a config and a workload from a dump and a log, with and without asking', async () => {
  await writeFile(tree.path('our-dump.sql.gz'), gzipSync(await readFile(tree.path(SCHEMA))));
  await writeFile(tree.path('general.log.gz'), gzipSync(`${GENERAL_LOG.join('\n')}\n`));
  expect(await runOnTerminal('npm run roundtrip -- init our-dump.sql.gz')).toContain('Move all 2 tables?');
  const { source } = parse(await readFile(tree.path('roundtrip.config.yaml'), 'utf8'));
  expect(source).toEqual({ file: 'our-dump.sql.gz' });
  await rm(tree.path('roundtrip.config.yaml'));
  const made = await run('npm run roundtrip -- init our-dump.sql.gz --yes --traffic general.log.gz');
  expect(made).toMatch(/^2 of 2 digests, 100\.00 % of executions, run alike\.$/m);
  expect(await readFile(tree.path('traffic.yaml'), 'utf8')).toContain('UPDATE corder SET price = price + 1');
});

test('a rehearsal of a fixture in another folder, during which the default faults strike', async () => {
  const elsewhere = path.join(await mkdtemp(tree.path('our-')), 'schema');
  await cp(tree.path('fixtures/commerce'), elsewhere, { recursive: true });
  const output = await run(`npm start -- --fixture ${elsewhere} --scale 0.02 --faults default`);
  for (const fault of DEFAULT_FAULTS) expect(output).toContain(fault.replace('/', ' at '));
});

/** Runs a line on a terminal where somebody presses Enter every second, so every question gets its default. */
async function runOnTerminal(line: string): Promise<string> {
  return await run(`while sleep 1; do echo; done | script --quiet --return --command '${line}' /dev/null`);
}
