/** Returns a table; the first row is its header. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [header = [], ...others] = rows;
  return [header, header.map(() => '---'), ...others].map(line).join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** Puts text between a heading and the next one of its level, in place of what is there; at the end if there is none. */
export function withSection(page: string, heading: string, text: string): string {
  const [before = '', after] = page.split(`\n${heading}\n`);
  const next = after === undefined ? -1 : after.search(/^## /m);
  const rest = after === undefined || next === -1 ? '' : `\n${after.slice(next)}`;
  return `${before.trimEnd()}\n\n${heading}\n\n${text}\n${rest}`;
}

/** A report in Vitess' tracker, such as `vitessio/vitess#19880`, becomes a link; anything else stays. */
export function linkedReports(text: string): string {
  return text.replaceAll(/vitessio\/vitess#(\d+)/g, '[#$1](https://github.com/vitessio/vitess/issues/$1)');
}
