import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { judgeRun } from '../checker/judge-run.ts';
import { cannotWrite } from '../errors.ts';
import type { RunResult } from '../report/verdict.ts';
import { resultOf } from './result.ts';

/**
 * Judges the run in a folder of artifacts from its history and final state, without asking any server.
 *
 * It writes all findings to `findings.jsonl` there, one per line.
 *
 * @param onFault receives the error if the findings could not be written, which does not affect the verdict; without it
 *   the error is thrown.
 * @throws usage if the folder has no history; trouble if the history cannot be read.
 */
export async function judgeFolder(
  folder: string,
  onFault: (file: string, cause: unknown) => void = refuse,
): Promise<RunResult> {
  const file = path.join(folder, 'findings.jsonl');
  const findings = createWriteStream(file);
  const written = finished(findings).then(
    () => null,
    (error: unknown) => error,
  );
  const judged = await judgeRun(folder, {
    onFinding: (id, finding) => void findings.write(`${JSON.stringify({ id, ...finding })}\n`),
  }).finally(() => findings.end());
  const error = await written;
  if (error !== null) onFault(file, error);
  return resultOf(judged);
}

function refuse(file: string, cause: unknown): never {
  throw cannotWrite(file, cause);
}
