import type { CutoverObservation } from '../history/observations.ts';
import type { Side } from '../side.ts';
import { showWorkflow } from '../vtctl/move-tables.ts';
import { forwardWorkflow, reverseWorkflow, type MigrationContext } from './context.ts';
import { cutoverParts, isCutoverEnd } from './cutover-parts.ts';
import { LogSlice } from './log-slice.ts';
import { rowsBehind } from './rows-behind.ts';
import { settleSchemas } from './settle-schemas.ts';
import { bufferedBy } from './vtgate-counters.ts';

/** What the servers say about a switch of writes. */
export type ServersFigures = Pick<CutoverObservation, 'buffered' | 'rowsBehind' | 'partsMs'>;

/**
 * Records the lag just before the switch, as vtctld knows it. Samples are taken once a second, and just after a
 * comparison they only show the streams that it had stopped.
 */
async function sampleLag(context: MigrationContext, serving: Side): Promise<void> {
  const name = serving === 'source' ? forwardWorkflow(context) : reverseWorkflow(context);
  const workflow = await showWorkflow(context.vtctl, name);
  if (workflow === null) return;
  const lagMs = workflow.lagSeconds === null ? null : workflow.lagSeconds * 1000;
  const streams = workflow.streams.map(({ state, rowsCopied }) => ({
    workflow: name.workflow,
    state,
    rowsCopied: Number(rowsCopied),
    lagMs,
  }));
  context.observed({ of: 'sample', streams, replicas: [] });
}

/**
 * Prepares to measure a switch of writes. Call it just before the switch, not during it. It makes the preparations that
 * the profile asks for, and reads what must be read beforehand.
 *
 * @param serving the side that serves writes until the switch.
 * @param lookedAtMs when the tablets were made to reload their schemas, by `performance.now()`.
 * @returns a function that reads the rest; call it when the switch has ended. It never throws: a figure that cannot be
 *   read is null.
 */
export async function prepareCutover(
  context: MigrationContext,
  serving: Side,
  lookedAtMs?: number,
): Promise<() => Promise<ServersFigures>> {
  const { cluster } = context;
  if (cluster.settlesSchemas) await settleSchemas(context, lookedAtMs);
  // The verdict reports a missing figure, which must not prevent the switch.
  await sampleLag(context, serving).catch(() => undefined);
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
