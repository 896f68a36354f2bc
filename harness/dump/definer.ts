/** Longest beginning of a statement in which its DEFINER stands. */
const HEAD_BYTES = 1_000;

const PART = '(?:`(?:[^`]|``)*`|\'(?:[^\']|\'\')*\'|"(?:[^"]|"")*"|[\\w$%.-]+)';
const DEFINER = new RegExp(`\\bDEFINER\\s*=\\s*(?:CURRENT_USER(?:\\s*\\(\\s*\\))?|${PART}\\s*@\\s*${PART}|${PART})`, 'i');

/** The statement without its DEFINER, so that whoever runs it becomes that; other bytes stay as they are. */
export function withoutDefiner(bytes: Buffer): Buffer {
  const head = bytes.toString('latin1', 0, HEAD_BYTES);
  const body = /\b(?:VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT)\b/i.exec(head)?.index ?? 0;
  const match = DEFINER.exec(head.slice(0, body));
  if (match === null) return bytes;
  return Buffer.concat([bytes.subarray(0, match.index), bytes.subarray(match.index + match[0].length)]);
}
