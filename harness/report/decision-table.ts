import type { PreflightFinding } from '../history/observations.ts';
import type { ThresholdResult } from './decision.ts';
import { formatCount, formatDuration, formatQuantity } from './format.ts';
import type { Paint } from './paint.ts';
import { alarming, right, table } from './table.ts';
import type { RunResult } from './verdict.ts';

/** Every figure against its limit; nothing if no limits were requested. */
export function thresholdsOf({ decision }: RunResult, paint: Paint): readonly string[] {
  const rows = decision.thresholds.map((threshold) => [
    threshold.title,
    right(amountOf(threshold, threshold.limit)),
    right(threshold.measured === null ? 'not measured' : amountOf(threshold, threshold.measured)),
    metOf(threshold, paint),
  ]);
  return table(['threshold', right('limit'), right('measured'), 'met'], rows, paint);
}

/** What preflight found, one line per finding, blockers first; notes are only counted. */
export function preflightOf({ preflight }: RunResult, paint: Paint): readonly string[] {
  if (preflight.length === 0) return [];
  const told = (['blocker', 'warning'] as const).flatMap((severity) =>
    preflight
      .filter((finding) => finding.severity === severity)
      .map(({ rule, table: of, what }) => [
        alarming(severity, severity === 'blocker' ? 'fail' : 'unknown', paint),
        rule,
        of ?? '',
        what,
      ]),
  );
  return table(['preflight', 'rule', 'table', findingCounts(preflight)], told, paint);
}

/** Formats a figure in the unit that a person reads. */
export function amountOf({ unit }: Pick<ThresholdResult, 'unit'>, amount: number): string {
  if (unit === 'ms') return formatDuration(amount);
  return unit === 'minutes' ? `${amount} min` : formatCount(amount);
}

/** Returns for example `2 blockers, 1 warning`. */
export function findingCounts(findings: readonly PreflightFinding[]): string {
  const counts = (['blocker', 'warning', 'note'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [formatQuantity(count, `${severity}s`)];
  });
  return counts.join(', ') || 'no findings';
}

function metOf({ met, excuse }: ThresholdResult, paint: Paint): string {
  if (met === null) return alarming('unknown', 'unknown', paint);
  if (excuse !== undefined) return alarming(`no, not judged, as ${excuse}`, 'unknown', paint);
  return met ? 'yes' : alarming('no', 'fail', paint);
}
