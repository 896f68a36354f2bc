import type { PreflightFinding } from '../history/observations.ts';
import { findingCounts } from './decision-table.ts';
import { painter } from './paint.ts';
import { hang, manyLines } from './text.ts';

const SEVERITIES = ['blocker', 'warning', 'note'] as const;
const STYLES = { blocker: 'red', warning: 'yellow', note: 'dim' } as const;

/** Returns what preflight found, for a person to read: worst first, each finding with why it matters and what to do. */
export function preflightText(findings: readonly PreflightFinding[], colour: boolean): string {
  const paint = painter(colour);
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const blocks = sorted.map(({ severity, rule, what, where, why, mend }) =>
    [
      `${paint(STYLES[severity], severity)} ${paint('bold', rule)}: ${hang(manyLines(what), '  ')}`,
      `  where  ${hang(manyLines(where), '         ')}`,
      `  why    ${hang(manyLines(why), '         ')}`,
      ...(mend === null ? [] : [`  do     ${hang(manyLines(mend), '         ')}`]),
    ].join('\n'),
  );
  return `${[...blocks, findingCounts(findings)].join('\n\n')}\n`;
}
