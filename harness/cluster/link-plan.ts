import type { ClusterLayout } from './cluster-layout.ts';
import { ETCD_PORT } from './etcd.ts';
import { SOURCE_MYSQL_PORT, sourceMysqlName } from './source-mysql.ts';
import { SOURCE_UID, TARGET_UID, tabletName, tabletPorts } from './tablet.ts';
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

export function planLinks(
  layout: Pick<ClusterLayout, 'sourceKeyspace' | 'targetKeyspace' | 'replicas' | 'rdonlys'>,
): LinkPlan {
  const { sourceKeyspace, targetKeyspace, replicas, rdonlys } = layout;
  const source = tabletName(sourceKeyspace, SOURCE_UID);
  const targets = Array.from({ length: replicas + rdonlys }, (_, index) => ({
    to: tabletName(targetKeyspace, TARGET_UID + index),
    port: tabletPorts(TARGET_UID + index).grpc,
  }));
  return {
    'source-tablet-mysqld': [{ from: [source], to: sourceMysqlName(0), port: SOURCE_MYSQL_PORT }],
    // Streams and VDiff read from the other side's tablets: the target's do on the way there, the source's on the way
    // back.
    'tablet-tablet': [
      { from: targets.map(({ to }) => to), to: source, port: tabletPorts(SOURCE_UID).grpc },
      ...targets.map((target) => ({ from: [source], ...target })),
    ],
    'application-vtgate': [{ from: [], to: 'vtgate', port: VTGATE_MYSQL_PORT }],
    'vtctld-etcd': [{ from: ['vtctld'], to: 'etcd', port: ETCD_PORT }],
  };
}
