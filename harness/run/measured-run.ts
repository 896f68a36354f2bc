import path from 'node:path';
import { measure } from '../estimate/measure.ts';
import { readHistory, type OtherLine } from '../history/history-reader.ts';
import type { Measured } from '../report/estimate.ts';

/** Returns what a run measured, from its folder of artifacts. @throws the same as `readHistory`. */
export async function measuredRun(folder: string): Promise<Measured> {
  const lines: OtherLine[] = [];
  await readHistory(path.join(folder, 'history.jsonl'), {
    operation: () => undefined,
    line: (line) => void lines.push(line),
  });
  return measure(lines);
}
