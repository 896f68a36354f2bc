import { open, stat } from 'node:fs/promises';
import { lookUntil } from '../wait.ts';

/** The engine copies a server's log into its file, a little later than it is written. */
const FOLLOWED_WITHIN_MS = 2_000;

/** What a server logs from now on, by position in its file, so that no two clocks have to agree. */
export class LogSlice {
  readonly #file: string;
  readonly #from: number;

  private constructor(file: string, from: number) {
    this.#file = file;
    this.#from = from;
  }

  static async from(file: string): Promise<LogSlice> {
    return new LogSlice(file, await sizeOf(file));
  }

  /** Waits for the last line that is needed, or for two seconds, and returns the lines so far. */
  async until(isLast: (line: string) => boolean): Promise<readonly string[]> {
    let lines: readonly string[] = [];
    await lookUntil({ timeoutMs: FOLLOWED_WITHIN_MS }, async () => {
      lines = await this.#read();
      return { done: lines.some(isLast) || undefined, seen: `${lines.length} lines` };
    });
    return lines;
  }

  async #read(): Promise<string[]> {
    await using file = await open(this.#file);
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, size - this.#from));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#from);
    return buffer.toString('utf8', 0, bytesRead).split('\n');
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file)).size;
}
