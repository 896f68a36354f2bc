import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { queryRows, withConnection } from '../../cluster/mysql-endpoint.ts';
import { briefly } from '../../errors.ts';
import type { StepName } from '../../history/steps.ts';
import { forwardWorkflow, primaryEndpoint, sidecarOf } from '../../migration/context.ts';
import { quoteName } from '../../schema/quote.ts';
import type { Point, Watch } from '../point.ts';
import { within } from '../../wait.ts';
import type { StruckRun } from '../struck-run.ts';

const LOOK_EVERY_MS = 3;
/** The last look must not delay healing for long. */
const LAST_LOOK_MS = 1_000;

/** What a look needs to know. */
interface Looked {
  /** The quoted name. */
  readonly sidecar: string;
  readonly workflow: string;
  /** The number of tables that move. */
  readonly tables: number;
  /** The rows in them. */
  readonly rows: number;
  /** The id of the last VDiff that was created before; a fault may have left it running. */
  readonly lastVDiff: number;
}

type Look = (vt: Connection, what: Looked) => Promise<string | null>;

interface Seen {
  readonly id: string;
  readonly about: string;
  readonly step: StepName;
  /** Looks once at Vitess' own tables on the target. @returns what was seen if the moment has come, otherwise null. */
  readonly look: Look;
}

/** A part of the copy, known by the rows that the stream says it has copied. @param share of all rows, 0 to 1. */
export function copyPoint(share: number): Point {
  const percent = Math.round(share * 100);
  return seenPoint({
    id: `copy/${percent}`,
    about: `${percent} % of the rows have been copied`,
    step: 'copy',
    look: async (vt, { sidecar, workflow, rows }) => {
      const sql = `SELECT CONVERT(state USING utf8mb4) AS state, rows_copied AS copied FROM ${sidecar}.vreplication WHERE workflow = ?`;
      const [row] = await queryRows<{ state: string; copied: string }>(vt, sql, [workflow]);
      if (row?.state !== 'Copying' || Number(row.copied) < share * rows) return null;
      return `${row.copied} of ${rows} rows copied`;
    },
  });
}

/** One table has been copied, and another has not. */
export const BETWEEN_TABLES = seenPoint({
  id: 'copy/between-tables',
  about: 'one table has been copied, and others have not',
  step: 'copy',
  look: async (vt, { sidecar, workflow, tables }) => {
    const sql =
      `SELECT COUNT(DISTINCT c.table_name) AS \`left\` FROM ${sidecar}.copy_state c ` +
      `JOIN ${sidecar}.vreplication v ON v.id = c.vrepl_id WHERE v.workflow = ? AND v.rows_copied > 0`;
    const [row] = await queryRows<{ left: string }>(vt, sql, [workflow]);
    const left = Number(row?.left ?? 0);
    // Every table that moves is in the list from the beginning; one that has been copied leaves it.
    return left > 0 && left < tables ? `${left} of ${tables} tables are not copied yet` : null;
  },
});

/** VDiff is comparing. */
export const IN_VDIFF = seenPoint({
  id: 'vdiff/comparing',
  about: 'VDiff compares the tables',
  step: 'vdiff',
  look: async (vt, { sidecar, lastVDiff }) => {
    const sql = `SELECT COUNT(*) AS started FROM ${sidecar}.vdiff WHERE state = 'started' AND id > ?`;
    const [row] = await queryRows<{ started: string }>(vt, sql, [lastVDiff]);
    return Number(row?.started) > 0 ? 'a VDiff has started' : null;
  },
});

function seenPoint(seen: Seen): Point {
  const { id, about, step } = seen;
  return { id, about, step, watch: async (run) => await watchFor(run, seen) };
}

async function watchFor(run: StruckRun, { id, look }: Seen): Promise<Watch> {
  const { context } = run.migration;
  const ending = new AbortController();
  const sidecar = quoteName(sidecarOf(context, 'target'));
  const looked = {
    sidecar,
    lastVDiff: await lastVDiffOf(run, sidecar),
    workflow: forwardWorkflow(context).workflow,
    tables: context.tables.length,
    rows: await rowsOf(run),
  };
  const { promise: reached, resolve } = Promise.withResolvers<string>();
  // This is found out now, because nothing can tell which MySQL it is once vtctld has been struck.
  const endpoint = await primaryEndpoint(context, 'target');
  const looking = withConnection(endpoint, async (vt) => {
    while (!ending.signal.aborted) {
      const found = await look(vt, looked);
      if (found !== null) return resolve(found);
      await pause(LOOK_EVERY_MS);
    }
  });
  // A point that cannot be watched for is missed.
  looking.catch((error: unknown) => run.recorder.note(`${id} could not be watched for: ${briefly(error)}`));
  return {
    reached,
    strike: async (blow) => {
      const struck = await blow();
      // Nothing halts a copy, so the moment may have passed during the strike.
      const again = withConnection(endpoint, async (vt) => (await look(vt, looked)) ?? 'this is no longer so');
      const after = await within(again, LAST_LOOK_MS, 'it does not answer').catch(briefly);
      return `${struck}; ${await reached}; after the blow: ${after}`;
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await looking.catch(() => undefined);
    },
  };
}

async function lastVDiffOf({ migration }: StruckRun, sidecar: string): Promise<number> {
  return await withConnection(await primaryEndpoint(migration.context, 'target'), async (connection) => {
    const [row] = await queryRows<{ last: string | null }>(connection, `SELECT MAX(id) AS last FROM ${sidecar}.vdiff`);
    return Number(row?.last ?? 0);
  });
}

async function rowsOf({ migration }: StruckRun): Promise<number> {
  const endpoint = await primaryEndpoint(migration.context, 'source');
  return await withConnection(endpoint, async (connection) => {
    const counts = migration.context.tables.map((table) => `(SELECT COUNT(*) FROM ${quoteName(table)})`);
    const [row] = await queryRows<{ count: string }>(connection, `SELECT ${counts.join(' + ')} AS count`);
    return Number(row!.count);
  });
}
