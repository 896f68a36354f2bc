import type { CutoverObservation } from '../history/observations.ts';
import type { MigrationContext, Side } from './context.ts';
import { cutoverParts, isCutoverEnd } from './cutover-parts.ts';
import { LogSlice } from './log-slice.ts';
import { rowsBehind } from './rows-behind.ts';
import { settleSchemas } from './settle-schemas.ts';
import { bufferedBy } from './vtgate-counters.ts';

/** What the servers say of a switch of writes. */
export type ServersFigures = Pick<CutoverObservation, 'buffered' | 'rowsBehind' | 'partsMs'>;

/**
 * To be called just before a switch of writes, not within it: makes ready what the profile makes ready, and reads what
 * must be read before.
 *
 * @param serving the side that serves writes, and will not.
 * @returns reads the rest; to be called when the switch has ended. Never throws: what cannot be read is null.
 */
export async function prepareCutover(context: MigrationContext, serving: Side): Promise<() => Promise<ServersFigures>> {
  const { cluster } = context;
  if (cluster.settlesSchemas) await settleSchemas(context);
  const { server: vtgate } = await cluster.vtgate();
  const { server: vtctld } = cluster.vtctld;
  const log = vtctld === null ? null : await LogSlice.from(vtctld.logFile).catch(() => null);
  const before = await bufferedBy(vtgate);
  const behind = await rowsBehind(context, serving).catch(() => null);
  return async () => {
    const after = await bufferedBy(vtgate);
    const lines = (await log?.until(isCutoverEnd).catch(() => null)) ?? [];
    return {
      buffered: before === null || after === null ? null : after - before,
      rowsBehind: behind,
      partsMs: cutoverParts(lines),
    };
  };
}
