import type { ConnectionOptions } from 'mysql2/promise';
import { accountStatements, type Credentials } from './credentials.ts';
import { makeDataVolume } from './data-volume.ts';
import { endpoint, withConnection } from './mysql-endpoint.ts';
import { OWN_OPTIONS } from './mysqld-options.ts';
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
 * Starts MySQL and returns when it accepts connections. `mysqlctl start` does the same with a program of its own, and
 * asks once a second (Vitess 24.0.1, go/vt/mysqlctl/mysqld.go, wait). It also starts mysqld_safe if it finds it, which
 * starts a MySQL again that a fault has ended.
 */
const START_MYSQL = `mysqld --defaults-file=${FOLDER}/my.cnf --daemonize`;

/**
 * Waits at most five seconds until a MySQL that has ended is no longer a process. As long as process 1 has not reaped
 * it, the lock file of its socket names a process that exists, and another MySQL refuses to start.
 */
const UNTIL_MYSQL_IS_GONE = `pid=$(cat ${MYSQL_PID} 2>/dev/null); n=0; while [ -n "$pid" ] && [ -e "/proc/$pid" ] && [ $n -lt 250 ]; do sleep 0.02; n=$((n+1)); done`;

/** Lines that mysqlctl adds to my.cnf, as an argument of printf. */
const MYSQL_OPTIONS = OWN_OPTIONS.join('\\n');

/** A pipe in the container; vttablet starts when something is written to it. */
const SERVE_PIPE = `${DATA_ROOT}/serve`;

/**
 * A vttablet with a MySQL of its own, which mysqlctl has initialised, in one container. MySQL starts with the
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
          `printf '\\ninit_file = ${DATA_ROOT}/init.sql\\nskip_name_resolve = ON\\n' >> ${FOLDER}/my.cnf`,
          ...(diskMb === undefined ? [] : [`cp -a ${FOLDER}/* ${DISK}/; rm -r ${FOLDER}; ln -s ${DISK} ${FOLDER}`]),
          `mkfifo ${SERVE_PIPE}`,
          // Why it does not start is in a file, which cannot be read any more when the container has ended.
          `${START_MYSQL} || { tail -n 30 ${FOLDER}/error.log >&2; exit 1; }`,
          `read -r _ < ${SERVE_PIPE}`,
          'exec "$@"',
        ].join('\n'),
        'tablet',
        ...supervised(environment, ['vttablet', ...vttabletFlags]),
      ],
      environment: { VTDATAROOT: DATA_ROOT },
      volumes: diskMb === undefined ? {} : { [DISK]: await makeDataVolume(environment, name, diskMb) },
      files: { [`${DATA_ROOT}/init.sql`]: initFile(credentials, databaseOf(keyspace)) },
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
      start: `${UNTIL_MYSQL_IS_GONE}; ${START_MYSQL}`,
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
    if (exitCode !== 0) throw this.server.notReady('MySQL starts', output);
    await untilTabletRuns(this);
  }

  /** Returns the image with a data directory in the state in which `mysqlctl init` leaves it. */
  static async prepare({ docker }: Pick<ServerEnvironment, 'docker'>, image: string): Promise<string> {
    const mysqlctl = `mysqlctl --tablet-uid=1 --tablet-dir=${TABLET_FOLDER} --logtostderr`;
    const options = `${DATA_ROOT}/options.cnf`;
    return await prepareImage(
      docker,
      image,
      'tablet',
      `printf '${MYSQL_OPTIONS}\\n' > ${options}; export VTDATAROOT=${DATA_ROOT} EXTRA_MY_CNF=${options}; ${mysqlctl} init; ${mysqlctl} shutdown; rm ${FOLDER}/data/auto.cnf`,
    );
  }

  /**
   * Waits until MySQL answers, and returns how the harness connects before vttablet serves. No database is selected.
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
    return endpoint(this.server.port(this.#ports.mysql), this.#credentials.harness, databaseOf(this.keyspace));
  }

  /** mysqld logs to a file of its own. */
  async mysqlLog(): Promise<string> {
    return await this.server.readFile(`${FOLDER}/error.log`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

/** The name that vttablet gives to the database of a keyspace. */
function databaseOf(keyspace: string): string {
  return `vt_${keyspace}`;
}

/**
 * A managed MySQL comes up super-read-only; these statements stay out of its binary log. A tablet that follows does not
 * serve before its database is there, and looks once a second (Vitess 24.0.1, tabletserver/state_manager.go), so the
 * database is there from the beginning. The primary then has no need to create it, so it is in no binary log either.
 */
function initFile(credentials: Credentials, database: string): string {
  return [
    'SET GLOBAL super_read_only = OFF;',
    accountStatements([credentials.harness], database).trimEnd(),
    'SET GLOBAL super_read_only = ON;',
    '',
  ].join('\n');
}
