import { usage } from '../errors.ts';
import { compareRuns, comparisonText, type RunComparison } from '../report/comparison.ts';
import { painter } from '../report/paint.ts';
import { savedVerdict } from '../report/saved-verdict.ts';
import type { RunResult } from '../report/verdict.ts';
import type { Screen } from './screen.ts';

/** Compares two saved runs, and prints the result as text or as JSON. */
export async function compare(
  folders: readonly [before: string, after: string],
  { json }: { readonly json: boolean },
  screen: Screen,
): Promise<RunComparison> {
  const [before, after] = [await runIn(folders[0]), await runIn(folders[1])];
  const comparison = compareRuns(before, after);
  screen.print(json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonText(comparison, painter(screen.colour)));
  return comparison;
}

async function runIn(folder: string): Promise<RunResult> {
  const expected = 'the folder of a run, with verdict.json in the form that this version writes';
  const next = 'Name a folder below artifacts/, such as artifacts/latest.';
  let result: RunResult | null;
  try {
    result = await savedVerdict(folder);
  } catch (cause) {
    throw usage({ what: 'A saved verdict cannot be read.', expected, where: folder, next, cause });
  }
  if (result === null) throw usage({ what: 'There is no saved run to compare.', expected, where: folder, next });
  return result;
}
