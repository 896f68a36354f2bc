/** How a run ends when this error ends it; the CLI turns it into an exit code. */
export type Outcome = 'fail' | 'unknown' | 'usage';

/** What a reader needs in order to act: every line is optional but the first, none is ever a guess. */
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
 * `outcome` is `fail` when the migration did something wrong, `unknown` when the machine, the engine or a
 * server got in the way so that nothing can be said, and `usage` when the caller asked for something that
 * cannot be.
 */
export class RoundtripError extends Error {
  override readonly name: string = 'RoundtripError';
  readonly outcome: Outcome;
  readonly facts: ErrorFacts;

  constructor(outcome: Outcome, facts: ErrorFacts) {
    super(layOut(facts), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.outcome = outcome;
    this.facts = facts;
  }
}

/** The migration did something that must not be. */
export function failure(facts: ErrorFacts): RoundtripError {
  return new RoundtripError('fail', facts);
}

/** Nothing can be said: the machine, the engine, or a server got in the way. */
export function trouble(facts: ErrorFacts): RoundtripError {
  return new RoundtripError('unknown', facts);
}

/** The caller asked for something that cannot be. */
export function usage(facts: ErrorFacts): RoundtripError {
  return new RoundtripError('usage', facts);
}

/**
 * An error nobody classified says nothing about the migration, so it is `unknown`. Of two, where a clean-up failed
 * after the body, the first counts.
 */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof SuppressedError) return outcomeOf(error.suppressed);
  return error instanceof RoundtripError ? error.outcome : 'unknown';
}

/** The message of anything that was thrown; under Jest, Node's own errors are no instances of this realm's Error. */
export function messageOf(error: unknown): string {
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return isError ? String(error.message) : String(error);
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
