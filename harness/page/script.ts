import { createHash } from 'node:crypto';
import { Html } from './html.ts';

/**
 * The page's only script lets a reader sort tables of class `long` by their headings, and search those with more than
 * eight rows. It creates all of its controls itself, so that without scripts the page has no controls that do nothing.
 */
const SCRIPT = `
'use strict';
for (const table of document.querySelectorAll('table.long')) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 2) continue;
  const valueOf = (row, at) => {
    const cell = row.cells[at];
    if (cell === undefined) return '';
    const text = cell.dataset.by ?? cell.textContent.trim();
    const plain = text.replaceAll(',', '');
    return plain !== '' && Number.isFinite(Number(plain)) ? Number(plain) : text.replaceAll(/\\s+/g, ' ');
  };
  const compare = (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
    return a.localeCompare(b, 'en', { numeric: true });
  };
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    if (head.className === 'time') return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      // The first click sorts figures from the greatest, and names from A.
      const first = head.className === 'right' ? 'descending' : 'ascending';
      const other = first === 'ascending' ? 'descending' : 'ascending';
      const order = head.getAttribute('aria-sort') === first ? other : first;
      for (const each of heads) each.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      body.append(...rows.toSorted((a, b) => sign * compare(valueOf(a, at), valueOf(b, at))));
    });
  });
  if (rows.length <= 8) continue;
  const search = document.createElement('input');
  search.type = 'search';
  search.placeholder = 'Search ' + rows.length + ' rows';
  search.setAttribute('aria-label', search.placeholder);
  const count = document.createElement('span');
  count.className = 'dim';
  const bar = document.createElement('div');
  bar.className = 'search';
  bar.append(search, ' ', count);
  table.parentElement.before(bar);
  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter((each) => each !== '');
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((each) => text.includes(each));
      if (!row.hidden) shown += 1;
    }
    count.textContent = words.length === 0 ? '' : shown + ' of ' + rows.length;
  });
}
`;

/** The script as an element; its text must not be reformatted, because the hash covers every character. */
export const SCRIPT_ELEMENT = new Html(`<script>${SCRIPT}</script>`);

/** The hash with which the page's policy allows this script, and no other. */
export const SCRIPT_HASH = `sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`;
