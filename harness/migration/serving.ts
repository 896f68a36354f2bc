import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { waitFor } from '../wait.ts';
import type { MigrationContext } from './context.ts';

/** By default vtgate looks for new tablets once a minute, so this is a little longer. */
const TIMEOUT_MS = 90_000;

type TabletRow = Record<'Keyspace' | 'TabletType' | 'State' | 'Alias', string>;

/** Waits until vtgate sees this many healthy tablets of a keyspace, one of them primary. */
export async function untilVtgateServes(
  { cluster }: MigrationContext,
  keyspace: string,
  tablets: number,
): Promise<void> {
  const vtgate = await cluster.vtgate();
  await withConnection(vtgate.harnessEndpoint(), async (connection) => {
    const wait = {
      what: `vtgate to see ${tablets} serving tablet(s) of ${keyspace}, one of them primary`,
      where: 'SHOW vitess_tablets at vtgate',
      timeoutMs: TIMEOUT_MS,
    };
    await waitFor(wait, async () => {
      const rows = await queryRows<TabletRow>(connection, 'SHOW vitess_tablets');
      const seen = rows.filter((row) => row.Keyspace === keyspace);
      const serving = seen.filter(({ State }) => State === 'SERVING');
      const hasPrimary = serving.some(({ TabletType }) => TabletType === 'PRIMARY');
      return {
        done: (serving.length >= tablets && hasPrimary) || undefined,
        seen: seen.map((row) => `${row.Alias} ${row.TabletType} ${row.State}`).join(', ') || 'no tablet of it',
      };
    });
  });
}
