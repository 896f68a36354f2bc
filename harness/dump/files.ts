import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { usage } from '../errors.ts';
import { mydumperFiles } from './mydumper.ts';
import { mysqlShellFiles } from './mysql-shell.ts';
import type { TsvFormat } from './tsv.ts';

/** What a dump consists of. */
export interface Dump {
  /** In the order in which they are loaded. */
  readonly files: readonly DumpFile[];
  /** Statements for each session before anything else, where the files do not have them. */
  readonly settings: readonly string[];
}

export interface DumpFile {
  readonly path: string;
  /** As it is on disk. */
  readonly bytes: number;
  /** The database that its statements are for, where its name says so. */
  readonly database: string | null;
  /** Where it holds the rows of a table as text between tabs. */
  readonly tsv?: TsvFormat;
}

/**
 * The files of a dump: one, or those of a folder as mydumper or MySQL Shell make it.
 *
 * @throws usage when there is none, it is empty, or the folder is of another tool.
 */
export async function dumpFiles(dump: string): Promise<Dump> {
  const found = await stat(dump).catch(() => null);
  if (found === null) {
    throw usage({
      what: 'The schema or dump is not there.',
      expected: 'a file .sql, .sql.gz or .sql.zst, or a folder that MySQL Shell or mydumper made',
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
    what: 'The folder holds no dump.',
    expected: 'a file metadata, as mydumper writes it, or @.json, as MySQL Shell does',
    seen: names.length === 0 ? 'an empty folder' : names.slice(0, 5).join(', '),
    where: folder,
    next: `Name a file in it, as ${path.join(folder, names.find((name) => name.includes('.sql')) ?? 'dump.sql')}.`,
  });
}
