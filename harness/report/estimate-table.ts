import type { Estimate, Quantity } from './estimate.ts';
import { formatBytes, formatDuration } from './format.ts';
import type { Paint } from './paint.ts';
import { alarming, right, table } from './table.ts';

/** Every quantity as a range; report.html and verdict.json say what each assumes. */
export function estimateLines({ quantities, missing }: Estimate, paint: Paint): readonly string[] {
  const cell = (quantity: Quantity, end: 'low' | 'likely' | 'high') => {
    const text = amountText(quantity, quantity[end]);
    return right(quantity[end] === null ? alarming(text, 'fail', paint) : text);
  };
  const rows = quantities.map((quantity) => [
    quantity.title,
    cell(quantity, 'low'),
    cell(quantity, 'likely'),
    cell(quantity, 'high'),
  ]);
  // Quantities that lack the same measurement share one line.
  const reasons = [...new Set(missing.map(({ why }) => why))];
  const unknown = reasons.map((reason) => {
    const ids = missing.filter(({ why }) => why === reason).map(({ id }) => id);
    return paint('dim', `not estimated: ${ids.join(', ')}, as ${reason}`);
  });
  return [...table(['estimate for production', right('low'), right('likely'), right('high')], rows, paint), ...unknown];
}

/** The same table, followed by what each quantity is derived from and what it assumes. */
export function estimateWithReasons(estimate: Estimate, paint: Paint): readonly string[] {
  const reasons = estimate.quantities.flatMap(({ title, from, assumptions }) => [
    '',
    `${title}: ${from}`,
    ...assumptions.map((assumption) => paint('dim', `  - ${assumption}`)),
  ]);
  return [...estimateLines(estimate, paint), ...reasons];
}

/** Formats a quantity in the unit that a person reads. */
export function amountText({ unit }: Pick<Quantity, 'unit'>, amount: number | null): string {
  if (amount === null) return unit === 'ms' ? 'never' : 'no end';
  if (unit === 'bytes') return formatBytes(amount);
  return formatDuration(unit === 'hours' ? amount * 3_600_000 : amount);
}
