import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { engineDoes } from '../../docker/engine-does.ts';
import { START_TIMEOUT_MS, hostName, notStarted, noWait, type PortSpec, type ServerEnvironment } from './server.ts';

/** In seconds; not every `sleep` knows `infinity`. */
const LONGER_THAN_ANY_RUN = String(2 ** 31 - 1);

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
   * @param image any image with `sleep`.
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
      .withCommand([LONGER_THAN_ANY_RUN])
      .withExposedPorts(...[...servers.values()].flat())
      .withWaitStrategy(noWait());
    try {
      return new Pod(await engineDoes('the start of a pod', container.start(), START_TIMEOUT_MS));
    } catch (error) {
      throw notStarted('pod', image, error);
    }
  }

  /** What the engine calls the network of a container that joins. */
  get networkMode(): string {
    return `container:${this.#container.getId()}`;
  }

  /** Returns the port on this machine's loopback that leads to `port`. @throws if the pod does not publish it. */
  getMappedPort(port: number): number {
    return this.#container.getMappedPort(port);
  }
}
