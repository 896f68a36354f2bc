import type { OperationLine, OperationName, OperationType } from '../lines.ts';
import { LineScanner, Literal } from './line-scanner.ts';

/** An operation's line; fields that the line lacks are undefined. */
export type ScannedOperation = { readonly [Field in keyof OperationLine]: OperationLine[Field] | undefined } & Required<
  Pick<OperationLine, 'index' | 'process' | 'type' | 'f' | 'table' | 'key' | 'value' | 'time'>
>;

type Writable = { -readonly [Field in keyof ScannedOperation]: ScannedOperation[Field] };

const NULL = 0x6e;
const QUOTE = 0x22;
const BRACKET = 0x5b;
const BRACE = 0x7d;
const LINE_BREAK = 0x0a;
const CLOSING_BRACKET = 0x5d;
const COMMA = 0x2c;
const field = (name: keyof OperationLine) => new Literal(`,"${name}":`);
const INDEX = new Literal('{"index":');
const PROCESS = field('process');
const TYPE = field('type');
const F = field('f');
const TABLE = field('table');
const KEY = field('key');
const VALUE = field('value');
const TIME = field('time');
const VERSION = field('version');
const MATCHED = field('matched');
const TO = field('to');
const SERVER = field('server');
const ANSWERED = field('answered');
const LATE = field('late');
const STATEMENT = field('statement');
const TABLET = field('tablet');
const NULL_TEXT = new Literal('null');

const TYPE_PLACE = 0;
const F_PLACE = 1;
const TABLE_PLACE = 2;
const SERVER_PLACE = 3;
const STATEMENT_PLACE = 4;
const TABLET_PLACE = 5;

const TYPES: ReadonlySet<string> = new Set(['invoke', 'ok', 'fail', 'info'] satisfies OperationType[]);

export function isOperationType(type: unknown): type is OperationType {
  return typeof type === 'string' && TYPES.has(type);
}

/**
 * Reads operations from bytes in the form of `formatOperation`, without creating a string or an object for each. Lines
 * with an error, or of a transaction that has ended, are rare, and are not read here.
 */
export class OperationScanner {
  readonly #scanner = new LineScanner();
  readonly #operation: Writable = {
    index: 0,
    process: 0,
    type: 'invoke',
    f: 'read',
    table: '',
    key: null,
    value: null,
    time: 0,
    version: undefined,
    matched: undefined,
    to: undefined,
    server: undefined,
    answered: undefined,
    error: undefined,
    message: undefined,
    duplicate: undefined,
    late: undefined,
    statement: undefined,
    tablet: undefined,
    executed: undefined,
    attempt: undefined,
    of: undefined,
    retried: undefined,
  };

  /** The last operation that was read, which is the same object every time. */
  get operation(): ScannedOperation {
    return this.#operation;
  }

  /** Returns where the next line begins; -1 if this one, which begins at `start`, is in another form. */
  scan(bytes: Uint8Array, start: number): number {
    const scanner = this.#scanner;
    const operation = this.#operation;
    scanner.begin(bytes, start);
    if (!scanner.skip(INDEX)) return -1;
    operation.index = scanner.whole();
    scanner.pass(PROCESS);
    operation.process = scanner.whole();
    // This is the earliest place that shows that a line is not an operation: such a line has no process.
    if (scanner.failed) return -1;
    scanner.pass(TYPE);
    const type = scanner.text(TYPE_PLACE);
    if (!isOperationType(type)) return -1;
    operation.type = type;
    scanner.pass(F);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as JSON.parse, which checks no more
    operation.f = scanner.text(F_PLACE) as OperationName;
    scanner.pass(TABLE);
    operation.table = scanner.text(TABLE_PLACE);
    scanner.pass(KEY);
    operation.key = this.#key();
    scanner.pass(VALUE);
    operation.value = this.#value();
    scanner.pass(TIME);
    operation.time = scanner.whole();
    if (scanner.failed) return -1;
    this.#optional();
    scanner.passByte(BRACE);
    scanner.passByte(LINE_BREAK);
    return scanner.failed ? -1 : scanner.at;
  }

  /** Copies a line that was read by other means, so that every operation is passed on as the same object. */
  take(parsed: OperationLine): ScannedOperation {
    const operation = this.#operation;
    operation.index = parsed.index;
    operation.process = parsed.process;
    operation.type = parsed.type;
    operation.f = parsed.f;
    operation.table = parsed.table;
    operation.key = parsed.key;
    operation.value = parsed.value;
    operation.time = parsed.time;
    operation.version = parsed.version;
    operation.matched = parsed.matched;
    operation.to = parsed.to;
    operation.server = parsed.server;
    operation.answered = parsed.answered;
    operation.error = parsed.error;
    operation.message = parsed.message;
    operation.duplicate = parsed.duplicate;
    operation.late = parsed.late;
    operation.statement = parsed.statement;
    operation.tablet = parsed.tablet;
    operation.executed = parsed.executed;
    operation.attempt = parsed.attempt;
    operation.of = parsed.of;
    operation.retried = parsed.retried;
    return operation;
  }

  #key(): number | string | null {
    const next = this.#scanner.peek();
    if (next === NULL) return this.#null();
    return next === QUOTE ? this.#scanner.freshText() : this.#scanner.whole();
  }

  #value(): number | readonly number[] | null {
    const next = this.#scanner.peek();
    if (next === NULL) return this.#null();
    return next === BRACKET ? this.#wholes() : this.#scanner.whole();
  }

  #null(): null {
    this.#scanner.pass(NULL_TEXT);
    return null;
  }

  #wholes(): number[] {
    const scanner = this.#scanner;
    const wholes: number[] = [];
    scanner.at++;
    if (scanner.skipByte(CLOSING_BRACKET)) return wholes;
    do wholes.push(scanner.whole());
    while (!scanner.failed && scanner.skipByte(COMMA));
    scanner.passByte(CLOSING_BRACKET);
    return wholes;
  }

  #optional(): void {
    const scanner = this.#scanner;
    const operation = this.#operation;
    operation.error = undefined;
    operation.message = undefined;
    operation.duplicate = undefined;
    operation.executed = undefined;
    operation.attempt = undefined;
    operation.of = undefined;
    operation.retried = undefined;
    operation.version = scanner.skip(VERSION) ? scanner.whole() : undefined;
    operation.matched = scanner.skip(MATCHED) ? scanner.whole() : undefined;
    operation.to = scanner.skip(TO) ? scanner.whole() : undefined;
    operation.server = scanner.skip(SERVER) ? scanner.text(SERVER_PLACE) : undefined;
    operation.answered = scanner.skip(ANSWERED) ? scanner.whole() : undefined;
    operation.late = scanner.skip(LATE) ? scanner.whole() : undefined;
    operation.statement = scanner.skip(STATEMENT) ? scanner.text(STATEMENT_PLACE) : undefined;
    operation.tablet = scanner.skip(TABLET) ? tabletOf(scanner) : undefined;
  }
}

function tabletOf(scanner: LineScanner): 'replica' | 'rdonly' | undefined {
  const tablet = scanner.text(TABLET_PLACE);
  if (tablet === 'replica' || tablet === 'rdonly') return tablet;
  scanner.failed = true;
  return undefined;
}
