import { existsSync } from 'node:fs';
import path from 'node:path';
import { usage } from '../errors.ts';
import { readFinalState } from '../history/final-state-reader.ts';
import { readHistory, type OtherLine } from '../history/history-reader.ts';
import type { InvariantResult } from '../history/invariants.ts';
import type { RunLine } from '../history/lines.ts';
import type { Verdict } from '../history/steps.ts';
import type { ExercisedTable, OperationCounts, StaleReads, TransactionFigures } from '../history/workload-findings.ts';
import type { FoundFailures } from './failures.ts';
import { Judge } from './judge.ts';
import { Ledger, type FindingSink } from './ledger.ts';
import { readFindingContexts } from './finding-context.ts';

/** The version of the history format that this can read. */
const VERSION = 1;

export interface JudgeOptions {
  /** Receives every finding; only the first, worst and last of each invariant are kept. */
  readonly onFinding?: FindingSink;
}

/** What a folder with a recorded run says. */
export interface JudgedRun {
  readonly run: RunLine;
  /** All lines of the history that are not about operations. */
  readonly marks: readonly OtherLine[];
  /** One result for each invariant, in the order of the invariants. */
  readonly results: readonly InvariantResult[];
  /** `fail` if an invariant is broken; `unknown` if a required one was not judged; else `pass`. */
  readonly verdict: Verdict;
  readonly staleReads: StaleReads;
  readonly operations: OperationCounts;
  /** Operations that did not end `ok`, by class of error. */
  readonly errors: Readonly<Record<string, number>>;
  readonly failures: FoundFailures;
  /** Each of the application's own tables. */
  readonly exercised: readonly ExercisedTable[];
  /** Each of the application's transactions. */
  readonly transactions: readonly TransactionFigures[];
}

/**
 * Judges a recorded run from `history.jsonl` and `final-state.jsonl` in its folder. Without the latter, invariants
 * about the final state are `unknown`. It reads the history once, and a second time if there are findings.
 *
 * @throws `usage` if the folder has no history, or one of another version; `trouble` if a line cannot be read.
 */
export async function judgeRun(directory: string, { onFinding }: JudgeOptions = {}): Promise<JudgedRun> {
  const history = path.join(directory, 'history.jsonl');
  const ledger = new Ledger(onFinding);
  const judge = new Judge(ledger);
  await readHistory(history, {
    operation: (operation) => judge.operation(operation),
    line: (line) => {
      if (line.index === 0) checkVersion(line, history);
      judge.line(line);
    },
  });
  const run = runOf(judge.marks[0], history);
  judge.historyEnded();
  const finalState = path.join(directory, 'final-state.jsonl');
  if (existsSync(finalState)) await readFinalState(finalState, judge);
  judge.end();
  const kept = ledger.kept();
  const results = ledger.results(kept.length > 0 ? await readFindingContexts(history, kept) : undefined);
  const { reads, stale, maxMs } = judge.staleReads;
  return {
    run,
    marks: judge.marks,
    results,
    verdict: verdictOf(results, run.required),
    staleReads: { reads, stale, maxMs },
    operations: judge.tally.operations,
    errors: judge.tally.errors,
    failures: judge.failures.end(),
    exercised: judge.exercised.end(),
    transactions: judge.transactionFigures,
  };
}

/** Combines verdicts into one; the `required` invariants must have been judged. */
export function verdictOf(results: readonly InvariantResult[], required: readonly string[]): Verdict {
  if (results.some(({ verdict }) => verdict === 'fail')) return 'fail';
  const judged = new Set<string>(results.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id));
  return required.every((id) => judged.has(id)) ? 'pass' : 'unknown';
}

function checkVersion(line: OtherLine, file: string): void {
  const version: number = runOf(line, file).version;
  if (version === VERSION) return;
  throw usage({
    what: 'The history is of another version.',
    expected: `version ${VERSION}`,
    seen: `version ${version}`,
    where: file,
    next: 'Judge it with the version of vitess-roundtrip that recorded it.',
  });
}

function runOf(line: OtherLine | undefined, file: string): RunLine {
  if (line?.type === 'run') return line;
  throw usage({
    what: 'The file is no history of a run.',
    expected: 'a first line of the type run',
    seen: line ? `the type ${line.type}` : 'no line',
    where: file,
    next: 'Name the folder of a recorded run.',
  });
}
