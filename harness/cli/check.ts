import { judgeFolder } from '../run/judge.ts';
import { savedVerdict } from '../report/saved-verdict.ts';
import { summarize } from '../report/summary.ts';
import type { RunResult } from '../report/verdict.ts';
import { roundtripCommand } from './again.ts';
import type { Screen } from './screen.ts';

/** Judges a saved run again from its history, and says whether the result agrees with the saved verdict. */
export async function check(folder: string, screen: Screen): Promise<RunResult> {
  const result = await judgeFolder(folder);
  const again = roundtripCommand('check', [folder]);
  screen.print(`\n${summarize(result, { again, artifacts: folder, colour: screen.colour })}`);
  screen.print(`  saved      ${comparedWith(await savedVerdict(folder), result)}\n`);
  return result;
}

function comparedWith(saved: RunResult | null, now: RunResult): string {
  if (saved === null) return 'no verdict.json: the run was cut off before it could write one';
  const changed = now.invariants.flatMap(({ id, verdict, count }) => {
    const before = saved.invariants.find((each) => each.id === id);
    if (before?.verdict === verdict && before.count === count) return [];
    return [`${id} was ${before?.verdict ?? 'not judged'}, is ${verdict}`];
  });
  if (saved.verdict !== now.verdict) changed.unshift(`verdict was ${saved.verdict}, is ${now.verdict}`);
  return changed.length === 0 ? `verdict.json agrees: ${saved.verdict}` : changed.join('; ');
}
