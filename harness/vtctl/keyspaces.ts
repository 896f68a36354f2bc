import { z } from 'zod';
import type { Vtctldclient } from './vtctldclient.ts';

const keyspaces = z.array(z.object({ name: z.string() })).nullable();

/** Names of the keyspaces in the topology. */
export async function getKeyspaces(vtctl: Vtctldclient): Promise<string[]> {
  return ((await vtctl.query(keyspaces, ['GetKeyspaces'])) ?? []).map(({ name }) => name);
}

/**
 * Makes the keyspace, unless it is there.
 *
 * Its durability policy is `none`: a shard with an unmanaged primary has nobody to acknowledge a semi-sync write.
 */
export async function ensureKeyspace(vtctl: Vtctldclient, keyspace: string): Promise<void> {
  if ((await getKeyspaces(vtctl)).includes(keyspace)) return;
  await vtctl.run(['CreateKeyspace', '--durability-policy=none', keyspace]);
}
