import path from 'node:path';
import { trouble } from '../errors.ts';
import { readHistory } from '../history/history-reader.ts';
import type { OperationLine } from '../history/lines.ts';
import type { Run } from '../run/run.ts';

/** Returns the first recorded operation that is acknowledged and that a story looks for. */
export async function firstAcknowledged(run: Run, isWanted: (line: OperationLine) => boolean): Promise<OperationLine> {
  run.history?.flush();
  let found: OperationLine | undefined;
  await readHistory(path.join(run.artifacts.path, 'history.jsonl'), {
    operation: (operation, raw) => {
      if (found !== undefined || operation.type !== 'ok') return;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reader has just said that it is one
      const line = JSON.parse(raw.toString()) as OperationLine;
      if (isWanted(line)) found = line;
    },
    line: () => undefined,
  });
  if (found !== undefined) return found;
  throw trouble({
    what: 'There is no acknowledged operation that fits this story.',
    where: run.artifacts.path,
  });
}
