import type { ConnectionOptions } from 'mysql2/promise';
import { accountStatements, type Credentials } from './credentials.ts';
import { makeDataVolume } from './data-volume.ts';
import { endpoint, withConnection } from './mysql-endpoint.ts';
import { COUNTS_CPU, FEW_DIGESTS, SMALL_BUFFERS } from './mysqld-options.ts';
import { DATA_ROOT, prepareImage, serverUser } from './prepared-image.ts';
import type { Profile } from './profile.ts';
import { READY_TIMEOUT_MS, Server, hostName, type ServerEnvironment } from './server.ts';
import { ServerProcess } from './server-process.ts';
import { supervised } from './supervised.ts';
import {
  tabletAlias,
  tabletFlags,
  tabletName,
  tabletPorts,
  untilTabletRuns,
  type Tablet,
  type TabletType,
} from './tablet.ts';

/**
 * The same name below VTDATAROOT for all tablets, so that a prepared folder fits each of them with its paths as they
 * are.
 */
const TABLET_FOLDER = 'tablet';
const FOLDER = `${DATA_ROOT}/${TABLET_FOLDER}`;

/** Where a file system of its own is mounted; the engine puts nothing from the image there. */
const DISK = `${DATA_ROOT}/disk`;

/** A file that takes up all free space. */
const FILLER = `${FOLDER}/filler`;

const MYSQL_PID = `${FOLDER}/mysql.pid`;

/**
 * Waits at most five seconds until a MySQL that has ended is no longer a process. As long as process 1 has not reaped it,
 * mysqlctl believes that it runs, and refuses to start another one (Vitess 24, go/vt/mysqlctl/mysqld.go,
 * cleanupLockfile).
 */
const UNTIL_MYSQL_IS_GONE = `pid=$(cat ${MYSQL_PID} 2>/dev/null); n=0; while [ -n "$pid" ] && [ -e "/proc/$pid" ] && [ $n -lt 250 ]; do sleep 0.02; n=$((n+1)); done`;

/** Lines of my.cnf, as an argument of printf. */
const MYSQL_OPTIONS = [COUNTS_CPU, FEW_DIGESTS, ...SMALL_BUFFERS].join('\\n');

/** A pipe in the container; vttablet starts when something is written to it. */
const SERVE_PIPE = `${DATA_ROOT}/serve`;

/**
 * A vttablet with a MySQL of its own, which mysqlctl initialises and starts, in one container. MySQL starts with the
 * container. vttablet starts when it is told to `serve`, because it needs a topology that may not exist yet.
 */
export class ManagedTablet implements Tablet {
  readonly server: Server;
  readonly alias: string;
  readonly keyspace: string;
  readonly type: TabletType;
  readonly #uid: number;
  readonly #credentials: Credentials;
  #serving: Promise<void> | undefined;

  private constructor(
    server: Server,
    { uid, alias, keyspace, type }: { uid: number; alias: string; keyspace: string; type: TabletType },
    credentials: Credentials,
  ) {
    this.server = server;
    this.#uid = uid;
    this.alias = alias;
    this.keyspace = keyspace;
    this.type = type;
    this.#credentials = credentials;
  }

  static async start(
    environment: ServerEnvironment,
    options: {
      image: string;
      topologyFlags: readonly string[];
      credentials: Credentials;
      cell: string;
      uid: number;
      keyspace: string;
      type: TabletType;
      profile: Profile;
      /** The size of the file system that only its MySQL uses. */
      diskMb?: number | undefined;
    },
  ): Promise<ManagedTablet> {
    const { image, topologyFlags, credentials, cell, uid, keyspace, type, profile, diskMb } = options;
    const prepared = await ManagedTablet.prepare(environment, image);
    const name = tabletName(keyspace, uid);
    const alias = tabletAlias(cell, uid);
    const host = hostName(environment, name);
    const mysqlctl = mysqlctlFor(uid);
    const vttabletFlags = [
      ...tabletFlags({ topologyFlags, uid, alias, host, keyspace, type, profile }),
      `--tablet-dir=${TABLET_FOLDER}`,
      `--mycnf-file=${FOLDER}/my.cnf`,
      '--restore-from-backup=false',
    ];
    const server = await Server.start(environment, {
      name,
      image: prepared,
      user: await serverUser(environment.docker, prepared),
      command: [
        '/bin/sh',
        '-euc',
        [
          // mysqlctl init chooses a random server id; this one is the tablet's uid, which no other server has.
          `sed -i 's/^server-id *=.*/server-id = ${uid}/; s/^server_id *=.*/server_id = ${uid}/; s/^port *=.*/port = ${tabletPorts(uid).mysql}/' ${FOLDER}/my.cnf`,
          `printf '\\ninit_file = ${DATA_ROOT}/init.sql\\nskip_name_resolve = ON\\n${MYSQL_OPTIONS}\\n' >> ${FOLDER}/my.cnf`,
          ...(diskMb === undefined ? [] : [`cp -a ${FOLDER}/* ${DISK}/; rm -r ${FOLDER}; ln -s ${DISK} ${FOLDER}`]),
          `mkfifo ${SERVE_PIPE}`,
          `${mysqlctl} start`,
          `read -r _ < ${SERVE_PIPE}`,
          'exec "$@"',
        ].join('\n'),
        'tablet',
        ...supervised(environment, ['vttablet', ...vttabletFlags]),
      ],
      environment: { VTDATAROOT: DATA_ROOT },
      volumes: diskMb === undefined ? {} : { [DISK]: await makeDataVolume(environment, name, diskMb) },
      files: { [`${DATA_ROOT}/init.sql`]: initFile(credentials) },
      ports: [tabletPorts(uid).http, tabletPorts(uid).mysql],
    });
    return new ManagedTablet(server, { uid, alias, keyspace, type }, credentials);
  }

