import type { ErrorOutcome } from '../errors.ts';
import type { Decision } from '../report/decision.ts';

/**
 * The exit status for each outcome of an error; `unknown` is trouble with the machine, and 64 is EX_USAGE of
 * sysexits.h.
 */
export const EXIT_CODES: Readonly<Record<ErrorOutcome, number>> = { fail: 1, unknown: 2, usage: 64 };
/** The exit status for each decision. */
export const DECISION_CODES = { go: 0, 'no-go': 1, unknown: 2 } as const satisfies Record<Decision['verdict'], number>;
