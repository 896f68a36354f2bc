import { RoundtripError, type ErrorFacts, type ErrorOutcome } from '../errors.ts';

/** An error in a form that can be sent to another thread: sent by itself, it loses its class and its facts. */
interface PackedError {
  readonly isPackedError: true;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: unknown;
  /** What only a `RoundtripError` has. */
  readonly roundtrip?: { readonly outcome: ErrorOutcome; readonly facts: ErrorFacts };
}

/** Returns an error in a form that can be sent to another thread; anything else as it is. */
export function packError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  const cause = packError(error.cause);
  const own =
    error instanceof RoundtripError ? { outcome: error.outcome, facts: { ...error.facts, cause } } : undefined;
  const packed: PackedError = { isPackedError: true, name, message, stack, cause };
  return own === undefined ? packed : { ...packed, roundtrip: own };
}

/** Returns the error that was packed; anything else as it is. */
export function unpackError(packed: unknown): unknown {
  if (!isPacked(packed)) return packed;
  const { name, message, stack, roundtrip } = packed;
  const cause = unpackError(packed.cause);
  const error =
    roundtrip === undefined
      ? Object.assign(new Error(message, { cause }), { name })
      : new RoundtripError(roundtrip.outcome, { ...roundtrip.facts, cause });
  if (stack !== undefined) error.stack = stack;
  return error;
}

function isPacked(value: unknown): value is PackedError {
  return typeof value === 'object' && value !== null && 'isPackedError' in value;
}
