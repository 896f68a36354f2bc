import type { Profile } from './profile.ts';
import type { Server } from './server.ts';

export const TABLET_HTTP_PORT = 15100;
export const TABLET_GRPC_PORT = 16100;

export type TabletType = 'replica' | 'rdonly';

/** What every tablet has, no matter who manages its MySQL. */
export interface Tablet extends AsyncDisposable {
  readonly server: Server;
  /** For example `zone1-100`. */
  readonly alias: string;
  readonly keyspace: string;
  readonly type: TabletType;
}

export function tabletAlias(cell: string, uid: number): string {
  return `${cell}-${uid}`;
}

/** The name of a tablet's server: `customer-200`. */
export function tabletName(keyspace: string, uid: number): string {
  return `${keyspace}-${uid}`;
}

/** Flags of every vttablet. */
export function tabletFlags(options: {
  topologyFlags: readonly string[];
  alias: string;
  host: string;
  keyspace: string;
  type: TabletType;
  profile: Profile;
}): string[] {
  return [
    ...options.topologyFlags,
    `--tablet-path=${options.alias}`,
    `--tablet-hostname=${options.host}`,
    `--init-keyspace=${options.keyspace}`,
    '--init-shard=0',
    `--init-tablet-type=${options.type}`,
    '--service-map=grpc-queryservice,grpc-tabletmanager,grpc-updatestream',
    `--port=${TABLET_HTTP_PORT}`,
    `--grpc-port=${TABLET_GRPC_PORT}`,
    '--logtostderr',
    ...options.profile.vttablet,
  ];
}

/** Waits until vttablet's own page says that it is running; whether it serves depends on the shard having a primary. */
export async function untilTabletRuns(server: Server): Promise<void> {
  await server.until('vttablet’s status page answers', async () => await server.page(TABLET_HTTP_PORT, '/debug/vars'));
}
