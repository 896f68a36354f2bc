/** What a statement returned on one side: its rows, the number of rows that it changed, or why it was not run. */
export type StatementOutcome = { readonly gave: string } | { readonly error: string; readonly cause: ErrorCause };

/**
 * Why a side did not run a statement. `rows`: because of the current rows, so it may run the next time. `resources`: a
 * server lacks disk, memory or connections. `statement`: the side does not support this statement.
 */
export type ErrorCause = 'rows' | 'resources' | 'statement';

export interface OutcomePair {
  readonly source: StatementOutcome;
  readonly vtgate: StatementOutcome;
}

/**
 * The result of running a statement on both sides. `changing`: both ran it, but the source never returned the same
 * answer twice, so nothing more is known.
 */
export type Comparison =
  | { readonly found: 'alike' | 'changing'; readonly source: StatementOutcome }
  | ({ readonly found: 'refused' | 'different' } & OutcomePair);

/** How often to ask the source again for the same answer, because others may write between two answers. */
const ATTEMPTS = 5;
/** How often vtgate must refuse what the source runs; a single error may be momentary. */
const REFUSALS = 2;

/**
 * Compares what both sides return for a statement. Different values count only if the source returns the same values
 * twice. An error always counts, because vtgate can also refuse a read of NOW(), which never returns the same value
 * twice.
 */
export async function compareSides(
  source: () => Promise<StatementOutcome>,
  vtgate: () => Promise<StatementOutcome>,
): Promise<Comparison> {
  let before = await source();
  let refusals = 0;
  for (let attempt = 1; ; attempt++) {
    const through = await vtgate();
    if (wholeOf(before) === wholeOf(through) && !isRefused(before)) return { found: 'alike', source: before };
    const after = await source();
    const pair = { source: after, vtgate: through };
    if (isRefused(before) && isRefused(after)) return { found: 'refused', ...pair };
    if (isRefused(through) && ++refusals === REFUSALS) return { found: 'different', ...pair };
    if (!isRefused(through) && wholeOf(before) === wholeOf(after)) return { found: 'different', ...pair };
    if (attempt === ATTEMPTS) return { found: 'changing', source: after };
    before = after;
  }
}

/** Whether a side does not support the statement or cannot run it now; an error caused by the rows is an answer. */
function isRefused(outcome: StatementOutcome): boolean {
  return 'error' in outcome && outcome.cause !== 'rows';
}

function wholeOf(outcome: StatementOutcome): string {
  return 'gave' in outcome ? outcome.gave : outcome.error;
}

/** Returns an outcome as short text. */
export function textOf(outcome: StatementOutcome): string {
  const text = wholeOf(outcome);
  return text.length <= 300 ? text : `${text.slice(0, 300)}… (${text.length} characters)`;
}
