import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { messageOf, usage } from '../errors.ts';
import type { Dump, DumpFile } from './dump.ts';
import type { RowFormat } from './row-format.ts';

// The parts of MySQL Shell's files that are used here (mysql-shell: modules/util/dump/dumper.cc).

/** `@.json`, about the whole dump. */
const dumpFile = z.object({
  schemas: z.array(z.string()).min(1),
  basenames: z.record(z.string(), z.string()),
  defaultCharacterSet: z.string().default('utf8mb4'),
  tzUtc: z.boolean().default(true),
});
/** About a database. */
const schemaFile = z.object({
  tables: z.array(z.string()).default([]),
  views: z.array(z.string()).default([]),
  basenames: z.record(z.string(), z.string()).default({}),
});
/** About a table. */
const tableFile = z.object({
  options: z.object({
    columns: z.array(z.string()).default([]),
    decodeColumns: z.record(z.string(), z.enum(['FROM_BASE64', 'UNHEX'])).default({}),
    fieldsTerminatedBy: z.string().default('\t'),
    fieldsEnclosedBy: z.string().default(''),
    fieldsOptionallyEnclosed: z.boolean().default(false),
    fieldsEscapedBy: z.string().default('\\'),
    linesTerminatedBy: z.string().default('\n'),
  }),
});

interface Folder {
  readonly path: string;
  readonly names: ReadonlySet<string>;
}

/**
 * Returns the files of a folder made by MySQL Shell with util.dumpSchemas, dumpTables or dumpInstance: tables, rows,
 * triggers, routines and events, views.
 *
 * @throws usage if it was cut off, or is in a format that cannot be read here.
 */
export async function mysqlShellFiles(folderPath: string, names: readonly string[]): Promise<Dump> {
  const folder = { path: folderPath, names: new Set(names) };
  if (!folder.names.has('@.done.json')) {
    throw usage({
      what: 'The dump was cut off: MySQL Shell did not finish.',
      expected: 'a file @.done.json',
      seen: 'none',
      where: folder.path,
      next: 'Make the dump again.',
    });
  }
  const { schemas, basenames, defaultCharacterSet, tzUtc } = await read(folder, '@.json', dumpFile);
  const files: DumpFile[] = [];
  for (const schema of schemas) {
    const basename = basenames[schema] ?? schema;
    files.push(...(await schemaFiles(folder, { schema, basename, characterSet: defaultCharacterSet })));
  }
  const settings = [
    `SET NAMES ${defaultCharacterSet}`,
    "SET SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO'",
    ...(tzUtc ? ["SET TIME_ZONE = '+00:00'"] : []),
  ];
  return { files, settings };
}

interface ShellSchema {
  readonly schema: string;
  readonly basename: string;
  /** The character set of its rows. */
  readonly characterSet: string;
}

async function schemaFiles(folder: Folder, of: ShellSchema): Promise<readonly DumpFile[]> {
  const { schema, basename } = of;
  const { tables, views, basenames } = await read(folder, `${basename}.json`, schemaFile);
  const baseOf = (name: string) => basenames[name] ?? `${basename}@${name}`;
  const rows: DumpFile[] = [];
  for (const table of tables) rows.push(...(await rowFiles(folder, of, table, baseOf(table))));
  const sql = async (name: string, database: string | null = schema) =>
    folder.names.has(name) ? [await fileOf(folder, name, database)] : [];
  const all = async (each: readonly string[], ending: string) =>
    (await Promise.all(each.map(async (name) => await sql(`${baseOf(name)}${ending}`)))).flat();
  return [
    // This file has the database itself, with its collation, and its routines and events.
    ...(await sql(`${basename}.sql`, null)),
    ...(await all(tables, '.sql')),
    ...rows,
    ...(await all(tables, '.triggers.sql')),
    ...(await all(views, '.pre.sql')),
    ...(await all(views, '.sql')),
  ];
}

/** Returns one file, or many such as `sakila@actor@0.tsv.zst`, the last of which has `@@`. */
async function rowFiles(
  folder: Folder,
  { schema, characterSet }: ShellSchema,
  table: string,
  basename: string,
): Promise<readonly DumpFile[]> {
  const chunk = /^(?:@[^@]+)?(?:@@?\d+)?\.[^.]+(?:\.zst|\.gz)?$/;
  const names = [...folder.names].filter(
    (name) => name.startsWith(basename) && chunk.test(name.slice(basename.length)) && !/\.(?:sql|json|idx)$/.test(name),
  );
  if (names.length === 0) return [];
  const rows = await formatOf(folder, table, basename, characterSet);
  return await Promise.all(names.map(async (name) => ({ ...(await fileOf(folder, name, schema)), rows })));
}

async function formatOf(folder: Folder, table: string, basename: string, characterSet: string): Promise<RowFormat> {
  const { options } = await read(folder, `${basename}.json`, tableFile);
  return {
    table,
    columns: options.columns.map((name) => ({ name, decode: options.decodeColumns[name] ?? null })),
    characterSet,
    fields: {
      terminatedBy: options.fieldsTerminatedBy,
      enclosedBy: options.fieldsEnclosedBy,
      isOptionallyEnclosed: options.fieldsOptionallyEnclosed,
      escapedBy: options.fieldsEscapedBy,
    },
    linesTerminatedBy: options.linesTerminatedBy,
  };
}

async function fileOf(folder: Folder, name: string, database: string | null): Promise<DumpFile> {
  const file = path.join(folder.path, name);
  return { path: file, bytes: (await stat(file)).size, database };
}

async function read<T>(folder: Folder, name: string, shape: z.ZodType<T>): Promise<T> {
  const file = path.join(folder.path, name);
  try {
    return shape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw usage({
      what: 'A file of the dump cannot be understood.',
      expected: 'JSON as MySQL Shell writes it',
      seen: messageOf(error),
      where: file,
      next: 'Copy or make the dump again.',
      cause: error,
    });
  }
}
