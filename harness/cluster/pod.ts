import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { engineDoes } from '../../docker/engine-does.ts';
import { START_TIMEOUT_MS, hostName, noWait, type PortSpec, type ServerEnvironment } from './server.ts';

/**
 * The network namespace that the servers of a cluster share, held by a container that only sleeps. The engine then sets
 * up one network instead of one for each server, which is most of what it does to start a container (decision 0011).
 *
 * In a pod the name of each server is an address of loopback, and no two servers have the same port.
 */
export class Pod {
  readonly #container: StartedTestContainer;

  private constructor(container: StartedTestContainer) {
    this.#container = container;
  }

  /**
   * @param image any image of the cluster; it needs `sleep`.
   * @param servers the short names of all servers that may join, and the ports that must be reached from this machine.
   */
  static async start(
    environment: ServerEnvironment,
    image: string,
    servers: ReadonlyMap<string, readonly PortSpec[]>,
  ): Promise<Pod> {
    const hosts = [...servers.keys()].map((name) => ({ host: hostName(environment, name), ipAddress: '127.0.0.1' }));
    const container = new GenericContainer(image)
      .withName(hostName(environment, 'pod'))
      .withLabels({ ...environment.labels })
      .withNetworkMode(environment.network)
      .withExtraHosts(hosts)
      .withEntrypoint(['sleep'])
      .withCommand(['infinity'])
      .withExposedPorts(...[...servers.values()].flat())
      .withWaitStrategy(noWait());
    return new Pod(await engineDoes('the start of a pod', container.start(), START_TIMEOUT_MS));
  }

  /** What the engine calls the network of a container that joins. */
  get networkMode(): string {
    return `container:${this.#container.getId()}`;
  }

  /** Returns the port on this machine's loopback that leads to `port`. */
  getMappedPort(port: number): number {
    return this.#container.getMappedPort(port);
  }
}
