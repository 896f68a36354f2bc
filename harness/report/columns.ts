import Table from 'cli-table3';

/** A cell is aligned left unless it says otherwise. */
export type Cell = string | { readonly text: string; readonly align: 'right' };

const EDGES = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((edge) => [edge, `${edge}-mid`]);
const CORNERS = ['top-left', 'top-right', 'bottom-left', 'bottom-right'];
const NO_LINES = { ...Object.fromEntries([...EDGES, ...CORNERS].map((line) => [line, ''])), middle: '  ' };

/** Lays out rows in columns, two spaces apart, without lines around them; short rows are padded. */
export function columns(rows: readonly (readonly Cell[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const widest = Math.max(...rows.map((row) => row.length));
  const table = new Table({ chars: NO_LINES, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  for (const row of rows) {
    const blanks = Array.from({ length: widest - row.length }, () => '');
    table.push([...row.map(contentOf), ...blanks]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function contentOf(cell: Cell): string | { content: string; hAlign: 'right' } {
  return typeof cell === 'string' ? cell : { content: cell.text, hAlign: cell.align };
}
