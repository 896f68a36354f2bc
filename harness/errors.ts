/** How a run ends when this error ends it; the CLI turns it into an exit code. */
export type ErrorOutcome = 'fail' | 'unknown' | 'usage';

/** What a reader needs in order to act. Every line but the first is optional, and none is ever a guess. */
export interface ErrorFacts {
  /** One sentence: what went wrong. */
  readonly what: string;
  readonly expected?: string;
  readonly seen?: string;
  /** Step, keyspace, table, file, or command: the place to look. */
  readonly where?: string;
  /** What the reader can do next. */
  readonly next?: string;
  readonly cause?: unknown;
}

/**
 * An error that says what was expected, what was seen, where, and what to do next.
 *
 * `outcome` is `fail` when the migration did something wrong, `unknown` when the machine, the engine or a server got in
 * the way so that nothing can be said, and `usage` when the caller asked for something impossible.
 */
export class RoundtripError extends Error {
  override readonly name: string = 'RoundtripError';
  readonly outcome: ErrorOutcome;
  readonly facts: ErrorFacts;

  constructor(outcome: ErrorOutcome, facts: ErrorFacts) {
    super(layOut(facts), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.outcome = outcome;
    this.facts = facts;
  }
}

/** The migration did something that it must not do. */
export function failure(facts: ErrorFacts): RoundtripError {
  return new RoundtripError('fail', facts);
}

/** Nothing can be said, because the machine, the engine, or a server got in the way. */
export function trouble(facts: ErrorFacts): RoundtripError {
  return new RoundtripError('unknown', facts);
}

/** A file that a run leaves behind cannot be written. */
export function cannotWrite(file: string, cause: unknown): RoundtripError {
  return trouble({
    what: `${file.split('/').at(-1)} cannot be written.`,
    seen: messageOf(cause),
    where: file,
    next: 'Make room on the disk that holds the artifacts, and run again.',
    cause,
  });
}

/** Whether the operating system refused something, as opposed to a bug in this code. */
export function isOfSystem(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
}

/** The caller asked for something impossible. */
export function usage(facts: ErrorFacts): RoundtripError {
  return new RoundtripError('usage', facts);
}

/**
 * Returns the outcome of an error. An unclassified one says nothing about the migration, so it is `unknown`. When a
 * clean-up failed after the body, there are two errors, and the first one counts.
 */
export function outcomeOf(error: unknown): ErrorOutcome {
  if (error instanceof SuppressedError) return outcomeOf(error.suppressed);
  return error instanceof RoundtripError ? error.outcome : 'unknown';
}

/**
 * Returns the message of anything that was thrown. Under Jest, Node's own errors are not instances of this realm's
 * Error.
 */
export function messageOf(error: unknown): string {
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return isError ? String(error.message) : String(error);
}

/** Returns an error in at most two lines: what went wrong, and the first line of what was seen. */
export function briefly(error: unknown): string {
  const { what, seen } = error instanceof RoundtripError ? error.facts : { what: messageOf(error), seen: undefined };
  return [what, seen].flatMap((text) => text?.split('\n').slice(0, 1) ?? []).join(' ');
}

/** Words of servers that lack disk, memory, connections or time. A cancelled call says nothing about its cause. */
const OUT_OF_RESOURCES = [
  /no space left on device|disk full|ER_DISK_FULL/i,
  /the table '.*' is full|ER_RECORD_FILE_FULL/i,
  /out of memory|out of resources|out of sort memory|ER_OUTOFMEMORY|ER_OUT_OF_RESOURCES|cannot allocate memory/i,
  /too many connections|ER_CON_COUNT_ERROR|too many open files/i,
  /code = (?:ResourceExhausted|Canceled)\b|pool (?:connection limit exceeded|is exhausted)/i,
];
/**
 * gRPC also reports a message beyond its size limit as ResourceExhausted, but that limit holds in production as well.
 */
const TOO_LARGE = /message larger than max/i;

/** Whether the message of a server's error shows that the cause is the machine and not the migration. */
export function isOutOfResources(message: string): boolean {
  return !TOO_LARGE.test(message) && OUT_OF_RESOURCES.some((pattern) => pattern.test(message));
}

/**
 * Returns the error for a server's refusal: a `failure`, or `trouble` when the server says that it lacked resources.
 */
export function refusal(facts: ErrorFacts): RoundtripError {
  const isTrouble = isOutOfResources([facts.seen, messageOf(facts.cause ?? '')].join('\n'));
  if (!isTrouble) return failure(facts);
  const next = 'Give the servers more disk, memory or connections, and rehearse again.';
  return trouble({ ...facts, next });
}

function layOut(facts: ErrorFacts): string {
  const rows: [string, string | undefined][] = [
    ['expected', facts.expected],
    ['seen', facts.seen],
    ['where', facts.where],
    ['next', facts.next],
  ];
  const lines = rows.flatMap(([label, text]) =>
    text === undefined ? [] : [`  ${`${label}:`.padEnd(10)}${indentContinuation(text)}`],
  );
  return [facts.what, ...lines].join('\n');
}

function indentContinuation(text: string): string {
  return text.trimEnd().replaceAll('\n', `\n${' '.repeat(12)}`);
}
