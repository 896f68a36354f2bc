import { z } from 'zod';
import type { Vtctldclient } from './vtctldclient.ts';

/** topodatapb.TabletType, as numbers in GetTablets' JSON (proto/topodata.proto of Vitess 24). */
const TYPES: Readonly<Record<number, string>> = { 1: 'primary', 2: 'replica', 3: 'rdonly', 4: 'spare', 7: 'restore' };

const tablets = z
  .array(
    z.object({
      alias: z.object({ cell: z.string(), uid: z.number() }),
      hostname: z.string(),
      keyspace: z.string(),
      shard: z.string(),
      type: z.number(),
    }),
  )
  .nullable();

export interface TabletRecord {
  /** As `zone1-100`. */
  readonly alias: string;
  readonly hostname: string;
  readonly keyspace: string;
  readonly shard: string;
  readonly type: string;
}

/** The tablets of a keyspace, as the topology has them. */
export async function getTablets(vtctl: Vtctldclient, keyspace: string): Promise<TabletRecord[]> {
  const found = (await vtctl.query(tablets, tabletsCommand(keyspace))) ?? [];
  return found.map(({ alias, type, ...rest }) => ({
    ...rest,
    alias: `${alias.cell}-${alias.uid}`,
    type: TYPES[type] ?? `type ${type}`,
  }));
}

export function tabletsCommand(keyspace: string): string[] {
  return ['GetTablets', '--format=json', `--keyspace=${keyspace}`];
}

/** Makes an unmanaged tablet primary: its MySQL is the primary already, and only the topology is told. */
export async function tabletExternallyReparented(vtctl: Vtctldclient, alias: string): Promise<void> {
  await vtctl.run(['TabletExternallyReparented', alias]);
}

/** Makes a managed tablet primary and points the shard's other MySQLs at it. */
export async function plannedReparentShard(vtctl: Vtctldclient, shard: string, alias: string): Promise<void> {
  await vtctl.run(['PlannedReparentShard', shard, `--new-primary=${alias}`]);
}
