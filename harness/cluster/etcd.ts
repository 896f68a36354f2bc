import { trouble } from '../errors.ts';
import { Server, hostName, type ServerEnvironment } from './server.ts';
import { ServerProcess } from './server-process.ts';
import { supervised } from './supervised.ts';

const NAME = 'etcd';
export const ETCD_PORT = 2379;

/** Returns flags that point a Vitess program at the cluster's topology, which need not be running yet. */
export function topologyFlags(environment: Pick<ServerEnvironment, 'clusterId'>): string[] {
  return [
    '--topo-implementation=etcd2',
    `--topo-global-server-address=http://${hostName(environment, NAME)}:${ETCD_PORT}`,
    '--topo-global-root=/vitess/global',
  ];
}

/** The server that stores the topology. */
export class Etcd implements AsyncDisposable {
  readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(environment: ServerEnvironment, image: string): Promise<Etcd> {
    const host = hostName(environment, NAME);
    const server = await Server.start(environment, {
      name: NAME,
      image,
      command: supervised(environment, [
        'etcd',
        '--data-dir=/tmp/etcd',
        `--listen-client-urls=http://0.0.0.0:${ETCD_PORT}`,
        `--advertise-client-urls=http://${host}:${ETCD_PORT}`,
      ]),
      ports: [ETCD_PORT],
    });
    const etcd = new Etcd(server);
    await etcd.#untilReady();
    return etcd;
  }

  get process(): ServerProcess {
    return new ServerProcess('etcd', this.server, async () => await this.#untilReady());
  }

  async #untilReady(): Promise<void> {
    await this.server.until('etcd’s health page says true', async () => {
      const health = await this.server.page(ETCD_PORT, '/health');
      if (!health.includes('"true"')) throw new Error(health);
    });
  }

  /** The address at which other servers of the cluster reach it. */
  get address(): string {
    return `http://${this.server.host}:${ETCD_PORT}`;
  }

  /** Runs etcdctl in the server's container. @returns what it printed. @throws trouble if it failed. */
  async etcdctl(args: readonly string[]): Promise<string> {
    const { exitCode, output } = await this.server.exec(['etcdctl', ...args]);
    if (exitCode === 0) return output;
    throw trouble({ what: 'etcdctl failed.', seen: output, where: args.join(' ') });
  }

  /** Returns the version that the running server reports. */
  async version(): Promise<string> {
    return (JSON.parse(await this.server.page(ETCD_PORT, '/version')) as { etcdserver: string }).etcdserver;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}
