import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ownerOf, UNKNOWN_OWNER_MS } from '../owner.ts';
import { openArtifacts, readIfThere } from './artifacts.ts';
import { PASSED } from './golden/results.ts';

let folder: string;
let root: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'artifacts-'));
  root = join(folder, 'deep', 'artifacts');
});
afterEach(() => rm(folder, { recursive: true }));

async function oldRuns(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, at) => `2025-01-01T00-00-${`${at}`.padStart(2, '0')}-000Z-abcdef`);
  for (const name of names) await mkdir(join(root, name, 'logs'), { recursive: true });
  return names;
}

test('a run gets its folder, and latest leads to it by a relative link', async () => {
  const { path, logs, writeJunit, writeVerdict } = await openArtifacts(root, new Date('2026-07-30T10:11:12.345Z'));
  expect(path).toMatch(/artifacts\/2026-07-30T10-11-12-345Z-[0-9a-f]{6}$/);
  expect((await stat(logs)).isDirectory()).toBe(true);
  expect(join(root, await readlink(join(root, 'latest')))).toBe(path);
  await writeJunit(PASSED);
  await writeVerdict(PASSED);
  expect(JSON.parse(await readFile(join(root, 'latest', 'verdict.json'), 'utf8'))).toEqual(PASSED);
  expect((await readdir(path)).toSorted()).toEqual(['junit.xml', 'logs', 'verdict.json']);
});

test('an invalid result is not written', async () => {
  const { path, writeVerdict } = await openArtifacts(root);
  await expect(writeVerdict({ ...PASSED, totalMs: Number.NaN })).rejects.toThrow('totalMs');
  expect(await readdir(path)).not.toContain('verdict.json');
});

test('the newest 20 runs are kept, and so is everything that is not a run', async () => {
  const old = await oldRuns(30);
  await writeFile(join(root, 'bench.json'), '{}');
  await mkdir(join(root, '2020-notes'));
  await symlink('2020-notes', join(root, '2020-01-01T00-00-00-000Z-abcdef'));
  const { path } = await openArtifacts(root);
  const left = await readdir(root);
  expect(left.filter((name) => old.includes(name))).toEqual(old.slice(-19));
  expect(left).toEqual(
    expect.arrayContaining(['bench.json', '2020-notes', '2020-01-01T00-00-00-000Z-abcdef', 'latest']),
  );
  expect((await stat(path)).isDirectory()).toBe(true);
});

/** Returns whether this process keeps an old run's folder when the given owner claims it. */
async function staysFor(owner: string, claimedAt = new Date()): Promise<boolean> {
  const [name = ''] = await oldRuns(30);
  const claim = join(root, name, '.owner');
  await writeFile(claim, `${owner}\n`);
  await utimes(claim, claimedAt, claimedAt);
  await openArtifacts(root);
  return (await readdir(root)).includes(name);
}

const [realm = '', , started] = ownerOf(process.pid).split(' ');
const OLD = new Date(Date.now() - UNKNOWN_OWNER_MS - 60_000);

test('a run claims its folder until its verdict is written', async () => {
  const { path, writeVerdict } = await openArtifacts(root);
  expect(await readFile(join(path, '.owner'), 'utf8')).toBe(`${ownerOf(process.pid)}\n`);
  await writeVerdict(PASSED);
  expect(await readdir(path)).not.toContain('.owner');
});

test('a run that is still writing keeps its folder, however long it takes', async () => {
  expect(await staysFor(ownerOf(process.pid), OLD)).toBe(true);
});

test('a run whose process is gone does not keep its folder, even if another process has got its number', async () => {
  const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  expect(await staysFor(`${realm} ${gone} ${started}`)).toBe(false);
  expect(await staysFor(`${realm} ${process.pid} 1`)).toBe(false);
});

test('a run in another container, whose process cannot be seen, keeps its folder for a week', async () => {
  const other = `elsewhere/boot/4026532999 ${2 ** 22 + 1} 1`;
  expect(await staysFor(other)).toBe(true);
  expect(await staysFor(other, OLD)).toBe(false);
});

test('the run that latest points to stays, however old, while 25 runs begin at once', async () => {
  await oldRuns(30);
  const runs = await Promise.all(Array.from({ length: 25 }, () => openArtifacts(root)));
  const latest = join(root, await readlink(join(root, 'latest')));
  expect(runs.map(({ path }) => path)).toContain(latest);
  for (const { logs } of runs) expect((await stat(logs)).isDirectory()).toBe(true);
  expect((await readdir(root)).filter((name) => name.startsWith('.latest'))).toEqual([]);
});

test('a folder in the place of the link is named, and not replaced', async () => {
  await mkdir(join(root, 'latest', 'precious'), { recursive: true });
  await expect(openArtifacts(root)).rejects.toMatchObject({ outcome: 'unknown', facts: { where: root } });
  expect(await readdir(join(root, 'latest'))).toEqual(['precious']);
});

test('a file that does not exist has no text, and one that cannot be read is named', async () => {
  const file = join(folder, 'some.json');
  expect(await readIfThere(file)).toBeNull();
  await writeFile(file, '[]');
  expect(await readIfThere(file)).toBe('[]');
  await expect(readIfThere(folder)).rejects.toMatchObject({ outcome: 'usage', facts: { where: folder } });
});
