import type { FaultResult } from './verdict.ts';
import { formatDuration } from './format.ts';

/** What came of a fault at a point, and how to see it again. */
export interface TriedFault extends FaultResult {
  /** What is struck, and how it is mended, for a person. */
  readonly about: string;
  /** The moment, for a person. */
  readonly when: string;
  /** Invariants that did not hold in the run that it was part of. */
  readonly invariantsBroken: readonly string[];
  /** The folder of that run. */
  readonly run: string;
  readonly again: string;
}

/** Returns a table in Markdown. */
export function faultTable(tried: readonly TriedFault[]): string {
  const header = [
    'fault',
    'point',
    'outcome',
    'brought back by',
    'longest time without a write',
    'normal after',
    'errors',
    'invariants',
  ];
  return [line(header), line(header.map(() => '---')), ...tried.map((each) => line(row(each)))].join('\n');
}

function row(tried: TriedFault): string[] {
  const { fault, point, outcome, recoveredBy, writeGapMs, normalAfterMs, errors, invariantsBroken, wrong } = tried;
  const classes = Object.entries(errors).map(([name, count]) => `${count} ${name}`);
  return [
    `\`${fault}\``,
    `\`${point}\``,
    wrong.length === 0 ? outcome : `${outcome}: ${wrong.join('; ')}`,
    recoveredBy.map((command) => `\`${command}\``).join(', ') || 'nothing',
    writeGapMs === null ? '' : formatDuration(writeGapMs),
    normalAfterMs === null ? '' : formatDuration(normalAfterMs),
    classes.join(', ') || 'none',
    invariantsBroken.join(', ') || 'held',
  ];
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
