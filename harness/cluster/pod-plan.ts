import type { ClusterLayout } from './cluster-layout.ts';
import { ETCD_PORT } from './etcd.ts';
import type { PortSpec } from './server.ts';
import { SOURCE_MYSQL_PORT, sourceMysqlName } from './source-mysql.ts';
import { SOURCE_UID, TARGET_UID, tabletName, tabletPorts } from './tablet.ts';
import { VTCTLD_GRPC_PORT } from './vtctld.ts';
import { VTGATE_HTTP_PORT, VTGATE_MYSQL_PORT } from './vtgate.ts';

type PodLayout = Pick<ClusterLayout, 'sourceKeyspace' | 'targetKeyspace' | 'replicas' | 'rdonlys' | 'hostPorts'>;

/**
 * Returns the servers that a cluster may start, by their short names, and the ports of each that must be reached from
 * this machine. A pod needs to know them before any of them exists.
 *
 * @param followers how many MySQLs follow the source.
 */
export function planPod(layout: PodLayout, followers: number): ReadonlyMap<string, readonly PortSpec[]> {
  const { sourceKeyspace, targetKeyspace, replicas, rdonlys, hostPorts } = layout;
  const plan = new Map<string, readonly PortSpec[]>([
    ['etcd', [ETCD_PORT]],
    ['vtctld', [VTCTLD_GRPC_PORT]],
    ['vtgate', [at(VTGATE_MYSQL_PORT, hostPorts.vtgate), VTGATE_HTTP_PORT]],
  ]);
  for (let index = 0; index <= followers; index++) {
    const hostPort = index === 0 ? hostPorts.source : undefined;
    plan.set(sourceMysqlName(index), [at(SOURCE_MYSQL_PORT + index, hostPort)]);
    plan.set(tabletName(sourceKeyspace, SOURCE_UID + index), [tabletPorts(SOURCE_UID + index).http]);
  }
  for (let uid = TARGET_UID; uid < TARGET_UID + replicas + rdonlys; uid++) {
    const { http, mysql } = tabletPorts(uid);
    plan.set(tabletName(targetKeyspace, uid), [http, mysql]);
  }
  return plan;
}

function at(container: number, host: number | undefined): PortSpec {
  return host === undefined ? container : { container, host };
}
