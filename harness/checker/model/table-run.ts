import type { FinalRow, OperationLine } from '../../history/lines.ts';
import type { DraftLine } from './judge-lines.ts';
import type { HealthyTable, OperationRequest } from './healthy-tables.ts';

export type DraftOperation = Omit<OperationLine, 'index' | 'time'>;

export interface TableRun {
  readonly table: DraftLine & { readonly type: 'table' };
  readonly lines: readonly DraftOperation[];
  readonly final: readonly FinalRow[];
}

const PROCESSES = 3;

/** A run on a correct table: an acknowledged operation took effect just before, and an indeterminate one may have. */
export function tableRun(table: HealthyTable, random: () => number, steps: number): TableRun {
  const lines: DraftOperation[] = [];
  const processes = Array.from({ length: PROCESSES }, (_, process) => process);
  const inFlight = new Map<number, OperationRequest>();
  let last = PROCESSES - 1;
  for (let step = 0; step < steps; step++) {
    const place = Math.floor(random() * PROCESSES);
    const process = processes[place]!;
    const sent = inFlight.get(process);
    if (!sent) {
      const next = table.next(random);
      inFlight.set(process, next);
      lines.push({ process, type: 'invoke', ...next });
      continue;
    }
    inFlight.delete(process);
    const luck = random();
    if (luck < 0.1) {
      lines.push({ process, type: 'fail', ...sent, error: 'any' });
    } else if (luck < 0.25) {
      if (random() < 0.5) table.apply(sent);
      lines.push({ process, type: 'info', ...sent, error: 'any' });
      processes[place] = ++last;
    } else {
      lines.push({ process, type: 'ok', ...sent, ...table.apply(sent) });
    }
  }
  return { table: table.line, lines, final: [...table.finalRows()] };
}
