import { z } from 'zod';
import { aliasOf, aliasText, duration, shardOf } from './messages.ts';
import type { Vtctl, VtctlCommand } from './vtctl.ts';

const tablets = z.object({
  tablets: z.array(
    z.object({
      alias: z.object({ cell: z.string(), uid: z.number() }),
      hostname: z.string(),
      keyspace: z.string(),
      shard: z.string(),
      type: z.string().transform((type) => type.toLowerCase()),
    }),
  ),
});

/** `topo.RemoteOperationTimeout` of Vitess 24.0.1 (go/vt/topo/locks.go), which vtctldclient sends. */
const WAIT_REPLICAS_MS = 15_000;

export interface TabletRecord {
  /** For example `zone1-100`. */
  readonly alias: string;
  readonly hostname: string;
  readonly keyspace: string;
  readonly shard: string;
  /** `primary`, `replica`, `rdonly` … */
  readonly type: string;
}

/** Returns the tablets of a keyspace, as the topology has them. */
export async function getTablets(vtctl: Vtctl, keyspace: string): Promise<TabletRecord[]> {
  const answer = await vtctl.query(tablets, tabletsCommand(keyspace));
  return answer.tablets.map(({ alias, ...rest }) => ({ ...rest, alias: aliasText(alias) }));
}

export function tabletsCommand(keyspace: string): VtctlCommand {
  return {
    args: ['GetTablets', '--format=json', `--keyspace=${keyspace}`],
    method: 'GetTablets',
    request: { keyspace },
  };
}

/** Makes an unmanaged tablet the primary. Its MySQL is already the primary, so only the topology changes. */
export async function tabletExternallyReparented(vtctl: Vtctl, alias: string): Promise<void> {
  await vtctl.run({
    args: ['TabletExternallyReparented', alias],
    method: 'TabletExternallyReparented',
    request: { tablet: aliasOf(alias) },
  });
}

/** Makes a tablet read its record again, and open what it has not opened yet. */
export async function refreshState(vtctl: Vtctl, alias: string): Promise<void> {
  await vtctl.run({ args: ['RefreshState', alias], method: 'RefreshState', request: { tablet_alias: aliasOf(alias) } });
}

/** Makes a managed tablet the primary, and points the shard's other MySQLs at it. */
export async function plannedReparentShard(vtctl: Vtctl, keyspaceShard: string, alias: string): Promise<void> {
  await vtctl.run(plannedReparentCommand(keyspaceShard, alias));
}

export function plannedReparentCommand(keyspaceShard: string, alias: string): VtctlCommand {
  return {
    args: ['PlannedReparentShard', keyspaceShard, `--new-primary=${alias}`],
    method: 'PlannedReparentShard',
    request: {
      ...shardOf(keyspaceShard),
      new_primary: aliasOf(alias),
      wait_replicas_timeout: duration(WAIT_REPLICAS_MS),
      tolerable_replication_lag: duration(0),
    },
  };
}

/** Makes the MySQL of the target's primary accept writes: after a restart, a managed MySQL is super-read-only. */
export function setWritableCommand(alias: string): VtctlCommand {
  return {
    args: ['SetWritable', alias, 'true'],
    method: 'SetWritable',
    request: { tablet_alias: aliasOf(alias), writable: true },
  };
}

/** Points a managed MySQL at its shard's primary again, after a restart without VTOrc. */
export function startReplicationCommand(alias: string): VtctlCommand {
  return { args: ['StartReplication', alias], method: 'StartReplication', request: { tablet_alias: aliasOf(alias) } };
}

/** Changes the type of a tablet that is not the primary. */
export async function changeTabletType(vtctl: Vtctl, alias: string, type: 'replica' | 'backup'): Promise<void> {
  await vtctl.run({
    args: ['ChangeTabletType', alias, type],
    method: 'ChangeTabletType',
    request: { tablet_alias: aliasOf(alias), db_type: type.toUpperCase() },
  });
}

/** Makes another managed tablet the primary when the present one does not answer. */
export function emergencyReparentCommand(keyspaceShard: string): VtctlCommand {
  return {
    args: ['EmergencyReparentShard', keyspaceShard],
    method: 'EmergencyReparentShard',
    request: { ...shardOf(keyspaceShard), wait_replicas_timeout: duration(WAIT_REPLICAS_MS) },
  };
}
