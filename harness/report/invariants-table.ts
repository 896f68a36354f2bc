import type { Finding } from '../history/invariants.ts';
import { formatCount, formatQuantity } from './format.ts';
import { VERDICT_STYLE, type Paint } from './paint.ts';
import { alarming, right, table } from './table.ts';
import { hang, manyLines, oneLine } from './text.ts';
import type { RunResult } from './verdict.ts';

/** How each invariant was judged; nothing for a run that ended before there was anything to judge. */
export function invariantsOf({ invariants }: RunResult, paint: Paint): readonly string[] {
  if (invariants.every(({ judged }) => judged === 0)) return [];
  const rows = invariants.map(({ id, judged, count, verdict, reason }) => [
    id,
    right(formatCount(judged)),
    right(alarming(formatCount(count), count > 0 ? 'fail' : 'pass', paint)),
    paint(VERDICT_STYLE[verdict], verdict),
    oneLine(reason ?? ''),
  ]);
  return table(['invariant', right('judged'), right('findings'), 'verdict'], rows, paint);
}

/** The first, worst and last finding against an invariant. */
export function findingsOf({ invariants }: RunResult, paint: Paint): readonly string[] {
  return invariants.flatMap(({ id, count, findings, verdict }) => {
    if (findings.length === 0) return [];
    const more = count > findings.length ? ', all in findings.jsonl' : '';
    const head = `${paint(VERDICT_STYLE[verdict], id)}  ${formatQuantity(count, 'findings')}${more}`;
    const shown = findings.flatMap(({ which, around, ...finding }) => [
      `  ${which.join(', ')}: ${placeOf(finding)}: ${hang(manyLines(finding.what), '    ')}`,
      ...around.map((line) => paint('dim', `    ${oneLine(line)}`)),
    ]);
    return [head, ...shown];
  });
}

/** Returns for example `roundtrip_rows 17`, or the table alone, or `the run` for the run as a whole. */
export function placeOf({ table: name, key }: Pick<Finding, 'table' | 'key'>): string {
  if (name === null) return key === null ? 'the run' : `${key}`;
  return key === null ? name : `${name} ${key}`;
}
