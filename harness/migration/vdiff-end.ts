import { errorKindOf, isOfServer } from '../error-kind.ts';
import type { VDiff } from '../vtctl/vdiff.ts';

/**
 * How long a VDiff may take to get further after an error of a server or a connection. Vitess starts one again that has
 * met most of these, within 30 s (24.0.1, tabletmanager/vdiff/engine.go, retryErroredVDiffs).
 */
const BEGINS_AGAIN_MS = 120_000;

/** Decides when a VDiff has ended, which its state alone does not say. */
export class VDiffEnd {
  #failure: { readonly sinceMs: number; readonly rowsCompared: number } | undefined;

  /**
   * @param nowMs by `performance.now()`.
   * @returns whether it does not continue by itself, as far as can be known.
   */
  look({ state, errors, tables, rowsCompared }: VDiff, nowMs: number): boolean {
    if (state === 'completed' || state === 'stopped') return true;
    if (rowsCompared > (this.#failure?.rowsCompared ?? Infinity)) this.#failure = undefined;
    // A tablet that is restarted just then may leave a table in error, and the VDiff as if it went on.
    const isStuck = hasTable(tables, 'error') && !hasTable(tables, 'started');
    if (state !== 'error' && !isStuck) return false;
    if (!errors.every((error) => isOfServer(errorKindOf(error)))) return true;
    this.#failure ??= { sinceMs: nowMs, rowsCompared };
    return nowMs - this.#failure.sinceMs >= BEGINS_AGAIN_MS;
  }
}

function hasTable(tables: VDiff['tables'], state: string): boolean {
  return tables.some((table) => table.state === state);
}
