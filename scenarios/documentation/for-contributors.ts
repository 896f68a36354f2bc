import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { Recorder } from '../../harness/history/recorder.ts';
import { taggedAgain } from '../../harness/jest/tagged-again.ts';
import { treeCopy } from '../../harness/jest/tree-copy.ts';
import { setUp } from '../../harness/run/set-up.ts';

// Claim: the commands that the pages give to contributors do what the pages say. They run in a copy of this repository,
// because they write into it. `harness/documentation/` checks that no command is left out.

const tree = treeCopy(4);
const { run } = tree;

test('faults are listed, and a single one is struck and written into a table', async () => {
  expect(await run('npm run faults -- --list')).toMatch(/^client\.kill at switchWrites\/journal +\S/m);
  const table = tree.path('faults.md');
  await writeFile(table, await readFile(tree.path('docs/faults.md')));
  const told = await run(
    `npm run faults -- --only 'client.kill/switchWrites/journal' --random --minutes 1 --seed 72 --table ${table}`,
  );
  expect(told).toMatch(/\| *`?client\.kill/);
  expect(await readFile(table, 'utf8')).toContain('client.kill');
});

test('a single fidelity case is run', async () => {
  const page = await readFile(tree.path('docs/fidelity.md'), 'utf8');
  expect(await run('npm run fidelity -- --only names')).toContain('names');
  expect(await readFile(tree.path('docs/fidelity.md'), 'utf8')).toBe(page);
});

test('one bug is tried with two images of MySQL, which get columns of their own', async () => {
  const { docker, images } = await setUp(new Recorder());
  await using one = await taggedAgain(docker, images.mysql, 'roundtrip-documented-mysql:one');
  await using two = await taggedAgain(docker, images.mysql, 'roundtrip-documented-mysql:two');
  const output = await run(
    `ROUNDTRIP_MYSQL_IMAGES=${one.name},${two.name} npm run matrix -- --only v0.24.1 --bug with-in-parentheses`,
  );
  expect(output).toContain('everything as declared');
  const page = await readFile(tree.path('docs/matrix.md'), 'utf8');
  expect(page).toContain(one.name);
  expect(page).toContain(two.name);
});

test('scenarios run by title, with another version of Vitess and a given seed', async () => {
  const output = await run(
    "ROUNDTRIP_VITESS_VERSION=v0.23.3 ROUNDTRIP_SEED=42 npx jest scenarios/migration/row-there-and-back -t 'a row'",
  );
  expect(output).toMatch(/^Tests: +(?:\d+ skipped, )?1 passed/m);
});

const spoiltCells = (text: string) => text.replaceAll(/\| (?:not )?shown (?=\|)/g, '| spoilt ');
const spoiltEnd = (text: string) => `${text}\n\n\n`;
/**
 * Files that a command regenerates, and for each a function that spoils it, so that the command has something to
 * correct.
 */
const SPOILT = {
  'docs/matrix.md': spoiltCells,
  'docs/vitess-bugs.md': spoiltCells,
  'docs/preflight.md': spoiltEnd,
  'harness/errors.ts': spoiltEnd,
};

test('pages and code that a command regenerates come out as they are in the repository', async () => {
  const before = await textOf(['docs', 'harness']);
  for (const [file, spoil] of Object.entries(SPOILT)) {
    const text = before.get(file) ?? '';
    expect(spoil(text)).not.toBe(text);
    await writeFile(tree.path(file), spoil(text));
  }
  await run('UPDATE_GOLDEN=1 npx jest harness/track-record --selectProjects unit');
  await run('UPDATE_GOLDEN=1 npx jest --selectProjects unit --testPathPatterns preflight/rules');
  await run('npm run format');
  expect(await textOf(['docs', 'harness'])).toEqual(before);
});

test('a version of Vitess, and of Toxiproxy, is added in the same way as the existing ones', async () => {
  const pinned = await textOf(['docker/vitess', 'docker/toxiproxy']);
  await writeFile(tree.path('docker/vitess/v0.24.4/go.mod'), '');
  await run('sh docker/vitess/add.sh v0.24.4');
  const made = await mkdtemp(tree.path('docker/toxiproxy-'));
  await run(`cd ${made} && go mod init vitess-roundtrip/docker/toxiproxy`);
  await run(`cd ${made} && go get -tool github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0`);
  await run(`cd ${made} && go mod tidy && go mod edit -go=1.24`);
  expect(await textOf(['docker/vitess', 'docker/toxiproxy'])).toEqual(pinned);
  for (const name of ['go.mod', 'go.sum']) {
    expect(await readFile(path.join(made, name), 'utf8')).toBe(pinned.get(`docker/toxiproxy/${name}`));
  }
});

test('the workflows for GitHub Actions are well formed', async () => {
  const files = '.github/workflows/*.yml example/.github/workflows/*.yml';
  const found = await run(`go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 ${files}`);
  expect(found).not.toContain('.yml:');
});

test('the command that a page gives for listing images lists those that the engine has', async () => {
  const images = await run('npm run roundtrip -- images');
  const listed = await run("docker image ls --format '{{.Repository}}:{{.Tag}}' 'vitess-roundtrip/*'");
  const [mysql = 'no name'] = /vitess-roundtrip\/mysql:\S+/.exec(images) ?? [];
  expect(listed.split('\n')).toContain(mysql);
  expect(await run('npm config get registry')).toMatch(/^https?:\/\//m);
});

/** The text of every file below these folders. */
async function textOf(folders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    const entries = await readdir(tree.path(folder), { recursive: true, withFileTypes: true });
    for (const { parentPath, name } of entries.filter((entry) => entry.isFile())) {
      const file = path.join(parentPath, name);
      found.set(path.relative(tree.path(), file), await readFile(file, 'utf8'));
    }
  }
  return found;
}
