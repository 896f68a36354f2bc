import { messageOf, trouble } from '../errors.ts';
import { readLineBlocks } from './scan/line-blocks.ts';
import type { HistoryLine, OperationLine } from './lines.ts';
import { isOperationType, OperationScanner, type ScannedOperation } from './scan/operation-scanner.ts';

export { isOperationType, type ScannedOperation } from './scan/operation-scanner.ts';

const LINE_BREAK = 0x0a;
const MOST_SHOWN = 200;

/** A line that is not about an operation. */
export type OtherLine = Exclude<HistoryLine, OperationLine>;

/** The text of the current line in the file. */
export interface RawLine {
  toString(): string;
}

export interface HistoryVisitor {
  /** The operation, which is the same object every time, so it is only valid during the call. */
  operation(operation: ScannedOperation, raw: RawLine): void;
  line(line: OtherLine, raw: RawLine): void;
}

/**
 * Reads `history.jsonl` in one pass and bounded memory, up to its last whole line.
 *
 * @returns the number of lines.
 * @throws `usage` if there is no such file; `trouble`, with number and content, for a line that is broken or missing.
 */
export async function readHistory(file: string, visitor: HistoryVisitor): Promise<number> {
  const lines = new Lines(file, visitor);
  for await (const { bytes, start, end } of readLineBlocks(file)) lines.read(bytes, start, end);
  return lines.count;
}

class Lines {
  readonly #file: string;
  readonly #visitor: HistoryVisitor;
  readonly #scanner = new OperationScanner();
  readonly #raw = new Raw();
  count = 0;

  constructor(file: string, visitor: HistoryVisitor) {
    this.#file = file;
    this.#visitor = visitor;
  }

  read(bytes: Buffer, start: number, end: number): void {
    const scanner = this.#scanner;
    const raw = this.#raw;
    let at = start;
    while (at < end) {
      let next = scanner.scan(bytes, at);
      if (next < 0) {
        next = bytes.indexOf(LINE_BREAK, at) + 1;
        raw.set(bytes, at, next - 1);
        this.#other();
      } else {
        raw.set(bytes, at, next - 1);
        this.#operation(scanner.operation);
      }
      this.count++;
      at = next;
    }
  }

  #operation(operation: ScannedOperation): void {
    if (operation.index !== this.count) throw this.#broken(`it has the index ${operation.index}`);
    this.#visitor.operation(operation, this.#raw);
  }

  /** Reads a line in a form that the scanner does not know. */
  #other(): void {
    const line = this.#parsed();
    if (isOperation(line)) {
      if (typeof line.process !== 'number' || typeof line.table !== 'string') throw this.#broken('a field is missing');
      this.#operation(this.#scanner.take(line));
      return;
    }
    if (line.index !== this.count) throw this.#broken(`it has the index ${String(line.index)}`);
    this.#visitor.line(line, this.#raw);
  }

  #parsed(): HistoryLine {
    let line: unknown;
    try {
      line = JSON.parse(this.#raw.toString());
    } catch (error) {
      throw this.#broken(messageOf(error));
    }
    if (typeof line !== 'object' || line === null || !('type' in line)) throw this.#broken('it has no type');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writer's; what is read of it is looked at
    return line as HistoryLine;
  }

  #broken(why: string): Error {
    return trouble({
      what: `Line ${this.count} of the history cannot be read: ${why}.`,
      expected: `a line of JSON with the index ${this.count}`,
      seen: this.#raw.toString().slice(0, MOST_SHOWN),
      where: this.#file,
    });
  }
}

function isOperation(line: HistoryLine): line is OperationLine {
  return isOperationType(line.type);
}

class Raw implements RawLine {
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  set(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  toString(): string {
    return this.#bytes.toString('utf8', this.#start, this.#end);
  }
}
