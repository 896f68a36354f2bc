import { isUtf8 } from 'node:buffer';
import { readBytes } from '../dump/bytes.ts';

const NEWLINE = 10;

/** A byte that is not part of UTF-8, written like Python's `surrogateescape`: no text contains such half of a pair. */
const ESCAPED = 0xdc00;
/** Matches, in a string with one character per byte, a multi-byte character of UTF-8, or a byte that is in none. */
const SEQUENCES =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/**
 * Returns the lines of a log, plain or compressed, many at once because there may be millions. A line keeps a carriage
 * return at its end, unless all lines of the file end with one.
 *
 * Logs contain the bytes of strings as they were sent. Bytes that are not UTF-8 become half surrogates, which `bytesOf`
 * turns back.
 *
 * @param onBytes receives how many more bytes of the file itself were read.
 * @throws usage if the file cannot be read, is cut off, or is not text.
 */
export async function* readLines(file: string, onBytes: (bytes: number) => void): AsyncGenerator<string[]> {
  let rest: Buffer[] = [];
  let hasCarriageReturns: boolean | null = null;
  for await (const chunk of readBytes(file, onBytes, 'log')) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const lines = textOf(Buffer.concat([...rest, chunk.subarray(0, end)])).split('\n');
    rest = [chunk.subarray(end + 1)];
    hasCarriageReturns ??= lines[0]!.endsWith('\r');
    yield hasCarriageReturns ? lines.map((line) => line.replace(/\r$/, '')) : lines;
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield [textOf(last)];
}

/** Returns bytes as text; those that are not UTF-8 become half surrogates. */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return bytes
    .toString('latin1')
    .replaceAll(SEQUENCES, (sequence) =>
      sequence.length > 1
        ? Buffer.from(sequence, 'latin1').toString('utf8')
        : String.fromCharCode(ESCAPED + sequence.charCodeAt(0)),
    );
}

/** Whether a text contains bytes that are not UTF-8. */
export function holdsBytes(text: string): boolean {
  return /[\udc80-\udcff]/.test(text) && !text.isWellFormed();
}

/** Returns the bytes from which `textOf` made this text. */
export function bytesOf(text: string): Buffer {
  const parts = text.split(/((?<![\ud800-\udbff])[\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((part, at) => (at % 2 === 1 ? Buffer.from([part.charCodeAt(0) - ESCAPED]) : Buffer.from(part, 'utf8'))),
  );
}
