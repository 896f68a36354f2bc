/** The longest beginning of a statement in which its DEFINER is looked for. */
const HEAD_BYTES = 1_000;

const PART = '(?:`(?:[^`]|``)*`|\'(?:[^\']|\'\')*\'|"(?:[^"]|"")*"|[\\w$%.-]+)';
/**
 * `DEFINER = account`: quoted in three ways or bare, with or without a host (MySQL manual, “Specifying Account Names”).
 */
export const DEFINER = `DEFINER\\s*=\\s*(?:CURRENT_USER\\b(?:\\s*\\(\\s*\\))?|${PART}(?:\\s*@\\s*${PART})?)`;

/** CREATE and what can come before DEFINER, in executable comments or not. */
const BEFORE = '(?:\\s|/\\*!\\d*|\\*/|CREATE\\b|OR\\b|REPLACE\\b|ALGORITHM\\s*=\\s*\\w+)*';
const HEAD = new RegExp(`^(${BEFORE})${DEFINER}`, 'i');

/** Returns the statement without its DEFINER, so whoever runs it becomes the definer; other bytes stay as they are. */
export function withoutDefiner(bytes: Buffer): Buffer {
  const [whole, before] = HEAD.exec(bytes.toString('latin1', 0, HEAD_BYTES)) ?? [];
  if (whole === undefined || before === undefined) return bytes;
  return Buffer.concat([bytes.subarray(0, before.length), bytes.subarray(whole.length)]);
}
