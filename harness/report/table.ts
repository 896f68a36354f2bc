import { columns, type Cell } from './columns.ts';
import { VERDICT_STYLE, type Paint } from './paint.ts';

/** Returns rows below a heading, or nothing if there are no rows. */
export function table(head: readonly Cell[], rows: readonly (readonly Cell[])[], paint: Paint): readonly string[] {
  if (rows.length === 0) return [];
  const dim = (cell: Cell): Cell =>
    typeof cell === 'string' ? paint('dim', cell) : { ...cell, text: paint('dim', cell.text) };
  return columns([head.map(dim), ...rows]);
}

export function right(text: string): Cell {
  return { text, align: 'right' };
}

/** Colours only what needs attention; a figure within its limit stays plain. */
export function alarming(text: string, verdict: keyof typeof VERDICT_STYLE, paint: Paint): string {
  return verdict === 'pass' ? text : paint(VERDICT_STYLE[verdict], text);
}
