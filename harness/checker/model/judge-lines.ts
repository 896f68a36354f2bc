import type { InvariantId, InvariantResult } from '../../history/invariants.ts';
import type { FinalStateLine, HistoryLine } from '../../history/lines.ts';
import { isOperationType } from '../../history/history-reader.ts';
import { Judge } from '../judge.ts';
import { Ledger } from '../ledger.ts';

/** A line without its number and its time, or with a time of its own. */
export type DraftLine = HistoryLine extends infer Each
  ? Each extends HistoryLine
    ? Omit<Each, 'index' | 'time'> & { readonly time?: number }
    : never
  : never;

export interface JudgedLines {
  readonly results: ReadonlyMap<InvariantId, InvariantResult>;
  /** Each finding as `id table key`, sorted. */
  readonly findings: readonly string[];
  readonly judge: Judge;
}

/** Judges lines that are in memory; they are numbered, and timed a millisecond apart unless they say when. */
export function judgeLines(drafts: readonly DraftLine[], finalState: readonly FinalStateLine[]): JudgedLines {
  const findings: string[] = [];
  const ledger = new Ledger((id, { table, key }) => findings.push(`${id} ${table} ${key}`));
  const judge = new Judge(ledger);
  for (const [index, draft] of drafts.entries()) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a spread of a union is not narrowed
    const line = { time: index * 1e6, ...draft, index } as HistoryLine;
    if (isOperation(line)) judge.operation(line);
    else judge.line(line);
  }
  judge.historyEnded();
  for (const line of finalState) {
    if (line.type === 'row') judge.row({ ...line, version: line.version });
    else judge.finalLine(line);
  }
  judge.end();
  const results = new Map(ledger.results().map((result) => [result.id, result]));
  return { results, findings: findings.toSorted(), judge };
}

function isOperation(line: HistoryLine): line is Extract<HistoryLine, { process: number }> {
  return isOperationType(line.type);
}
