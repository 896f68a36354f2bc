import { amountText } from '../report/estimate-table.ts';
import type { RunResult } from '../report/verdict.ts';
import { html, type Html } from './html.ts';
import { left, right, table } from './tables.ts';
import { section } from './verdict-sections.ts';

/** What the real migration will take, as ranges, with everything that is assumed. */
export function estimateSection({ estimate }: RunResult): Html | null {
  if (estimate === undefined) return null;
  const { quantities, missing } = estimate;
  const rows = quantities.map((quantity) => [
    quantity.title,
    ...[quantity.low, quantity.likely, quantity.high].map((amount) =>
      amount === null ? html`<span class="fail">${amountText(quantity, null)}</span>` : amountText(quantity, amount),
    ),
  ]);
  const reasons = quantities.map(
    ({ title, from, assumptions }) =>
      html`<div class="card">
        <h3>${title}</h3>
        <p>From ${from}.</p>
        <ul>
          ${assumptions.map((assumption) => html`<li>${assumption}</li>`)}
        </ul>
      </div>`,
  );
  return section(
    'estimate',
    'What the real migration will take',
    html`${table([left('figure'), right('low'), right('likely'), right('high')], rows)}
    ${missing.map(({ id, why }) => html`<p class="dim">Not estimated: ${id}, as ${why}.</p>`)} ${reasons}`,
  );
}
