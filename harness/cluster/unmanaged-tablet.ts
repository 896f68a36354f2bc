import { VITESS_ROLES, type Credentials } from './credentials.ts';
import { topologyFlags } from './etcd.ts';
import { DATA_ROOT } from './prepared-image.ts';
import type { Profile } from './profile.ts';
import { Server, hostName, type ServerEnvironment } from './server.ts';
import type { SourceMySql } from './source-mysql.ts';
import { ServerProcess } from './server-process.ts';
import { supervised } from './supervised.ts';
import { tabletAlias, tabletFlags, tabletName, tabletPorts, untilTabletRuns, type Tablet } from './tablet.ts';

/**
 * With these, only the role `dba` connects with TLS. Vitess kills the statements of that role, and MySQL can send the
 * answer of a killed session to another connection, where it cannot be read if it is TLS (decision 0033). vttablet does
 * not fall back where the server has no TLS.
 */
const TLS_OF_DBA = [
  '--db-ssl-mode=preferred',
  ...VITESS_ROLES.filter((role) => role !== 'dba').map((role) => `--db-${role}-use-ssl=false`),
];

/** A vttablet in front of the source MySQL, which it does not manage: it never restarts or reparents it. */
export class UnmanagedTablet implements Tablet {
  readonly server: Server;
  readonly alias: string;
  readonly keyspace: string;
  readonly type = 'replica';
  readonly #uid: number;

  private constructor(server: Server, uid: number, alias: string, keyspace: string) {
    this.server = server;
    this.#uid = uid;
    this.alias = alias;
    this.keyspace = keyspace;
  }

  static async start(
    environment: ServerEnvironment,
    options: {
      image: string;
      source: SourceMySql;
      credentials: Credentials;
      cell: string;
      uid: number;
      keyspace: string;
      profile: Profile;
    },
  ): Promise<UnmanagedTablet> {
    const { image, source, credentials, cell, uid, keyspace, profile } = options;
    const alias = tabletAlias(cell, uid);
    const name = tabletName(keyspace, uid);
    const passwords = Object.fromEntries(
      VITESS_ROLES.map((role) => [credentials.vitess[role].user, [credentials.vitess[role].password]]),
    );
    const server = await Server.start(environment, {
      name,
      image,
      command: supervised(environment, [
        'vttablet',
        '--unmanaged',
        ...tabletFlags({
          topologyFlags: topologyFlags(environment),
          uid,
          alias,
          host: hostName(environment, name),
          keyspace,
          type: 'replica',
          profile,
        }),
        `--init-db-name-override=${source.database}`,
        `--db-host=${source.server.host}`,
        `--db-port=${source.port}`,
        ...((await source.hasTls()) ? TLS_OF_DBA : []),
        ...VITESS_ROLES.map((role) => `--db-${role}-user=${credentials.vitess[role].user}`),
        // The password is in a file, because the tablet's own pages show its flags.
        '--db-credentials-server=file',
        `--db-credentials-file=/tmp/credentials.json`,
      ]),
      files: { '/tmp/credentials.json': JSON.stringify(passwords) },
      environment: { VTDATAROOT: DATA_ROOT },
      ports: [tabletPorts(uid).http],
    });
    const tablet = new UnmanagedTablet(server, uid, alias, keyspace);
    await untilTabletRuns(tablet);
    return tablet;
  }

  get process(): ServerProcess {
    return new ServerProcess('source tablet', this.server, async () => await untilTabletRuns(this));
  }

  async page(pathname: string): Promise<string> {
    return await this.server.page(tabletPorts(this.#uid).http, pathname);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}
