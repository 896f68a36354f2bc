import { zstdCompressSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { zstdBytes } from './zstd.ts';

async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function decompressed(bytes: Buffer, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of zstdBytes(inPieces(bytes, length), 64)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('all frames of a file are read, wherever its pieces end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 200 }),
      async (frames, length) => {
        const file = Buffer.concat(frames.map((frame) => zstdCompressSync(frame)));
        expect(await decompressed(file, length)).toEqual(Buffer.concat(frames));
      },
    ),
    { numRuns: 300 },
  );
});

const two = [zstdCompressSync(Buffer.alloc(5_000, 'one')), zstdCompressSync(Buffer.alloc(5_000, 'two'))];

test.each([
  ['the first frame', two[0]!.subarray(0, -3)],
  ['the second frame', Buffer.concat(two).subarray(0, -3)],
])('a file that is cut off in %s is refused', async (_, file) => {
  for (const length of [1, 7, 10_000]) await expect(decompressed(file, length)).rejects.toThrow(/unexpected end/);
});

test('data that is not zstd is refused', async () => {
  await expect(decompressed(Buffer.from('CREATE TABLE t (a INT);'), 100)).rejects.toThrow(/frame/);
  await expect(decompressed(Buffer.concat([...two, Buffer.from('more')]), 100)).rejects.toThrow(/frame|end/);
});
