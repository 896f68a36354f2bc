import { html, type Html } from './html.ts';

export interface ColumnHeader {
  readonly head: string;
  /** Figures stand on the right; bars of time need the room that a phone does not have. */
  readonly kind: 'left' | 'right' | 'time';
}

type CellContent = Html | string | number | null;

/** A table that scrolls by itself where it is wider than the page. */
export function table(columns: readonly ColumnHeader[], rows: readonly (readonly CellContent[])[]): Html {
  const classOf = (at: number) => columns[at]?.kind ?? 'left';
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          ${columns.map(({ head }, at) => html`<th class="${classOf(at)}">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, at) => html`<td class="${classOf(at)}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A word in the colour of what it says. */
export function word(text: string): Html {
  return html`<span class="${text}">${text}</span>`;
}

export function right(head: string): ColumnHeader {
  return { head, kind: 'right' };
}

export function left(head: string): ColumnHeader {
  return { head, kind: 'left' };
}
