import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { failure } from '../errors.ts';
import { checkSourceSettings } from '../preflight/source-settings.ts';
import { ensureKeyspace } from '../vtctl/keyspaces.ts';
import { getShard } from '../vtctl/shards.ts';
import { tabletExternallyReparented } from '../vtctl/tablets.ts';
import { applyVSchema, getVSchemaTables } from '../vtctl/vschema.ts';
import { waitFor } from '../wait.ts';
import { serversOf, shardOf, sidecarOf, type MigrationContext } from './context.ts';
import { noteExecuted } from './executed.ts';
import { refuseForeignWorkflow } from './existing.ts';
import { untilVtgateServes } from './serving.ts';
import { untilShardHasPrimary } from './shard-primary.ts';
import { untilEngineIsOpen } from './vreplication-engine.ts';

/** vttablet logs an error and continues if it cannot create these on an external MySQL, so we check for them. */
const SIDECAR_TABLES = ['copy_state', 'resharding_journal', 'vdiff', 'vreplication'];
const TIMEOUT_MS = 60_000;

/**
 * Puts an unmanaged vttablet in front of the source MySQL, as the primary of the source keyspace, and starts vtgate if
 * it does not run yet. If everything is already running, this only checks it.
 *
 * @param otherPrimaries resolves when no other keyspace is about to get its primary. A vtgate that starts while a
 *   keyspace has none yet waits five seconds for its schema (go/vt/vtgate/vtgate.go, resolveAndLoadKeyspace, Vitess
 *   24.0.1), so it starts before there is a keyspace, or when each one has its primary.
 */
export async function adopt(context: MigrationContext, otherPrimaries: () => Promise<void>): Promise<void> {
  const { cluster } = context;
  const keyspace = cluster.sourceKeyspace;
  if (cluster.hasMysqls) {
    for (const { name, endpoint } of await serversOf(context, 'source')) await checkSourceSettings(endpoint, name);
    await noteExecuted(context, 'source');
  }
  const alias = await startTablet(context);
  await Promise.all([
    otherPrimaries().then(async () => await cluster.vtgate()),
    checkPrimary(context, alias),
    checkVSchema(context),
    cluster.hasMysqls ? untilSidecarTablesExist(context) : undefined,
    refuseForeignWorkflow(context),
  ]);
  await Promise.all([untilVtgateServes(context, keyspace, 1), untilEngineIsOpen(context, 'source')]);
}

/** @returns the alias of the tablet that should be primary; null if this run starts none, and any tablet may be. */
async function startTablet({ cluster, vtctl, vschema }: MigrationContext): Promise<string | null> {
  const { starts, sourceKeyspace } = cluster;
  if (starts === null) return null;
  await ensureKeyspace(vtctl, sourceKeyspace);
  const [[tablet]] = await Promise.all([starts.unmanagedTablets(), applyVSchema(vtctl, sourceKeyspace, vschema)]);
  await tabletExternallyReparented(vtctl, tablet.alias);
  return tablet.alias;
}

async function checkPrimary(context: MigrationContext, alias: string | null): Promise<void> {
  const shard = shardOf(context, 'source');
  const { primaryAlias, isPrimaryServing } =
    alias === null ? await getShard(context.vtctl, shard) : await untilShardHasPrimary(context, 'source', alias);
  if (primaryAlias !== null && primaryAlias === (alias ?? primaryAlias) && isPrimaryServing) return;
  throw failure({
    what:
      alias === null
        ? 'The source keyspace has no primary that serves.'
        : 'The unmanaged tablet did not become primary.',
    expected: `${alias ?? 'a tablet'} as the primary of ${shard}, serving`,
    seen: `${primaryAlias ?? 'no primary'}, ${isPrimaryServing ? 'serving' : 'not serving'}`,
    where: `GetShard ${shard}`,
  });
}

async function checkVSchema({ cluster, vtctl, tables }: MigrationContext): Promise<void> {
  const seen = await getVSchemaTables(vtctl, cluster.sourceKeyspace);
  const missing = tables.filter((table) => !seen.includes(table));
  if (missing.length === 0) return;
  throw failure({
    what: 'The VSchema of the source keyspace does not name every table.',
    expected: tables.join(', '),
    seen: seen.join(', ') || 'no table',
    where: `GetVSchema ${cluster.sourceKeyspace}`,
  });
}

async function untilSidecarTablesExist(context: MigrationContext): Promise<void> {
  const sidecar = sidecarOf(context, 'source');
  await withConnection(context.cluster.source.harnessEndpoint, async (connection) => {
    const wait = {
      what: `the tables ${SIDECAR_TABLES.join(', ')} in the sidecar database ${sidecar} on the source MySQL`,
      where: 'the source MySQL; vttablet logs why it could not create them',
      timeoutMs: TIMEOUT_MS,
    };
    await waitFor(wait, async () => {
      const rows = await queryRows<{ name: string }>(
        connection,
        'SELECT TABLE_NAME AS name FROM information_schema.tables WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?)',
        [sidecar, SIDECAR_TABLES],
      );
      const names = rows.map(({ name }) => name);
      return { done: names.length === SIDECAR_TABLES.length || undefined, seen: names.join(', ') || 'none of them' };
    });
  });
}
