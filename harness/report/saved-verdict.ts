import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseRunResult } from './verdict-schema.ts';
import type { RunResult } from './verdict.ts';

/**
 * Reads `verdict.json` of a run's folder.
 *
 * @returns null if there is none, because the run ended before it could write one, or the folder is not a run's.
 * @throws SyntaxError if it is not JSON; otherwise the same as `parseRunResult`.
 */
export async function savedVerdict(folder: string): Promise<RunResult | null> {
  const text = await readFile(path.join(folder, 'verdict.json'), 'utf8').catch(() => null);
  return text === null ? null : parseRunResult(JSON.parse(text));
}
