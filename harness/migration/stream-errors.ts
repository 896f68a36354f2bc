import { errorKindOf, withoutStatement, type ErrorKind } from '../error-kind.ts';
import type { Stream } from '../vtctl/move-tables.ts';

export interface StreamError {
  readonly kind: ErrorKind;
  /** Whether Vitess itself has given up, and does not try again until someone starts the stream. */
  readonly hasEnded: boolean;
  /** The stream's message, without the statement that it sent, which may be long and contain rows. */
  readonly text: string;
  /** The table that the error is about, if the message names it. */
  readonly table: string | null;
}

/** What Vitess writes into a stream's message when it gives up (vreplication/controller.go, TerminalErrorIndicator). */
const TERMINAL = /^terminal error\b/;

/** Messages that appear without anything being wrong (every setState of vreplication and vtctl/workflow, and vdiff/table_differ.go). */
const NO_ERROR =
  /^(?:$|FROZEN$|Picked source tablet: |Stopped |Stop position |There is nothing to replicate$|(?:stopped |synchronizing )?for (?:cutover|vdiff)$)/;

const TABLES = [
  /for table "([^"]+)"/,
  /for the "?([^"\s]+)"? table/,
  /error applying event for table (\S+)/,
  /for (\S+)\.\S+ when building/,
];

/** Returns what is wrong with a stream, from its state and its message; null if nothing is. */
export function streamErrorOf({ state, message }: Pick<Stream, 'state' | 'message'>): StreamError | null {
  if (NO_ERROR.test(message)) {
    return state === 'Error' ? { kind: 'unclear', hasEnded: true, text: message || 'no message', table: null } : null;
  }
  const text = withoutStatement(message);
  const table = TABLES.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined) ?? null;
  // Otherwise the state Error only means that vtctld found "error" in the message (vtctl/workflow/workflows.go).
  return { kind: errorKindOf(text), hasEnded: TERMINAL.test(message), text, table };
}
