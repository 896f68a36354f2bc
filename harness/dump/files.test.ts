import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { dumpFiles } from './files.ts';

const root = mkdtempSync(path.join(tmpdir(), 'dump-'));
afterAll(() => rmSync(root, { recursive: true }));

function folder(name: string, files: Readonly<Record<string, string>>): string {
  const whole = path.join(root, name);
  mkdirSync(whole, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(whole, file), content);
  return whole;
}

test.each([
  ['of a mydumper that did not finish', { 'metadata.partial': '' }, /mydumper did not finish/],
  ['of a MySQL Shell that did not finish', { '@.json': '{}' }, /MySQL Shell did not finish/],
  ['of something else', { 'readme.txt': 'hello' }, /does not contain a dump[^]*readme\.txt/],
  ['of mydumper with other quotes', { metadata: 'quote-character = DOUBLE_QUOTE\n' }, /cannot be read here[^]*DOUBLE_/],
])('refused: a folder %s', async (what, files, expected) => {
  await expect(dumpFiles(folder(what.replaceAll(' ', '-'), files))).rejects.toThrow(expected);
});

test('refused: a path that does not exist', async () => {
  await expect(dumpFiles(path.join(root, 'none.sql'))).rejects.toThrow(/does not exist[^]*source\.file/);
});

test('files of mydumper come in the order in which they can be loaded', async () => {
  const whole = folder('mydumper', {
    metadata: '# Started dump at: now\nquote-character = BACKTICK\n',
    'shop-schema-create.sql': '-',
    'shop.item-schema.sql.gz': '-',
    'shop.item.00000.sql': '-',
    'shop.item.00001.sql': '-',
    'shop.cheap-schema.sql': '-',
    'shop.cheap-schema-view.sql': '-',
    'shop.item-schema-triggers.sql': '-',
  });
  const { files } = await dumpFiles(whole);
  expect(files.map(({ path: file, database }) => `${path.basename(file)} ${database}`)).toEqual([
    'shop-schema-create.sql null',
    'shop.cheap-schema.sql shop',
    'shop.item-schema.sql.gz shop',
    'shop.item.00000.sql shop',
    'shop.item.00001.sql shop',
    'shop.item-schema-triggers.sql shop',
    'shop.cheap-schema-view.sql shop',
  ]);
});
