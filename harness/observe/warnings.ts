import type { TextRow } from '../schema/read.ts';

/**
 * The most warnings that a server can keep for one statement, which is more than the number of rows that are read at
 * once.
 */
export const MOST_WARNINGS = 65_535;

/**
 * Returns what SHOW WARNINGS says against an answer. If it shows as many as it can, the ones that count may be missing.
 */
export function seriousWarnings(shown: readonly TextRow[]): readonly string[] {
  const serious = shown.filter((row) => !isHarmless(row)).map(({ Code, Message }) => `${Code}: ${Message}`);
  if (serious.length > 0 || shown.length < MOST_WARNINGS) return serious;
  return [`at least ${shown.length} warnings; a server keeps no more of them`];
}

/**
 * Harmless warnings: deprecation; that GROUP_CONCAT was cut, because a range with so many rows is never taken for
 * equal; and that the paths of a document are too long for a packet, for which the checksum has another form.
 */
function isHarmless({ Code, Message }: TextRow): boolean {
  return Code === '1260' || /deprecated|Result of json_search\(\) was larger/i.test(Message ?? '');
}
