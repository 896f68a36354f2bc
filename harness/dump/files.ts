import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { usage } from '../errors.ts';
import type { Dump } from './dump.ts';
import { mydumperFiles } from './mydumper.ts';
import { mysqlShellFiles } from './mysql-shell.ts';

/**
 * Returns the files of a dump: one, or those of a folder made by mydumper or MySQL Shell.
 *
 * @throws usage if there is none, it is empty, or another tool made the folder.
 */
export async function dumpFiles(dump: string): Promise<Dump> {
  const found = await stat(dump).catch(() => null);
  if (found === null) {
    throw usage({
      what: 'The schema or dump does not exist.',
      expected: 'a .sql, .sql.gz or .sql.zst file, or a folder that MySQL Shell or mydumper made',
      seen: 'no such file',
      where: dump,
      next: 'Correct source.file; a path is relative to the config.',
    });
  }
  if (found.isDirectory()) return await folderFiles(dump);
  if (found.size === 0) {
    throw usage({ what: 'The dump is empty.', expected: 'SQL', seen: '0 bytes', where: dump, next: 'Make it again.' });
  }
  return { files: [{ path: dump, bytes: found.size, database: null }], settings: [] };
}

async function folderFiles(folder: string): Promise<Dump> {
  const names = (await readdir(folder)).toSorted();
  if (names.includes('@.json')) return await mysqlShellFiles(folder, names);
  if (names.some((name) => /^metadata(?:\.partial)?$/.test(name))) return await mydumperFiles(folder, names);
  throw usage({
    what: 'The folder does not contain a dump.',
    expected: 'a file metadata, as mydumper writes it, or @.json, as MySQL Shell does',
    seen: names.length === 0 ? 'an empty folder' : names.slice(0, 5).join(', '),
    where: folder,
    next: `Name a file in it, as ${path.join(folder, names.find((name) => name.includes('.sql')) ?? 'dump.sql')}.`,
  });
}
