import type { Profile } from './profile.ts';
import type { Server } from './server.ts';

/** The UID of the tablet in front of the source; those of its followers are numbered from there. */
export const SOURCE_UID = 100;
/** The UID of the target's first tablet; the others are numbered from there. */
export const TARGET_UID = 200;

/**
 * Returns the ports of the tablet with this UID and of the MySQL that it manages. No other server has them, because all
 * servers of a cluster may share one network namespace.
 */
export function tabletPorts(uid: number): { readonly http: number; readonly grpc: number; readonly mysql: number } {
  return { http: 15_000 + uid, grpc: 16_000 + uid, mysql: 17_000 + uid };
}

export type TabletType = 'replica' | 'rdonly';

/** What every tablet has, no matter who manages its MySQL. */
export interface Tablet extends AsyncDisposable {
  readonly server: Server;
  /** For example `zone1-100`. */
  readonly alias: string;
  readonly keyspace: string;
  readonly type: TabletType;
  /** Returns the text of a page of vttablet. Throws if its status is not 200. */
  page(pathname: string): Promise<string>;
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
  uid: number;
  alias: string;
  host: string;
  keyspace: string;
  type: TabletType;
  profile: Profile;
}): string[] {
  const { http, grpc } = tabletPorts(options.uid);
  return [
    ...options.topologyFlags,
    `--tablet-path=${options.alias}`,
    `--tablet-hostname=${options.host}`,
    `--init-keyspace=${options.keyspace}`,
    '--init-shard=0',
    `--init-tablet-type=${options.type}`,
    '--service-map=grpc-queryservice,grpc-tabletmanager,grpc-updatestream',
    `--port=${http}`,
    `--grpc-port=${grpc}`,
    '--logtostderr',
    ...options.profile.vttablet,
  ];
}

/** Waits until vttablet's own page says that it is running; whether it serves depends on the shard having a primary. */
export async function untilTabletRuns(tablet: Pick<Tablet, 'server' | 'page'>): Promise<void> {
  await tablet.server.until('vttablet’s status page answers', async () => await tablet.page('/debug/vars'));
}
