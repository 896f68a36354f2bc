import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf, RoundtripError, usage } from '../errors.ts';
import { zstdBytes } from './zstd.ts';

const CHUNK_BYTES = 1024 * 1024;
const BYTE_ORDER_MARK = 'efbbbf';

/** The bytes that files begin with, in hexadecimal. */
const COMPRESSED: readonly (readonly [begins: string, ending: string])[] = [
  ['1f8b', '.gz'],
  ['28b52ffd', '.zst'],
  // A skippable frame, which pzstd writes first (RFC 8878, section 3.1.2).
  ['502a4d18', '.zst'],
];
const OTHERS: readonly (readonly [begins: string, what: string, next: string])[] = [
  ['fffe', 'UTF-16', 'PowerShell’s > writes UTF-16: make the dump with mysqldump --result-file=FILE.'],
  ['feff', 'UTF-16', 'Make the dump with mysqldump --result-file=FILE.'],
  ['504b0304', 'a zip archive', 'Unpack it, and name the .sql file in it.'],
  ['425a68', 'compressed by bzip2', 'Decompress it, or compress it by gzip or zstd.'],
  ['fd377a585a00', 'compressed by xz', 'Decompress it, or compress it by gzip or zstd.'],
  ['5047444d50', 'a dump of PostgreSQL', 'Name a dump of MySQL.'],
  ['53514c69746520', 'a database of SQLite', 'Name a dump of MySQL.'],
];

/**
 * Returns the bytes of a file, without a byte order mark, and decompressed if its first bytes show that it is
 * compressed.
 *
 * @param onBytes receives how many more bytes of the file itself were read.
 * @param what a dump is refused if it is not SQL of MySQL; the lines of a log are checked by their reader.
 * @throws usage if it cannot be read, is cut off, or is not text.
 */
export async function* readBytes(
  file: string,
  onBytes: (bytes: number) => void,
  what: 'dump' | 'log' = 'dump',
): AsyncGenerator<Buffer> {
  let isFirst = true;
  try {
    for await (const chunk of decompressed(file, onBytes)) {
      if (isFirst && what === 'dump') refuseOthers(chunk, file);
      yield isFirst && startsWith(chunk, BYTE_ORDER_MARK) ? chunk.subarray(BYTE_ORDER_MARK.length / 2) : chunk;
      isFirst = false;
    }
  } catch (error) {
    if (error instanceof RoundtripError) throw error;
    throw usage({
      what: `The ${what} cannot be read to its end.`,
      expected: 'a whole file, plain or compressed by gzip or zstd',
      seen: messageOf(error),
      where: file,
      next: 'It was cut off or damaged: copy or make it again.',
      cause: error,
    });
  }
}

async function* decompressed(file: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const raw = rawBytes(file, onBytes);
  const { value: first } = await raw.next();
  if (first === undefined) return;
  const ending = COMPRESSED.find(([begins]) => startsWith(first, begins))?.[1] ?? '';
  const claimed = /\.(?:gz|zst)$/.exec(file)?.[0] ?? '';
  if (ending === '' && claimed !== '') throw new Error(`it is named ${claimed}, but does not begin like one`);
  const whole = putBack(first, raw);
  if (ending === '.zst') yield* zstdBytes(whole, CHUNK_BYTES);
  else if (ending === '.gz') yield* gunzipped(whole);
  else yield* whole;
}

async function* rawBytes(file: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    if (!Buffer.isBuffer(chunk)) continue;
    onBytes(chunk.length);
    yield chunk;
  }
}

async function* putBack(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function* gunzipped(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // An error of either stream reaches the reader.
  const stream = pipeline(compressed, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
  for await (const chunk of stream) {
    if (Buffer.isBuffer(chunk)) yield chunk;
  }
}

function refuseOthers(chunk: Buffer, file: string): void {
  const found = OTHERS.find(([begins]) => startsWith(chunk, begins));
  if (found === undefined) return;
  const [, seen, next] = found;
  throw usage({ what: 'The file is not a MySQL dump.', expected: 'SQL in UTF-8', seen, where: file, next });
}

function startsWith(chunk: Buffer, hexadecimal: string): boolean {
  return chunk.toString('hex', 0, hexadecimal.length / 2) === hexadecimal;
}
