import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { usage } from '../errors.ts';
import type { Dump, DumpFile } from './dump.ts';
import { isOfServer } from '../schema/server-databases.ts';

const END = '\\.sql(?:\\.gz|\\.zst)?$';

/** File names that mydumper uses (its manual, “Output Files”), in the order in which they are loaded. */
const PARTS: readonly RegExp[] = [
  // These are for database and routines, table, view, and triggers; the first match counts.
  new RegExp(`^(?<database>[^.]+)-schema-create${END}`),
  new RegExp(`^(?<database>[^.]+)\\.(?<table>.+)-schema${END}`),
  new RegExp(`^(?<database>[^.]+)\\.(?<table>.+)-schema-triggers${END}`),
  new RegExp(`^(?<database>[^.]+)-schema-triggers${END}`),
  new RegExp(`^(?<database>[^.]+)-schema-post${END}`),
  new RegExp(`^(?<database>[^.]+)\\.(?<table>.+)-schema-view${END}`),
  new RegExp(`^(?<database>[^.]+)\\.(?<table>.+?)(?:\\.\\d+)*${END}`),
];
const [CREATE, TABLES, ROWS] = [0, 1, 6];
/** Rows come after the tables, and before triggers can fire on them. */
const ORDER: readonly number[] = [CREATE, TABLES, ROWS, 2, 3, 4, 5];

/** Settings of mydumper’s own loader, if the files do not have them (its manual, “myloader”). */
const SETTINGS = ["SET SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO'"];

/**
 * Returns the files of a folder made by mydumper.
 *
 * @throws usage if mydumper did not finish, or wrote a format that cannot be read here.
 */
export async function mydumperFiles(folder: string, names: readonly string[]): Promise<Dump> {
  await refuseUnfinished(folder, names);
  const parts = names.flatMap((name) => {
    const part = PARTS.findIndex((pattern) => pattern.test(name));
    const database = PARTS[part]?.exec(name)?.groups?.['database'];
    return database === undefined || isOfServer(database) ? [] : [{ name, part, database }];
  });
  const files: DumpFile[] = [];
  for (const { name, part, database } of parts.toSorted((a, b) => ORDER.indexOf(a.part) - ORDER.indexOf(b.part))) {
    const file = path.join(folder, name);
    // The first file creates the database itself, with its collation.
    files.push({ path: file, bytes: (await stat(file)).size, database: part === CREATE ? null : database });
  }
  return { files, settings: SETTINGS };
}

async function refuseUnfinished(folder: string, names: readonly string[]): Promise<void> {
  if (!names.includes('metadata')) {
    throw usage({
      what: 'The dump was cut off: mydumper did not finish.',
      expected: 'a file metadata',
      seen: 'metadata.partial',
      where: folder,
      next: 'Make the dump again.',
    });
  }
  const metadata = await readFile(path.join(folder, 'metadata'), 'utf8');
  const quotes = /^quote-character\s*=\s*(?!BACKTICK)(\S+)/im.exec(metadata)?.[1];
  const other = names.find((name) => /\.(?:dat|csv|tsv|json)(?:\.gz|\.zst)?$/.test(name));
  const seen = quotes === undefined ? other : `quote-character = ${quotes} in metadata`;
  if (seen === undefined) return;
  throw usage({
    what: 'The dump is in a mydumper format that cannot be read here.',
    expected: 'INSERT statements with names in backquotes',
    seen,
    where: folder,
    next: 'Make it without --load-data, --csv and --identifier-quote-character.',
  });
}
