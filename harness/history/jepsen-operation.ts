import type { OperationLine, OperationType, WorkloadKind } from './lines.ts';
import type { ScannedOperation } from './scan/operation-scanner.ts';

/** The invocation of an operation. */
export type Invocation = Pick<OperationLine, 'f' | 'key' | 'value'> & Pick<ScannedOperation, 'to' | 'tablet'>;

/** An operation in Jepsen's words; `value` is EDN. */
export interface JepsenOperation {
  readonly type: OperationType;
  readonly f: string;
  readonly value: string;
}

/**
 * Returns the line in Jepsen's words, or null if there are none.
 *
 * A delete is a write of nil. An update or delete that matched no row has written nothing, so it failed.
 */
export function jepsenOperation(kind: WorkloadKind, line: ScannedOperation, sent: Invocation): JepsenOperation | null {
  const { type } = line;
  if (kind === 'rows') return register(line, sent);
  if (kind === 'bank') return bank(line, sent);
  if (kind === 'append' && sent.f === 'append') return { type, f: 'add', value: edn(sent.value) };
  if (kind !== 'ids' || sent.f !== 'generate') return null;
  return { type, f: 'generate', value: edn(type === 'ok' ? line.key : null) };
}

function register(line: ScannedOperation, sent: Invocation): JepsenOperation | null {
  if (sent.tablet !== undefined) return null;
  if (sent.f === 'read') {
    const seen = line.type === 'ok' ? line.value : null;
    return { type: line.type, f: 'read', value: `[${edn(sent.key)} ${edn(seen)}]` };
  }
  const isVoid = line.type === 'ok' && line.matched === 0;
  return { type: isVoid ? 'fail' : line.type, f: 'write', value: `[${edn(sent.key)} ${edn(sent.value)}]` };
}

function bank({ type, value }: ScannedOperation, sent: Invocation): JepsenOperation | null {
  if (sent.f === 'transfer') {
    const transfer = `{:from ${edn(sent.key)}, :to ${edn(sent.to ?? null)}, :amount ${edn(sent.value)}}`;
    return { type, f: 'transfer', value: transfer };
  }
  if (sent.tablet !== undefined) return null;
  const isSeen = type === 'ok' && typeof value === 'object' && value !== null;
  const balances = isSeen ? `{${value.map((balance, at) => `${at + 1} ${balance}`).join(', ')}}` : 'nil';
  return { type, f: 'read', value: balances };
}

/** Returns one line of a history in EDN; `line` is null for an operation that our history does not have. */
export function ednOperation(
  operation: JepsenOperation & {
    readonly process: number;
    readonly time: number;
    readonly index: number;
    readonly line: number | null;
    readonly error: string | undefined;
  },
): string {
  const { type, f, value, process, time, index, line, error } = operation;
  const fields = [`:index ${index}`, `:time ${time}`, `:process ${process}`, `:type :${type}`, `:f :${f}`];
  fields.push(`:value ${value}`);
  if (error !== undefined) fields.push(`:error ${edn(error)}`);
  if (line !== null) fields.push(`:line ${line}`);
  return `{${fields.join(', ')}}`;
}

/** Strings and whole numbers are the same in EDN as in JSON. */
function edn(value: number | string | readonly number[] | null): string {
  return value === null ? 'nil' : JSON.stringify(value);
}
