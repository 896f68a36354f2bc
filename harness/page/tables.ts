import { formatCount } from '../report/format.ts';
import { html, Html } from './html.ts';

export interface ColumnHeader {
  readonly head: string;
  /** Figures are aligned right; bars of time need room that a phone does not have. */
  readonly kind: 'left' | 'right' | 'time';
}

/** A cell that is sorted by a value other than the one it shows, such as bytes shown as `1.2 GB`. */
interface SortableCell {
  readonly shown: Html | string | number | null;
  readonly by: number;
}

export type CellContent = SortableCell['shown'] | SortableCell;

/** A table that scrolls by itself if it is wider than the page. */
export function table(columns: readonly ColumnHeader[], rows: readonly (readonly CellContent[])[]): Html {
  return html`<div class="table">${tableOf('', columns, rows)}</div>`;
}

/**
 * A table that may be long. The page's script lets the reader sort and search it; without scripts it is an ordinary
 * table.
 */
export function longTable(columns: readonly ColumnHeader[], rows: readonly (readonly CellContent[])[]): Html {
  return html`<div class="table">${tableOf('long', columns, rows)}</div>`;
}

function tableOf(name: '' | 'long', columns: readonly ColumnHeader[], rows: readonly (readonly CellContent[])[]): Html {
  const kindOf = (at: number) => columns[at]?.kind ?? 'left';
  return html`<table class="${name}">
    <thead>
      <tr>
        ${columns.map(({ head }, at) => html`<th class="${kindOf(at)}">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell, at) => cellOf(cell, kindOf(at)))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function cellOf(cell: CellContent, kind: ColumnHeader['kind']): Html {
  if (cell === null || typeof cell !== 'object' || cell instanceof Html) return html`<td class="${kind}">${cell}</td>`;
  return html`<td class="${kind}" data-by="${cell.by}">${cell.shown}</td>`;
}

/** A word in the colour that matches its meaning. */
export function word(text: string): Html {
  return html`<span class="${text}">${text}</span>`;
}

export function right(head: string): ColumnHeader {
  return { head, kind: 'right' };
}

export function left(head: string): ColumnHeader {
  return { head, kind: 'left' };
}

/** Returns for example `4 denied-table, 1 deadlock`, most frequent first. */
export function errorCounts(errors: Readonly<Record<string, number>>): string {
  const found = Object.entries(errors).toSorted(([, few], [, many]) => many - few);
  return found.length === 0 ? 'none' : found.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ');
}
