import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { FOLDERS } from '../../oxlint.config.ts';
import { readPage, ROOT } from './pages.ts';

const PAGE = 'harness/README.md';

test('the table of imports says what the linter enforces', async () => {
  const { text } = await readPage(PAGE);
  const rows = [...text.matchAll(/^\| `([\w-]+)\/` \| .* \| ([^|]+) \|$/gm)].map(([, folder = '', may = '']) => {
    return { folder, may };
  });
  const told = rows.map(({ folder, may }, at) => {
    const above = rows.slice(0, at).map((row) => row.folder);
    return [folder, foldersIn(may, above)];
  });
  const enforced = Object.entries(FOLDERS).map(([folder, may]) => [folder, new Set(may)]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(enforced));
});

test('the files that every folder may import are those that exist', async () => {
  const { text } = await readPage(PAGE);
  const [told = ''] = /files that are beside this page \([^)]*\)/.exec(text) ?? [];
  const there = (await readdir(path.join(ROOT, 'harness'))).filter((name) => /(?<!\.test)\.ts$/.test(name));
  expect(new Set(namesIn(told))).toEqual(new Set(there));
});

/** @param above the folders that `all above` stands for. */
function foldersIn(may: string, above: readonly string[]): ReadonlySet<string> {
  const [named = '', except] = may.split('except');
  const left = new Set(namesIn(except ?? ''));
  return new Set([...namesIn(named), ...(named.includes('all above') ? above.filter((name) => !left.has(name)) : [])]);
}

/** The texts of code spans, without the slash of a folder. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/`([\w.-]+)\/?`/g)].map(([, name = '']) => name);
}
