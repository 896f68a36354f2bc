import { formatClock, formatDuration } from './format.ts';
import { VERDICT_MARK, VERDICT_STYLE, type Paint } from './paint.ts';
import { describeProgress, percentOf } from './progress.ts';
import type { ShownStep } from './step-list.ts';
import { firstLine, fit, oneLine, pad, widthOf, wrap } from './text.ts';

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const SPINNER_FRAME_MS = 100;
const TIME_COLUMNS = 9;
const GAP = '  ';

/** How a frame of the live list is drawn. */
export interface FrameOptions {
  /** Milliseconds since the run began. */
  readonly nowMs: number;
  /** The size of the terminal in characters. */
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
}

interface Layout extends FrameOptions {
  readonly titleColumns: number;
}

/** Returns the current list, in lines that fit the terminal's width and leave a row of its height free. */
export function liveFrame(steps: readonly ShownStep[], options: FrameOptions): string {
  const layout = layOut(steps, options);
  // The cursor rests on a row of its own, and one more row keeps what came before in sight.
  const budget = Math.max(1, options.rows - 2);
  const lines = steps.flatMap((step) => linesOf(step, layout));
  return (lines.length <= budget ? lines : collapsed(steps, layout, budget)).join('\n');
}

/** Returns the list that stays on the screen: every step, and every summary in full. */
export function finalFrame(steps: readonly ShownStep[], options: FrameOptions): string {
  const layout = layOut(steps, options);
  return steps.flatMap((step) => finalLinesOf(step, layout)).join('\n');
}

function layOut(steps: readonly ShownStep[], options: FrameOptions): Layout {
  const widest = Math.max(0, ...steps.map(({ title }) => widthOf(oneLine(title))));
  // A line that fills the last column makes some terminals wrap.
  const columns = Math.max(20, options.columns - 1);
  return { ...options, columns, titleColumns: Math.min(widest, Math.floor(columns / 2)) };
}

/**
 * Folds lines until the list fits: first the steps that passed, oldest first; then the bars; then the oldest remaining
 * lines.
 */
function collapsed(steps: readonly ShownStep[], layout: Layout, budget: number): readonly string[] {
  const passed = steps.filter(({ ended }) => ended?.verdict === 'pass');
  for (let folded = 2; folded <= passed.length; folded++) {
    const lines = folding(steps, passed.slice(0, folded), layout);
    if (lines.length <= budget) return lines;
  }
  const lines = folding(steps, passed, layout, headOf);
  if (lines.length <= budget) return lines;
  const hidden = lines.length - budget + 1;
  return [layout.paint('dim', `… ${hidden} more`), ...lines.slice(hidden)].slice(-budget);
}

function folding(
  steps: readonly ShownStep[],
  folded: readonly ShownStep[],
  layout: Layout,
  draw: (step: ShownStep, layout: Layout) => readonly string[] | string = linesOf,
): readonly string[] {
  const hidden = new Set(folded);
  const lines = steps.filter((step) => !hidden.has(step)).flatMap((step) => draw(step, layout));
  if (folded.length === 0) return lines;
  const mark = layout.paint(VERDICT_STYLE.pass, VERDICT_MARK.pass);
  return [`${mark} ${layout.paint('dim', `${folded.length} earlier steps passed`)}`, ...lines];
}

function linesOf(step: ShownStep, layout: Layout): readonly string[] {
  const head = headOf(step, layout);
  return step.ended === undefined && step.progress !== undefined ? [head, barOf(step, layout)] : [head];
}

function headOf(step: ShownStep, layout: Layout): string {
  const { ended } = step;
  const head = headWithoutText(step, layout);
  const room = layout.columns - usedColumns(layout);
  const text = fit(firstLine(ended?.text ?? ''), room);
  return text === '' || room < 8 ? head : `${head}${GAP}${paintText(step, text, layout)}`;
}

function finalLinesOf(step: ShownStep, layout: Layout): readonly string[] {
  const text = firstLine(step.ended === undefined ? 'did not end' : (step.ended.text ?? ''));
  const mark = layout.paint(VERDICT_STYLE.unknown, VERDICT_MARK.unknown);
  const head = headWithoutText(step, layout, step.ended === undefined ? mark : undefined);
  if (text === '') return [head];
  if (widthOf(text) <= layout.columns - usedColumns(layout)) return [`${head}${GAP}${paintText(step, text, layout)}`];
  const lines = wrap(text, layout.columns - 2 * GAP.length);
  return [head, ...lines.map((line) => `${GAP}${GAP}${paintText(step, line, layout)}`)];
}

function usedColumns(layout: Layout): number {
  return 2 + layout.titleColumns + TIME_COLUMNS + 2 * GAP.length;
}

function headWithoutText(step: ShownStep, layout: Layout, mark = markOf(step, layout)): string {
  const title = pad(fit(oneLine(step.title), layout.titleColumns), layout.titleColumns);
  const time =
    step.ended === undefined ? formatClock(layout.nowMs - step.startedAtMs) : formatDuration(step.ended.durationMs);
  return `${mark} ${title}${GAP}${layout.paint('dim', time.padStart(TIME_COLUMNS))}`;
}

function markOf(step: ShownStep, { nowMs, paint }: Layout): string {
  if (step.ended !== undefined) return paint(VERDICT_STYLE[step.ended.verdict], VERDICT_MARK[step.ended.verdict]);
  return paint('cyan', SPINNER[Math.floor(nowMs / SPINNER_FRAME_MS) % SPINNER.length] ?? SPINNER[0]);
}

function paintText(step: ShownStep, text: string, { paint }: Layout): string {
  const verdict = step.ended?.verdict ?? 'unknown';
  return verdict === 'pass' ? paint('dim', text) : paint(VERDICT_STYLE[verdict], text);
}

/** Returns the bar, then as much as fits of amount, rate, time left and detail. */
function barOf(step: ShownStep, layout: Layout): string {
  if (step.progress === undefined) return '';
  const told = describeProgress(step.progress, layout.nowMs - step.startedAtMs);
  const barColumns = told.share === undefined ? 0 : Math.min(24, Math.max(8, Math.floor(layout.columns / 5)));
  const bar = told.share === undefined ? '' : `${barText(told.share, barColumns, layout.paint)} `;
  const percent = told.share === undefined ? [] : [percentOf(told.share).padStart(4)];
  let room = layout.columns - 2 - (barColumns === 0 ? 0 : barColumns + 1);
  const parts: string[] = [];
  for (const part of [...percent, told.amount, told.rate, told.left, told.detail]) {
    if (part === undefined) continue;
    const gap = parts.length === 0 ? 0 : GAP.length;
    // Only the free text may be cut, because half a number would be a wrong number.
    const shown = part === told.detail && room - gap >= 12 ? fit(part, room - gap) : part;
    if (widthOf(shown) + gap > room) break;
    parts.push(shown);
    room -= widthOf(shown) + gap;
  }
  return `${GAP}${bar}${layout.paint('dim', parts.join(GAP))}`;
}

function barText(share: number, columns: number, paint: Paint): string {
  const full = Math.floor(share * columns);
  return paint('cyan', '━'.repeat(full)) + paint('dim', '─'.repeat(columns - full));
}
