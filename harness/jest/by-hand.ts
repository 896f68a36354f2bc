import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import mysql, { type ConnectionOptions } from 'mysql2/promise';
import type { Images } from '../../docker/plan.ts';
import { CLUSTER_LABEL, clusterLabels } from '../../docker/labels.ts';
import { waitFor } from '../wait.ts';
import { makeCertificate, type Certificate } from './certificate.ts';

/**
 * The counterpart of the harness: the same servers started by plain docker commands, one after another, each ready
 * before the next is started, with data directories initialised on the spot. As is usual by hand, vtgate has no
 * password unless the cluster is secured: then vtgate and vtctld use TLS, and require a client certificate and a
 * password. If keyspaces are named like those of the Kubernetes operator, their shard is `-`, and the source's has a
 * sidecar database of its own. The source is a MariaDB if there is an image of it.
 */
export class ByHand implements AsyncDisposable {
  readonly #images: Images;
  readonly #id = randomBytes(4).toString('hex');
  readonly #labels: string[];
  readonly #password = randomBytes(12).toString('hex');
  readonly #isSecured: boolean;
  readonly shard: string;
  readonly #sidecar: string;
  sourcePort = 0;
  vtgatePort = 0;
  /** The port of vtctld's gRPC; only if it is secured. */
  vtctldPort = 0;
  /** The MySQL of the target's primary; only if it is secured. */
  targetPort = 0;
  /** The certificate of all secured servers, which is its own authority. */
  server: Certificate = { key: '', certificate: '' };
  /** What those servers require from a client. */
  client: Certificate = { key: '', certificate: '' };

  constructor(
    images: Images,
    { isSecured = false, isAsOperator = false }: { readonly isSecured?: boolean; readonly isAsOperator?: boolean } = {},
  ) {
    this.#images = images;
    this.#isSecured = isSecured;
    this.shard = isAsOperator ? '-' : '0';
    this.#sidecar = isAsOperator ? '_vt_ext' : '_vt';
    this.#labels = Object.entries(clusterLabels(this.#id)).map(([name, value]) => `--label=${name}=${value}`);
  }

