import { isOfServer } from '../error-kind.ts';
import { failure, trouble, type RoundtripError } from '../errors.ts';
import type { Stream, Workflow, WorkflowName } from '../vtctl/move-tables.ts';
import { streamErrorOf, type StreamError } from './stream-errors.ts';

/** A failover takes about a minute; on servers that are not ours, someone may have to do it by hand. */
const PATIENCE_MS = { ours: 60_000, existing: 300_000 };

/**
 * Watches a workflow's streams during a wait. A stream that cannot continue ends the wait at once. A stream that keeps
 * meeting the same error without making progress ends it when patience runs out.
 */
export class StreamWatch {
  readonly #name: WorkflowName;
  readonly #patienceMs: number;
  #failing: { readonly stream: Stream; readonly error: StreamError; readonly since: number } | null = null;
  #progress = '';

  constructor(name: WorkflowName, isOurs: boolean, patienceMs = PATIENCE_MS[isOurs ? 'ours' : 'existing']) {
    this.#name = name;
    this.#patienceMs = patienceMs;
  }

  /** The last error since any stream made progress, for a person to read; empty if there was none. */
  get error(): string {
    return this.#failing?.error.text ?? '';
  }

  /**
   * @param now by `performance.now()`.
   * @throws `fail` if the schema or its values are the cause, else `unknown`.
   */
  look({ streams }: Pick<Workflow, 'streams'>, now = performance.now()): void {
    refuseEnded(this.#name, streams);
    const progress = streams.map(progressOf).join(' ');
    if (progress !== this.#progress) this.#failing = null;
    this.#progress = progress;
    const found = streams
      .map((stream) => ({ stream, error: streamErrorOf(stream) }))
      .find(({ error }) => error !== null);
    // Between two attempts a stream reports which tablet it picked, or nothing, but the error may not have healed.
    if (found?.error)
      this.#failing = { stream: found.stream, error: found.error, since: this.#sinceOf(found.error, now) };
    if (this.#failing === null || now - this.#failing.since < this.#patienceMs) return;
    const expected = `that it gets further within ${this.#patienceMs / 1000} s`;
    throw failing(this.#name, this.#failing.stream, this.#failing.error, expected);
  }

  #sinceOf(error: StreamError, now: number): number {
    const last = this.#failing;
    return last !== null && likeness(last.error.text) === likeness(error.text) ? last.since : now;
  }
}

/**
 * @throws if a stream cannot continue: `fail` because of the schema, `unknown` if a server or a connection ended it.
 */
export function refuseEnded(name: WorkflowName, streams: readonly Stream[]): void {
  for (const stream of streams) {
    const error = streamErrorOf(stream);
    if (error !== null && (error.kind === 'schema' || error.hasEnded)) throw ended(name, stream, error);
  }
}

/**
 * Does the same as `refuseEnded`, and also throws `unknown` if a stream meets an error that may heal. It is for callers
 * that have already waited.
 */
export function refuseFailing(name: WorkflowName, streams: readonly Stream[]): void {
  refuseEnded(name, streams);
  for (const stream of streams) {
    const error = streamErrorOf(stream);
    if (error !== null) throw failing(name, stream, error, 'that it goes on');
  }
}

/** Removes what may differ each time from the message of an error, such as a position or a connection. */
function likeness(text: string): string {
  return text.replaceAll(/[0-9a-f-]{36}/g, '').replaceAll(/\d+/g, '');
}

/** While it copies, a stream also moves on in the binary log, which is not progress towards the end of the copy. */
function progressOf({ copying, rowsCopied, position }: Stream): string {
  return copying.length > 0 ? `${rowsCopied} ${copying.join()}` : position;
}

function ended(name: WorkflowName, stream: Stream, error: StreamError): RoundtripError {
  const isTrouble = isOfServer(error.kind);
  return (isTrouble ? trouble : failure)({
    what: `The stream of ${name.workflow} cannot go on${error.table === null ? '' : ` with the table ${error.table}`}.`,
    expected: 'a stream that copies or runs',
    seen: seenOf(stream, error),
    where: `MoveTables show in ${name.targetKeyspace}`,
    next: isTrouble
      ? 'A server or a connection is at fault, not the migration: fix that, then rehearse again.'
      : 'Trying again does not help. Fix what the message names, in the schema or in the rows, then rehearse again.',
  });
}

function failing(name: WorkflowName, stream: Stream, error: StreamError, expected: string): RoundtripError {
  return trouble({
    what: `The stream of ${name.workflow} keeps meeting an error, and does not get any further.`,
    expected,
    seen: seenOf(stream, error),
    where: `MoveTables show in ${name.targetKeyspace}`,
    next: 'Fix what the message names; the log of the target’s primary tablet says more. Then rehearse again.',
  });
}

function seenOf({ tablet, state, copying }: Stream, { text }: StreamError): string {
  const left = copying.length > 0 ? `\nnot copied yet: ${copying.join(', ')}` : '';
  return `${tablet}, ${state.toLowerCase()}: ${text}${left}`;
}