  /** Returns only the vttablet. @param name what an operator calls it, such as `target primary tablet`. */
  tabletProcess(name: string): ServerProcess {
    return new ServerProcess(name, this.server, async () => await untilTabletRuns(this));
  }

  /** Returns only its MySQL. @param name what an operator calls it, such as `target primary mysqld`. */
  mysqlProcess(name: string): ServerProcess {
    return new ServerProcess(name, this.server, async () => void (await this.mysql()), {
      pidFile: MYSQL_PID,
      // Nothing in the container starts it again.
      hold: ':',
      start: `${UNTIL_MYSQL_IS_GONE}; ${mysqlctlFor(this.#uid)} start`,
    });
  }

  /** Fills the file system of its data until nothing more can be written. */
  async fillDisk(): Promise<void> {
    await this.server.exec(['sh', '-c', `cat /dev/zero > ${FILLER}`]);
  }

  /** Returns how many KB can still be written to the file system of its data. */
  async diskLeftKb(): Promise<number> {
    const { output } = await this.server.exec(['sh', '-c', `df -k ${DISK} | tail -1`]);
    return Number(output.trim().split(/\s+/)[3]);
  }

  async freeDisk(): Promise<void> {
    await this.server.exec(['rm', '-f', FILLER]);
  }

  async page(pathname: string): Promise<string> {
    return await this.server.page(this.#ports.http, pathname);
  }

  get #ports() {
    return tabletPorts(this.#uid);
  }

  /** Starts vttablet, once, when MySQL is running; resolves when vttablet is running too. */
  async serve(): Promise<void> {
    this.#serving ??= this.#startVttablet();
    await this.#serving;
  }

  async #startVttablet(): Promise<void> {
    // Writing to the pipe before it exists would create a file.
    const write = `until [ -p ${SERVE_PIPE} ]; do sleep 0.05; done; echo serve > ${SERVE_PIPE}`;
    const { exitCode, output } = await this.server.exec(['sh', '-c', write], READY_TIMEOUT_MS);
    if (exitCode !== 0) throw this.server.notReady('mysqlctl starts MySQL', output);
    await untilTabletRuns(this);
  }

  /** Returns the image with a data directory in the state in which `mysqlctl init` leaves it. */
  static async prepare({ docker }: Pick<ServerEnvironment, 'docker'>, image: string): Promise<string> {
    const mysqlctl = mysqlctlFor(1);
    return await prepareImage(
      docker,
      image,
      'tablet',
      `export VTDATAROOT=${DATA_ROOT}; ${mysqlctl} init; ${mysqlctl} shutdown; rm ${FOLDER}/data/auto.cnf`,
    );
  }

  /**
   * Waits until MySQL answers, and returns how the harness connects before vttablet serves, when there is no database.
   */
  async mysql(): Promise<ConnectionOptions> {
    const options = endpoint(this.server.port(this.#ports.mysql), this.#credentials.harness);
    const ping = async () =>
      void (await withConnection(options, async (connection) => await connection.query('SELECT 1')));
    await this.server.until('its MySQL answers a query', ping);
    return options;
  }

  /** Returns how the harness itself connects; the keyspace's database is `vt_<keyspace>`. */
  get harnessEndpoint(): ConnectionOptions {
    return endpoint(this.server.port(this.#ports.mysql), this.#credentials.harness, `vt_${this.keyspace}`);
  }

  /** mysqld logs to a file of its own. */
  async mysqlLog(): Promise<string> {
    return await this.server.readFile(`${FOLDER}/error.log`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

function mysqlctlFor(uid: number): string {
  return `mysqlctl --tablet-uid=${uid} --tablet-dir=${TABLET_FOLDER} --mysql-port=${tabletPorts(uid).mysql} --logtostderr`;
}

/** A managed MySQL comes up super-read-only; these statements stay out of its binary log. */
function initFile(credentials: Credentials): string {
  return [
    'SET GLOBAL super_read_only = OFF;',
    accountStatements([credentials.harness], null).trimEnd(),
    'SET GLOBAL super_read_only = ON;',
    '',
  ].join('\n');
}
