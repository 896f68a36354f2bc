import type { CaseResult } from './declared.ts';
import { DIRECTIONS } from './legs.ts';

/** Returns what VDiff said about a table, with the directions in which it was asked if it was not all of them. */
export function opinion({ vdiffs }: CaseResult, table: string): string {
  const asked = vdiffs.filter((each) => each.table === table);
  if (asked.length === 0) return 'not asked';
  const differing = asked.filter(({ mismatchedRows }) => mismatchedRows > 0);
  if (differing.length === 0) {
    const directions = new Set(asked.map(({ direction }) => direction));
    return directions.size === DIRECTIONS.length ? 'equal' : `${[...directions].join(', ')}: equal`;
  }
  return differing.map(({ direction, mismatchedRows }) => `${direction}: ${mismatchedRows} rows differ`).join('; ');
}

export function code(text: string): string {
  return text === '' ? 'empty' : `\`${text.replaceAll('`', "'")}\``;
}
