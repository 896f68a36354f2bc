import { formatDuration } from './format.ts';
import { progressClause } from './progress.ts';
import { withEvent, type ShownEvent, type ShownStep } from './step-list.ts';
import { hang, manyLines, oneLine } from './text.ts';

const PROGRESS_EVERY_MS = 5000;
/** The width of what comes before a title: `[  12.3s] unknown  `. */
const INDENT = ' '.repeat(19);

/**
 * Returns a listener that writes one plain line when a step starts, when it ends, for a note, and for a step's progress
 * at most every 5 seconds. There are no escape codes. The other lines of an error follow, indented.
 *
 * @param write receives whole lines, each with its line break, for a terminal, a CI log, or `steps.log`.
 */
export function plainLines(write: (text: string) => void): (event: ShownEvent) => void {
  let steps: readonly ShownStep[] = [];
  const spokeAtMs = new Map<number, number>();
  const line = (atMs: number, word: string, text: string) =>
    write(`[${(atMs / 1000).toFixed(1).padStart(6)}s] ${word.padEnd(7)}  ${text}\n`);

  return (event) => {
    if (event.type === 'observation') return;
    steps = withEvent(steps, event);
    if (event.type === 'note') {
      line(event.atMs, 'note', hang(manyLines(event.text), INDENT));
    } else if (event.type === 'fault') {
      line(event.atMs, event.event, event.fault);
    } else if (event.type === 'stepStarted') {
      spokeAtMs.set(event.index, event.atMs);
      line(event.atMs, 'start', oneLine(event.title));
    } else if (event.type === 'stepEnded') {
      line(event.atMs, event.verdict, endText(event));
    } else {
      const step = steps.find(({ index }) => index === event.index);
      if (step === undefined || event.atMs - (spokeAtMs.get(event.index) ?? 0) < PROGRESS_EVERY_MS) return;
      spokeAtMs.set(event.index, event.atMs);
      line(event.atMs, '...', `${oneLine(step.title)}: ${progressClause(event, event.atMs - step.startedAtMs)}`);
    }
  };
}

function endText(event: Extract<ShownEvent, { type: 'stepEnded' }>): string {
  const head = `${oneLine(event.title)} (${formatDuration(event.durationMs)})`;
  const said = event.error === undefined ? oneLine(event.summary ?? '') : manyLines(event.error);
  return said === '' ? head : `${head}: ${hang(said, INDENT)}`;
}
