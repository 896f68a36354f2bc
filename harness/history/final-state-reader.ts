import { messageOf, trouble } from '../errors.ts';
import { readLineBlocks } from './scan/line-blocks.ts';
import { LineScanner, Literal } from './scan/line-scanner.ts';
import type { FinalRow, FinalStateLine } from './lines.ts';

const LINE_BREAK = 0x0a;
const NULL_START = 0x6e;
const QUOTE = 0x22;
const ROW = new Literal('{"type":"row","table":');
const KEY = new Literal(',"key":');
const VALUE = new Literal(',"value":');
const VERSION = new Literal(',"version":');
const NULL = new Literal('null');
const BRACE = 0x7d;

/** A row; fields that the line lacks are undefined. */
export interface FinalRowRead {
  readonly table: string;
  readonly key: number | string | null;
  readonly value: number | null;
  readonly version: number | undefined;
}

export interface FinalStateVisitor {
  /** The row, which is the same object every time, so it is only valid during the call. */
  row(row: FinalRowRead): void;
  finalLine(line: Exclude<FinalStateLine, FinalRow>): void;
}

/**
 * Reads `final-state.jsonl`, up to its last whole line.
 *
 * @throws `usage` if there is no such file; `trouble`, with number and content, for a broken line.
 */
export async function readFinalState(file: string, visitor: FinalStateVisitor): Promise<void> {
  const scanner = new LineScanner();
  const row = {
    table: '',
    key: null as number | string | null,
    value: null as number | null,
    version: undefined as number | undefined,
  };
  let number = 0;
  for await (const { bytes, start, end } of readLineBlocks(file)) {
    for (let at = start; at < end; number++) {
      scanner.begin(bytes, at);
      if (scanRow(scanner, row)) {
        visitor.row(row);
        at = scanner.at;
        continue;
      }
      const next = bytes.indexOf(LINE_BREAK, at) + 1;
      const line = parsed(bytes.toString('utf8', at, next - 1), number, file);
      if (line.type === 'row') visitor.row({ ...line, version: line.version });
      else visitor.finalLine(line);
      at = next;
    }
  }
}

function scanRow(scanner: LineScanner, row: { -readonly [Field in keyof FinalRowRead]: FinalRowRead[Field] }): boolean {
  if (!scanner.skip(ROW)) return false;
  row.table = scanner.text(0);
  scanner.pass(KEY);
  row.key = scanner.peek() === QUOTE ? scanner.freshText() : wholeOrNull(scanner);
  scanner.pass(VALUE);
  row.value = wholeOrNull(scanner);
  if (scanner.failed) return false;
  row.version = scanner.skip(VERSION) ? scanner.whole() : undefined;
  scanner.passByte(BRACE);
  scanner.passByte(LINE_BREAK);
  return !scanner.failed;
}

function wholeOrNull(scanner: LineScanner): number | null {
  if (scanner.peek() !== NULL_START) return scanner.whole();
  scanner.pass(NULL);
  return null;
}

function parsed(text: string, number: number, file: string): FinalStateLine {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writer's
    return JSON.parse(text) as FinalStateLine;
  } catch (error) {
    throw trouble({
      what: `Line ${number} of the final state cannot be read: ${messageOf(error)}.`,
      expected: 'a line of JSON',
      seen: text.slice(0, 200),
      where: file,
    });
  }
}
