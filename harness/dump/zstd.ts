import { once } from 'node:events';
import { createZstdDecompress, type ZstdDecompress } from 'node:zlib';

/**
 * Decompresses zstd, frame by frame. Node stops at the end of the first frame and drops the others without an error
 * (tried on 24.21), but a file can have many: pzstd writes one for each part, and files can be joined.
 *
 * @throws Node's error for data that is cut off, or is not zstd.
 */
export async function* zstdBytes(compressed: AsyncIterable<Buffer>, chunkBytes: number): AsyncGenerator<Buffer> {
  const pieces = compressed[Symbol.asyncIterator]();
  let rest: Buffer | null = await nextPiece(pieces);
  while (rest !== null) {
    const frame = createZstdDecompress({ chunkSize: chunkBytes });
    const feeding = feed(frame, rest, pieces);
    // The reader of the frame gets the error.
    feeding.catch(() => undefined);
    for await (const chunk of frame) {
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
    rest = await feeding;
  }
}

/** Feeds pieces to the frame until it has ended; returns what it did not consume, or null if nothing is left. */
async function feed(frame: ZstdDecompress, first: Buffer, pieces: AsyncIterator<Buffer>): Promise<Buffer | null> {
  const ended = once(frame, 'close');
  let given = 0;
  for (let piece: Buffer | null = first; piece !== null; piece = await nextPiece(pieces)) {
    const { promise: written, resolve } = Promise.withResolvers<void>();
    given += piece.length;
    frame.write(piece, () => resolve());
    // After the end of the frame, nothing is reported about what was written.
    await Promise.race([written, ended]);
    const left = given - frame.bytesWritten;
    if (left > 0) return piece.subarray(piece.length - left);
  }
  frame.end();
  await ended;
  return null;
}

async function nextPiece(pieces: AsyncIterator<Buffer>): Promise<Buffer | null> {
  for (;;) {
    const { value, done } = await pieces.next();
    if (done === true) return null;
    if (value.length > 0) return value;
  }
}
