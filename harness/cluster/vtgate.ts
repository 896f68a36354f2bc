import type { ConnectionOptions } from 'mysql2/promise';
import type { Credentials } from './credentials.ts';
import { topologyFlags } from './etcd.ts';
import { endpoint, withConnection } from './mysql-endpoint.ts';
import type { Profile } from './profile.ts';
import { Server, type ServerEnvironment } from './server.ts';
import { ServerProcess } from './server-process.ts';
import { supervised } from './supervised.ts';

/** 15306 instead of 3306, which is the source's, because they may share one network namespace. */
export const VTGATE_MYSQL_PORT = 15306;
export const VTGATE_HTTP_PORT = 15001;

/** The proxy that applications talk to; it asks for a password. */
export class Vtgate implements AsyncDisposable {
  readonly server: Server;
  readonly #credentials: Credentials;
  readonly #applicationPort: number;

  private constructor(server: Server, credentials: Credentials, applicationPort: number) {
    this.server = server;
    this.#credentials = credentials;
    this.#applicationPort = applicationPort;
  }

  static async start(
    environment: ServerEnvironment,
    options: {
      image: string;
      credentials: Credentials;
      cell: string;
      profile: Profile;
      hostPort?: number;
      /** The port on loopback where applications reach it, if that is not its own. */
      applicationPort?: number | undefined;
    },
  ): Promise<Vtgate> {
    const { image, credentials, cell, profile, hostPort } = options;
    const users = [credentials.application, credentials.harness].map(({ user, password }) => [
      user,
      [{ UserData: user, Password: password }],
    ]);
    const server = await Server.start(environment, {
      name: 'vtgate',
      image,
      command: supervised(environment, [
        'vtgate',
        ...topologyFlags(environment),
        `--cell=${cell}`,
        `--cells-to-watch=${cell}`,
        '--tablet-types-to-wait=PRIMARY',
        // It may start before any tablet serves; vtgate itself is asked about that later.
        '--gateway-initial-tablet-timeout=1s',
        '--service-map=grpc-vtgateservice',
        `--port=${VTGATE_HTTP_PORT}`,
        `--mysql-server-port=${VTGATE_MYSQL_PORT}`,
        '--mysql-auth-server-impl=static',
        '--mysql-auth-server-static-file=/tmp/users.json',
        '--logtostderr',
        ...profile.vtgate,
      ]),
      files: { '/tmp/users.json': JSON.stringify(Object.fromEntries(users)) },
      ports: [
        hostPort === undefined ? VTGATE_MYSQL_PORT : { container: VTGATE_MYSQL_PORT, host: hostPort },
        VTGATE_HTTP_PORT,
      ],
    });
    const vtgate = new Vtgate(server, credentials, options.applicationPort ?? server.port(VTGATE_MYSQL_PORT));
    await vtgate.#untilReady();
    return vtgate;
  }

  get process(): ServerProcess {
    return new ServerProcess('vtgate', this.server, async () => await this.#untilReady());
  }

  /**
   * Returns how an application connects.
   *
   * @param keyspace where unqualified table names are resolved; it may include a tablet type, as in `customer@replica`.
   */
  applicationEndpoint(keyspace: string): ConnectionOptions {
    return endpoint(this.#applicationPort, this.#credentials.application, keyspace);
  }

  harnessEndpoint(keyspace?: string): ConnectionOptions {
    return endpoint(this.server.port(VTGATE_MYSQL_PORT), this.#credentials.harness, keyspace);
  }

  async #untilReady(): Promise<void> {
    await this.server.until('vtgate answers a query', async () => {
      await withConnection(this.harnessEndpoint(), async (connection) => await connection.query('SELECT 1'));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}