  get source(): ConnectionOptions {
    return { host: '127.0.0.1', port: this.sourcePort, user: 'vt_dba', password: this.#password, database: 'commerce' };
  }

  /** The password of the user `app` at vtgate, of `admin` at vtctld, and of `vt_dba` on both MySQLs. */
  get password(): string {
    return this.#password;
  }

  /** Starts everything; resolves when each keyspace answers a query through vtgate. */
  async start(): Promise<void> {
    const options = '--opt=com.docker.network.bridge.host_binding_ipv4=127.0.0.1';
    await docker(['network', 'create', options, ...this.#labels, this.#name('net')]);
    if (this.#isSecured) {
      this.server = await makeCertificate(this.#images.vitess, this.#labels);
      this.client = await makeCertificate(this.#images.vitess, this.#labels, this.server);
    }
    await this.#startTopology();
    await this.#startSource();
    const sidecar = `--sidecar-db-name=${this.#sidecar}`;
    await this.vtctldclient(['CreateKeyspace', '--durability-policy=none', sidecar, 'commerce']);
    await this.vtctldclient(['CreateKeyspace', '--durability-policy=none', 'customer']);
    await this.#startTablets();
    await this.vtctldclient(['TabletExternallyReparented', 'zone1-100']);
    await this.vtctldclient(['PlannedReparentShard', `customer/${this.shard}`, '--new-primary', 'zone1-200']);
    await this.#startVtgate();
  }

  /**
   * Returns the address of a container on its network. It is not a loopback address, so it looks like a server on
   * another machine.
   */
  async address(name: 'source' | 't200'): Promise<string> {
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    return await docker(['inspect', '--format', format, this.#name(name)]);
  }

  /** Runs a program in the container of a MySQL or MariaDB. @returns what it printed. */
  async inside(name: 'source' | 't200', command: readonly string[]): Promise<string> {
    return await docker(['exec', this.#name(name), ...command]);
  }

  async stopVtctld(): Promise<void> {
    await docker(['stop', '--time=0', this.#name('vtctld')]);
  }

  /** Starts vtctld again after `stopVtctld`; its ports are then different. */
  async startVtctld(): Promise<void> {
    await docker(['start', this.#name('vtctld')]);
    await this.#untilVtctldAnswers();
  }

  async vtctldclient(args: readonly string[]): Promise<string> {
    const flags = ['--server=localhost:15999', ...(this.#isSecured ? SECURED_CLIENT : [])];
    return await docker(['exec', this.#name('vtctld'), 'vtctldclient', ...flags, ...args]);
  }

  /** Returns a command that first creates the files that a secured program needs in its container. */
  #withFiles(command: readonly string[]): string[] {
    if (!this.#isSecured) return [...command];
    const account = { Username: 'admin', Password: this.#password };
    const files = {
      'cert.pem': this.server.certificate,
      'key.pem': this.server.key,
      'client-cert.pem': this.client.certificate,
      'client-key.pem': this.client.key,
      'users.json': JSON.stringify({ app: [{ UserData: 'app', Password: this.#password }] }),
      'admins.json': JSON.stringify([account]),
      'client.json': JSON.stringify(account),
    };
    const writes = Object.keys(files).map((name, at) => `printf '%s\\n' "$${at + 1}" > /tmp/${name}`);
    const script = [...writes, `shift ${writes.length}`, 'exec "$@"'].join('\n');
    return ['sh', '-euc', script, 'sh', ...Object.values(files), ...command];
  }

  async #startTopology(): Promise<void> {
    const etcd = this.#name('etcd');
    const address = `http://${etcd}:2379`;
    await this.#run(
      'etcd',
      this.#images.etcd,
      ['2379'],
      [
        'etcd',
        '--data-dir=/tmp/etcd',
        '--listen-client-urls=http://0.0.0.0:2379',
        `--advertise-client-urls=${address}`,
      ],
    );
    await this.#untilPage('etcd', 2379, '/health');
    await this.#run(
      'vtctld',
      this.#images.vitess,
      this.#isSecured ? ['15000', '15999'] : ['15000'],
      this.#withFiles([
        'vtctld',
        ...this.#topologyFlags,
        '--cell=zone1',
        '--service-map=grpc-vtctl,grpc-vtctld',
        '--port=15000',
        '--grpc-port=15999',
        '--logtostderr',
        ...(this.#isSecured ? SECURED_VTCTLD : []),
      ]),
    );
    await this.#untilVtctldAnswers();
    await this.vtctldclient(['AddCellInfo', '--root=/vitess/cell', `--server-address=${address}`, 'zone1']);
  }

  async #untilVtctldAnswers(): Promise<void> {
    if (this.#isSecured) this.vtctldPort = await this.#port('vtctld', 15999);
    await this.#untilPage('vtctld', 15000, '/debug/health');
  }

  async #startSource(): Promise<void> {
    const init = [
      'CREATE DATABASE commerce;',
      `CREATE USER 'vt_dba'@'%' IDENTIFIED BY '${this.#password}';`,
      "GRANT ALL ON *.* TO 'vt_dba'@'%' WITH GRANT OPTION;",
    ].join('\n');
    const { mysql: image, mariadb } = this.#images;
    const { initialises, starts } = mariadb === undefined ? MYSQL : MARIADB;
    const script = [
      `${initialises} --datadir=/tmp/data`,
      // The text is passed as an argument, because both printf and the shell would interpret characters in it.
      `printf '%s\\n' "$1" >/tmp/init.sql`,
      `exec ${starts} --datadir=/tmp/data --socket=/tmp/mysql.sock --server-id=1 --log-bin=binlog --skip-name-resolve --init-file=/tmp/init.sql`,
    ].join(' && ');
    await this.#run('source', mariadb ?? image, ['3306'], ['sh', '-c', script, 'source', init]);
    this.sourcePort = await this.#port('source', 3306);
    await this.#untilQuery(this.source, 'SELECT 1');
  }

  async #startTablets(): Promise<void> {
    const roles = ['app', 'appdebug', 'allprivs', 'dba', 'repl', 'filtered'];
    const accounts = roles.flatMap((role) => [`--db-${role}-user=vt_dba`, `--db-${role}-password=${this.#password}`]);
    await this.#run(
      't100',
      this.#images.vitess,
      ['15100'],
      [
        'vttablet',
        '--unmanaged',
        ...this.#tabletFlags(100, 'commerce', 'replica'),
        '--init-db-name-override=commerce',
        `--db-host=${this.#name('source')}`,
        '--db-port=3306',
        ...accounts,
      ],
    );
    await this.#untilPage('t100', 15100, '/debug/vars');
    for (const [uid, type] of [
      [200, 'replica'],
      [201, 'replica'],
      [202, 'rdonly'],
    ] as const) {
      const mysqlctl = `mysqlctl --tablet-uid=${uid} --mysql-port=3306 --logtostderr init`;
      const script = `export VTDATAROOT=/tmp/vt; mkdir -p $VTDATAROOT && ${mysqlctl} && exec vttablet "$@"`;
      const flags = this.#tabletFlags(uid, 'customer', type);
      const ports = this.#isSecured && uid === 200 ? ['15100', '3306'] : ['15100'];
      await this.#run(`t${uid}`, this.#images.vitess, ports, ['sh', '-c', script, 'vttablet', ...flags]);
    }
    if (this.#isSecured) this.targetPort = await this.#port('t200', 3306);
    for (const uid of [200, 201, 202]) await this.#untilPage(`t${uid}`, 15100, '/debug/vars');
  }

  async #startVtgate(): Promise<void> {
    await this.#run(
      'vtgate',
      this.#images.vitess,
      ['3306'],
      this.#withFiles([
        'vtgate',
        ...this.#topologyFlags,
        '--cell=zone1',
        '--cells-to-watch=zone1',
        '--tablet-types-to-wait=PRIMARY',
        '--service-map=grpc-vtgateservice',
        '--port=15001',
        '--mysql-server-port=3306',
        ...(this.#isSecured ? SECURED_VTGATE : ['--mysql-auth-server-impl=none']),
        '--logtostderr',
      ]),
    );
    this.vtgatePort = await this.#port('vtgate', 3306);
    for (const database of ['commerce', 'customer']) {
      await this.#untilQuery({ ...this.vtgate, database }, 'SELECT @@server_id');
    }
  }

  get vtgate(): ConnectionOptions {
    const address = { host: '127.0.0.1', port: this.vtgatePort };
    if (!this.#isSecured) return { ...address, user: 'any' };
    const ssl = { ca: this.server.certificate, cert: this.client.certificate, key: this.client.key };
    return { ...address, user: 'app', password: this.#password, ssl };
  }

  get #topologyFlags(): string[] {
    return [
      '--topo-implementation=etcd2',
      `--topo-global-server-address=http://${this.#name('etcd')}:2379`,
      '--topo-global-root=/vitess/global',
    ];
  }

  #tabletFlags(uid: number, keyspace: string, type: string): string[] {
    return [
      ...this.#topologyFlags,
      `--tablet-path=zone1-${uid}`,
      `--tablet-hostname=${this.#name(`t${uid}`)}`,
      `--init-keyspace=${keyspace}`,
      `--init-shard=${this.shard}`,
      `--init-tablet-type=${type}`,
      '--service-map=grpc-queryservice,grpc-tabletmanager,grpc-updatestream',
      '--port=15100',
      '--grpc-port=16100',
      '--logtostderr',
    ];
  }

  async #run(name: string, image: string, ports: readonly string[], command: readonly string[]): Promise<void> {
    const publish = ports.flatMap((port) => ['--publish', port]);
    const network = `--network=${this.#name('net')}`;
    await docker([
      'run',
      '--detach',
      '--name',
      this.#name(name),
      network,
      ...this.#labels,
      ...publish,
      image,
      ...command,
    ]);
  }

  async #port(name: string, port: number): Promise<number> {
    return Number((await docker(['port', this.#name(name), String(port)])).split('\n')[0]!.split(':').at(-1));
  }

  async #untilPage(name: string, port: number, pathname: string): Promise<void> {
    const published = await this.#port(name, port);
    await untilAnswered(`${name}${pathname}`, async () => {
      const response = await fetch(`http://127.0.0.1:${published}${pathname}`);
      if (!response.ok) throw new Error(String(response.status));
    });
  }

  async #untilQuery(options: ConnectionOptions, sql: string): Promise<void> {
    await untilAnswered(sql, async () => {
      await using connection = await mysql.createConnection(options);
      await connection.query(sql);
    });
  }

  #name(name: string): string {
    return `byhand-${this.#id}-${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ours = `label=${CLUSTER_LABEL}=${this.#id}`;
    const ids = (await docker(['ps', '--all', '--quiet', '--filter', ours])).split('\n').filter(Boolean);
    if (ids.length > 0) await docker(['rm', '--force', '--volumes', ...ids]);
    await docker(['network', 'rm', this.#name('net')]);
  }
}

const MYSQL = {
  initialises: 'mysqld --no-defaults --initialize-insecure',
  starts: 'mysqld --no-defaults --mysqlx=OFF --gtid-mode=ON --enforce-gtid-consistency=ON',
};
/** Its binary log has rows of every statement; with its own default, MIXED, it would not. */
const MARIADB = {
  initialises: 'mariadb-install-db --no-defaults --skip-test-db --auth-root-authentication-method=normal',
  starts: 'mariadbd --no-defaults --binlog-format=ROW',
};

const SECURED_CLIENT = [
  '--vtctld-grpc-ca=/tmp/cert.pem',
  '--vtctld-grpc-cert=/tmp/client-cert.pem',
  '--vtctld-grpc-key=/tmp/client-key.pem',
  '--grpc-auth-static-client-creds=/tmp/client.json',
];
// The authority for clients is what makes both ask for a client certificate (go/vt/vttls, ServerConfig).
const SECURED_VTCTLD = [
  '--grpc-cert=/tmp/cert.pem',
  '--grpc-key=/tmp/key.pem',
  '--grpc-ca=/tmp/cert.pem',
  '--grpc-auth-mode=static',
  '--grpc-auth-static-password-file=/tmp/admins.json',
];
const SECURED_VTGATE = [
  '--mysql-auth-server-impl=static',
  '--mysql-auth-server-static-file=/tmp/users.json',
  '--mysql-server-ssl-cert=/tmp/cert.pem',
  '--mysql-server-ssl-key=/tmp/key.pem',
  '--mysql-server-ssl-ca=/tmp/cert.pem',
  '--mysql-server-require-secure-transport',
  '--enable-buffer',
];

async function untilAnswered(what: string, ask: () => Promise<void>): Promise<void> {
  await waitFor({ what: `an answer to ${what}`, timeoutMs: 60_000, intervalMs: 50 }, async () => {
    return await ask().then(
      () => ({ done: true, seen: 'an answer' }),
      (error: unknown) => ({ done: undefined, seen: String(error) }),
    );
  });
}

async function docker(args: readonly string[]): Promise<string> {
  return (await execa('docker', [...args])).stdout;
}
