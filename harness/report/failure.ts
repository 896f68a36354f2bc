import { RoundtripError, messageOf, outcomeOf, type ErrorFacts, type ErrorOutcome } from '../errors.ts';
import { painter } from './paint.ts';
import { hang, manyLines } from './text.ts';

const LABEL_COLUMNS = 11;
const MAX_CAUSES = 8;
const HEADING = { fail: 'FAIL', unknown: 'UNKNOWN', usage: 'USAGE' } as const satisfies Record<ErrorOutcome, string>;

/** What a reader needs in addition to the error; unknown parts are left out. */
export interface FailureContext {
  /** The step as `whereItFailed` names it, such as `4/11 copy`. */
  readonly step?: string | undefined;
  readonly seed?: number;
  /** The command that runs it again. */
  readonly again?: string;
  /** The run's folder. */
  readonly artifacts?: string;
  readonly colour?: boolean;
  /** The run's verdict has been shown, and one run has one such word; USAGE is not a verdict. */
  readonly isVerdictShown?: boolean;
}

/** Lays out a failure: what went wrong, expected, seen, where, causes, seed, how to run it again, artifacts. */
export function layOutFailure(thrown: unknown, context: FailureContext = {}): string {
  const paint = painter(context.colour ?? false);
  const { error, cleanUps } = unwrapped(thrown);
  const outcome = outcomeOf(error);
  const facts = factsOf(error);
  const rows: [string, string | undefined][] = [
    ['expected', facts.expected],
    ['seen', facts.seen],
    ['step', context.step],
    ['where', facts.where],
    ...causesOf(error).map((cause): [string, string] => ['caused by', textOf(cause)]),
    ...cleanUps.map((cleanUp): [string, string] => ['then also', textOf(cleanUp)]),
    ['next', facts.next],
    ['seed', context.seed?.toString()],
    ['again', context.again],
    ['artifacts', context.artifacts],
  ];
  const word = context.isVerdictShown === true && outcome !== 'usage' ? 'ERROR' : HEADING[outcome];
  const heading = paint(['bold', outcome === 'fail' ? 'red' : 'yellow'], word);
  const lines = rows.flatMap(([label, text]) =>
    text === undefined ? [] : [`  ${paint('dim', label.padEnd(LABEL_COLUMNS))}${hanging(text, LABEL_COLUMNS + 2)}`],
  );
  const what = hanging(facts.what, word.length + 2);
  return [`${heading}  ${what}`, ...(lines.length === 0 ? [] : ['', ...lines]), ''].join('\n');
}

/**
 * Returns the first error. When the clean-up fails too, `await using` throws an error that names the clean-up first.
 */
function unwrapped(thrown: unknown): { error: unknown; cleanUps: readonly unknown[] } {
  const cleanUps: unknown[] = [];
  let error = thrown;
  while (error instanceof SuppressedError && cleanUps.length < MAX_CAUSES) {
    cleanUps.unshift(error.error);
    error = error.suppressed;
  }
  return { error, cleanUps };
}

function factsOf(error: unknown): ErrorFacts {
  if (error instanceof RoundtripError) return error.facts;
  const where = firstFrame(error);
  return { what: textOf(error), ...(where === undefined ? {} : { where }) };
}

/** Returns everything below an error, nearest first; bounded, because a chain of causes may be circular. */
function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  const seen = new Set<unknown>([error]);
  const queue = belowOf(error);
  for (let cause = queue.shift(); cause !== undefined && causes.length < MAX_CAUSES; cause = queue.shift()) {
    if (seen.has(cause)) continue;
    seen.add(cause);
    causes.push(cause);
    queue.push(...belowOf(cause));
  }
  return causes;
}

function belowOf(error: unknown): unknown[] {
  if (!(error instanceof Error)) return [];
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error.cause, ...parts].filter((cause) => cause !== undefined && cause !== null);
}

function textOf(error: unknown): string {
  if (error instanceof RoundtripError) return error.message;
  if (!(error instanceof Error)) return messageOf(error);
  // Node's network errors may carry only a code.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = error.message === '' ? code : error.message;
  const named = error.name === 'Error' ? message : `${error.name}${message === '' ? '' : `: ${message}`}`;
  const text = named === '' ? 'an error without a message' : named;
  return code === '' || text.includes(code) ? text : `${text} (${code})`;
}

/** This error was not classified, so the place in the code is the only hint. */
function firstFrame(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line)) ?? [];
  const frame = frames.find((line) => !line.includes('node:') && !line.includes('node_modules')) ?? frames[0];
  return frame?.trim();
}

function hanging(text: string, columns: number): string {
  return hang(manyLines(text), ' '.repeat(columns));
}
