import { z } from 'zod';
import type { Vtctl, VtctlCommand } from './vtctl.ts';

const keyspaces = z.object({
  keyspaces: z.array(z.object({ name: z.string(), keyspace: z.object({ sidecar_db_name: z.string() }) })),
});

/**
 * Vitess' own database on every MySQL, unless the keyspace names another (Vitess 24.0.1, go/constants/sidecar/name.go).
 */
export const DEFAULT_SIDECAR = '_vt';

export interface KeyspaceRecord {
  readonly name: string;
  /** Vitess' own database on the keyspace's MySQLs. */
  readonly sidecar: string;
}

/** The keyspaces in the topology. */
export async function getKeyspaces(vtctl: Vtctl): Promise<KeyspaceRecord[]> {
  const answer = await vtctl.query(keyspaces, keyspacesCommand());
  return answer.keyspaces.map(({ name, keyspace }) => ({
    name,
    sidecar: keyspace.sidecar_db_name || DEFAULT_SIDECAR,
  }));
}

export function keyspacesCommand(): VtctlCommand {
  return { args: ['GetKeyspaces'], method: 'GetKeyspaces', request: {} };
}

/**
 * Creates the keyspace, unless it exists.
 *
 * Its durability policy is `none`, because a shard with an unmanaged primary has no replica that could acknowledge a
 * semi-sync write.
 */
export async function ensureKeyspace(vtctl: Vtctl, keyspace: string): Promise<void> {
  if ((await getKeyspaces(vtctl)).some(({ name }) => name === keyspace)) return;
  await vtctl.run({
    args: ['CreateKeyspace', '--durability-policy=none', keyspace],
    method: 'CreateKeyspace',
    request: { name: keyspace, durability_policy: 'none', sidecar_db_name: DEFAULT_SIDECAR },
  });
}
