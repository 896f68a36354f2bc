import { open, type FileHandle } from 'node:fs/promises';
import { trouble, usage } from '../../errors.ts';

const CHUNK_BYTES = 4 << 20;
const LINE_BREAK = 0x0a;

/**
 * Bytes that contain only whole lines, from `start` to `end`; the last byte is a line break. A block is valid until the
 * next one is requested.
 */
export interface LineBlock {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * Yields the whole lines of a file, in order, using two buffers: one is filled while the other is processed. What
 * follows the last line break is left out, because a writer was cut off there.
 *
 * @throws `usage` if the file cannot be opened; `trouble` if a line is longer than 4 MiB.
 */
export async function* readLineBlocks(file: string): AsyncGenerator<LineBlock> {
  const handle = await opened(file);
  try {
    // There is room before the data for the unfinished line at the end of the chunk before.
    let current = Buffer.allocUnsafe(2 * CHUNK_BYTES);
    let next = Buffer.allocUnsafe(2 * CHUNK_BYTES);
    let carried = 0;
    let read = await fill(handle, current);
    while (read > 0) {
      const upcoming = fill(handle, next);
      // The buffer must not be abandoned while it is being filled, whatever the reader of blocks throws.
      upcoming.catch(() => undefined);
      const start = CHUNK_BYTES - carried;
      const readTo = CHUNK_BYTES + read;
      const end = current.subarray(start, readTo).lastIndexOf(LINE_BREAK) + 1 + start;
      if (end > start) yield { bytes: current, start, end };
      carried = readTo - end;
      if (carried > CHUNK_BYTES) throw trouble({ what: `A line is longer than ${CHUNK_BYTES} bytes.`, where: file });
      read = await upcoming;
      current.copy(next, CHUNK_BYTES - carried, end, readTo);
      [current, next] = [next, current];
    }
  } finally {
    await handle.close();
  }
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    throw usage({
      what: 'The file cannot be read.',
      where: file,
      next: 'Name the folder of a recorded run.',
      cause: error,
    });
  }
}

async function fill(handle: FileHandle, buffer: Buffer): Promise<number> {
  const { bytesRead } = await handle.read(buffer, CHUNK_BYTES, CHUNK_BYTES);
  return bytesRead;
}
