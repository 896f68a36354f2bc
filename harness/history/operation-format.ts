import type { FinalRow, OperationLine } from './lines.ts';

/**
 * The fields of an operation's line, in the only order in which they are written. The reader finds them by scanning for
 * this order, and parses lines with another order as ordinary JSON; see `scan/operation-scanner.ts`.
 */
export const OPERATION_FIELDS = [
  'index',
  'process',
  'type',
  'f',
  'table',
  'key',
  'value',
  'time',
  'version',
  'matched',
  'to',
  'server',
  'answered',
  'error',
  'message',
  'duplicate',
  'late',
  'statement',
  'tablet',
  'executed',
  'attempt',
  'of',
  'retried',
] as const satisfies readonly (keyof OperationLine)[];

/** Returns an operation as a line of `history.jsonl`, without the line break. */
export function formatOperation(operation: OperationLine): string {
  const { index, process, type, f, table, time, version, matched, to, server, answered, late, tablet } = operation;
  let line = `{"index":${index},"process":${process},"type":"${type}","f":"${f}","table":${JSON.stringify(table)}`;
  line += `,"key":${scalar(operation.key)},"value":${scalar(operation.value)},"time":${time}`;
  if (version !== undefined) line += `,"version":${version}`;
  if (matched !== undefined) line += `,"matched":${matched}`;
  if (to !== undefined) line += `,"to":${to}`;
  if (server !== undefined) line += `,"server":${JSON.stringify(server)}`;
  if (answered !== undefined) line += `,"answered":${answered}`;
  if (operation.error !== undefined) line += `,"error":${JSON.stringify(operation.error)}`;
  if (operation.message !== undefined) line += `,"message":${JSON.stringify(operation.message)}`;
  if (operation.duplicate !== undefined) line += `,"duplicate":${operation.duplicate}`;
  if (late !== undefined) line += `,"late":${late}`;
  if (operation.statement !== undefined) line += `,"statement":${JSON.stringify(operation.statement)}`;
  if (tablet !== undefined) line += `,"tablet":"${tablet}"`;
  if (operation.executed !== undefined) line += `,"executed":${JSON.stringify(operation.executed)}`;
  if (operation.attempt !== undefined) line += `,"attempt":${operation.attempt}`;
  if (operation.of !== undefined) line += `,"of":${operation.of}`;
  if (operation.retried !== undefined) line += `,"retried":${operation.retried}`;
  return `${line}}`;
}

/** Returns a row as a line of `final-state.jsonl`, without the line break. */
export function formatFinalRow({ table, key, value, version }: FinalRow): string {
  const row = `{"type":"row","table":${JSON.stringify(table)},"key":${scalar(key)},"value":${value}`;
  return version === undefined ? `${row}}` : `${row},"version":${version}}`;
}

function scalar(value: number | string | readonly number[] | null): string {
  return typeof value === 'number' ? `${value}` : JSON.stringify(value);
}
