import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { messageOf, usage } from '../errors.ts';

/** One file of a dump, in the order in which they are loaded. */
export interface DumpFile {
  readonly path: string;
  /** As it is on disk. */
  readonly bytes: number;
  /** The database that its statements are for, where its name says so. */
  readonly database: string | null;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * The files of a dump: one, or those of a folder as mydumper makes it, tables before rows before everything else.
 *
 * @throws usage when there is none, or the folder is of another tool.
 */
export async function dumpFiles(dump: string): Promise<readonly DumpFile[]> {
  const found = await stat(dump).catch(() => null);
  if (found === null) {
    throw usage({
      what: 'The schema or dump is not there.',
      expected: 'a file .sql, .sql.gz or .sql.zst, or a folder that mydumper made',
      seen: 'no such file',
      where: dump,
      next: 'Correct source.file; a path is relative to the config.',
    });
  }
  if (found.isDirectory()) return await folderFiles(dump);
  if (found.size === 0) {
    throw usage({ what: 'The dump is empty.', expected: 'SQL', seen: '0 bytes', where: dump, next: 'Make it again.' });
  }
  return [{ path: dump, bytes: found.size, database: null }];
}

/** Names as mydumper gives them: `db.table-schema.sql`, `db.table.00000.sql`, with `.gz` or `.zst` (its manual, “Files”). */
const PARTS: readonly RegExp[] = [
  /^(.+?)\..+-schema\.sql(?:\.gz|\.zst)?$/,
  /^(.+?)\..+?(?:\.\d+)*\.sql(?:\.gz|\.zst)?$/,
  /^(.+?)\..+-schema-triggers\.sql(?:\.gz|\.zst)?$/,
  /^(.+?)-schema-post\.sql(?:\.gz|\.zst)?$/,
  /^(.+?)\..+-schema-view\.sql(?:\.gz|\.zst)?$/,
];
const [TABLES, ROWS, TRIGGERS, POST, VIEWS] = [0, 1, 2, 3, 4];

async function folderFiles(folder: string): Promise<readonly DumpFile[]> {
  const names = (await readdir(folder)).toSorted();
  if (names.includes('@.json')) {
    throw usage({
      what: 'The dump is one of MySQL Shell, which is not read yet.',
      expected: 'a file that mysqldump made, or a folder that mydumper made',
      seen: '@.json',
      where: folder,
      next: 'Make it by mysqldump --single-transaction --routines --triggers --events, or by mydumper.',
    });
  }
  if (!names.includes('metadata')) {
    throw usage({
      what: 'The folder holds no dump.',
      expected: 'a file metadata, as mydumper writes it when it has ended',
      seen: `${names.length} other files`,
      where: folder,
      next: 'Name a file, or a folder of mydumper; without metadata the dump did not end.',
    });
  }
  const views = new Set(names.flatMap((name) => /^(.+)-schema-view\.sql/.exec(name)?.[1] ?? []));
  const ordered = names.flatMap((name) => {
    const part = partOf(name);
    // A view has a stand-in among the tables.
    const isStandIn = part === TABLES && views.has(name.replace(/-schema\.sql.*$/, ''));
    return part === undefined || isStandIn ? [] : [{ name, part }];
  });
  const files: DumpFile[] = [];
  for (const { name, part } of ordered.toSorted((a, b) => a.part - b.part)) {
    const { size } = await stat(path.join(folder, name));
    files.push({ path: path.join(folder, name), bytes: size, database: PARTS[part]!.exec(name)![1]! });
  }
  return files;
}

function partOf(name: string): number | undefined {
  if (/-schema-create\.sql/.test(name)) return undefined;
  for (const part of [VIEWS, POST, TRIGGERS, TABLES, ROWS]) {
    if (PARTS[part]!.test(name)) return part;
  }
  return undefined;
}

/**
 * The bytes of a file, decompressed by its ending.
 *
 * @param onBytes told how many bytes of the file itself were read.
 * @throws usage when it is cut off, or is not compressed as its name says; trouble never: what cannot be read is told.
 */
export async function* readDumpFile(
  { path: file }: DumpFile,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const raw = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  raw.on('data', (chunk) => onBytes(chunk.length));
  raw.pause();
  const stream = decompressed(raw, file);
  try {
    for await (const chunk of stream) {
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } catch (error) {
    throw usage({
      what: 'The dump cannot be read to its end.',
      expected: `a whole file${file.endsWith('.sql') ? '' : `, compressed as ${path.extname(file)} says`}`,
      seen: messageOf(error),
      where: file,
      next: 'It was cut off or damaged: copy or make it again.',
      cause: error,
    });
  } finally {
    raw.destroy();
    stream.destroy();
  }
}

function decompressed(raw: Readable, file: string): Readable {
  if (!/\.(?:gz|zst)$/.test(file)) return raw;
  const options = { chunkSize: CHUNK_BYTES };
  const out = new PassThrough({ highWaterMark: CHUNK_BYTES });
  const decompress = file.endsWith('.gz') ? createGunzip(options) : createZstdDecompress(options);
  // The error reaches whoever reads `out`.
  pipeline(raw, decompress, out).catch((error: unknown) => out.destroy(error instanceof Error ? error : undefined));
  return out;
}
