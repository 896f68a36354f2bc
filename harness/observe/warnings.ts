import type { TextRow } from '../schema/read.ts';

/**
 * The most warnings that a server can keep for one statement, which is more than the number of rows read at once.
 */
export const MOST_WARNINGS = 65_535;

/**
 * Returns the warnings that make an answer untrustworthy. If SHOW WARNINGS shows as many as it can, some may be
 * missing.
 */
export function seriousWarnings(shown: readonly TextRow[]): readonly string[] {
  const serious = shown.filter((row) => !isHarmless(row)).map(({ Code, Message }) => `${Code}: ${Message}`);
  if (serious.length > 0 || shown.length < MOST_WARNINGS) return serious;
  return [`at least ${shown.length} warnings; a server keeps no more of them`];
}

/**
 * Harmless warnings: deprecation; that GROUP_CONCAT was cut, because a range with so many rows never counts as equal;
 * and that the paths of a document are too long for a packet, because the checksum has another form for these.
 */
function isHarmless({ Code, Message }: TextRow): boolean {
  return Code === '1260' || /deprecated|Result of json_search\(\) was larger/i.test(Message ?? '');
}
