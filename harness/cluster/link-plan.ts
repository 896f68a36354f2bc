import { ETCD_PORT } from './etcd.ts';
import { SOURCE_MYSQL_PORT } from './source-mysql.ts';
import { TABLET_GRPC_PORT } from './tablet.ts';
import { VTGATE_MYSQL_PORT } from './vtgate.ts';

/** The connections between servers that can be impaired. */
export const LINK_NAMES = ['source-tablet-mysqld', 'tablet-tablet', 'application-vtgate', 'vtctld-etcd'] as const;

export type LinkName = (typeof LINK_NAMES)[number];

/** One way of a link: a port of a server, and the only servers for which a proxy stands in front of it. */
export interface Way {
  /** Short names of servers of the cluster; empty if the connections come from outside. */
  readonly from: readonly string[];
  readonly to: string;
  readonly port: number;
}

/** The ways of each link; all ways of a link are impaired together. */
export type LinkPlan = Readonly<Record<LinkName, readonly Way[]>>;

/** @param tablets the tablets, by the names of their servers. */
export function planLinks(tablets: { readonly source: string; readonly targets: readonly string[] }): LinkPlan {
  const { source, targets } = tablets;
  return {
    'source-tablet-mysqld': [{ from: [source], to: 'source-mysql', port: SOURCE_MYSQL_PORT }],
    // Streams and VDiff read from the other side's tablets: the target's do on the way there, the source's on the way
    // back.
    'tablet-tablet': [
      { from: targets, to: source, port: TABLET_GRPC_PORT },
      ...targets.map((target) => ({ from: [source], to: target, port: TABLET_GRPC_PORT })),
    ],
    'application-vtgate': [{ from: [], to: 'vtgate', port: VTGATE_MYSQL_PORT }],
    'vtctld-etcd': [{ from: ['vtctld'], to: 'etcd', port: ETCD_PORT }],
  };
}
