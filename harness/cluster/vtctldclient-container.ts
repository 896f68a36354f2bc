import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type Docker from 'dockerode';
import { clusterLabels } from '../../docker/labels.ts';
import { trouble } from '../errors.ts';
import { lookUntil } from '../wait.ts';
import { startReaper } from './reaper.ts';
import { Server } from './server.ts';
import type { VtctldAccess } from './servers.ts';
import { sweepCluster } from './sweep.ts';

/** How vtctld is reached. */
export interface VtctldAddress {
  readonly host: string;
  readonly port: number;
  /** In PEM form. */
  readonly tls?: {
    readonly ca: string;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
    readonly serverName?: string | undefined;
  };
  /** What a file for --grpc-auth-static-client-creds holds. */
  readonly auth?: string;
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const FOLDER = '/tmp/vtctldclient';
/** vtctldclient waits an hour for a vtctld that does not answer, also where the connection is refused; 24.0.1. */
const ACTION_TIMEOUT = '10m';
/** A switch gives up after its own time-out of 30 s; what it then undoes takes a few seconds. */
const UNDER_WAY_MS = 90_000;

/**
 * vtctldclient from the Vitess image, for a vtctld that runs elsewhere: one container for the whole run, on the
 * engine's own network, with a process for each command.
 */
export class VtctldclientContainer implements VtctldAccess, AsyncDisposable {
  readonly server = null;
  readonly #docker: Docker;
  readonly #id: string;
  readonly #container: Server;
  readonly #releaseReaper: () => void;
  readonly #flags: readonly string[];
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  private constructor(
    docker: Docker,
    id: string,
    container: Server,
    releaseReaper: () => void,
    flags: readonly string[],
  ) {
    this.#docker = docker;
    this.#id = id;
    this.#container = container;
    this.#releaseReaper = releaseReaper;
    this.#flags = flags;
  }

  static async start(
    docker: Docker,
    options: { image: string; vtctld: VtctldAddress; logDirectory: string },
  ): Promise<VtctldclientContainer> {
    const { image, vtctld, logDirectory } = options;
    await mkdir(logDirectory, { recursive: true });
    const clusterId = randomBytes(4).toString('hex');
    const surroundings = { docker, clusterId, network: 'host', labels: clusterLabels(clusterId), logDirectory };
    const releaseReaper = startReaper(clusterId);
    const container = await Server.start(surroundings, {
      name: 'vtctldclient',
      image,
      command: ['sleep', 'infinity'],
      files: filesOf(vtctld),
      ports: [],
    }).catch((error: unknown) => {
      releaseReaper();
      throw error;
    });
    return new VtctldclientContainer(docker, clusterId, container, releaseReaper, flagsOf(vtctld));
  }

  /** @throws trouble once it was closed. */
  async run(args: readonly string[]): Promise<Ended> {
    if (this.#isClosed) throw trouble({ what: 'The run has ended: no further command is sent to vtctld.' });
    return await this.#run(args, ACTION_TIMEOUT);
  }

  /** For a first look, by which it shows whether vtctld answers at all. @throws trouble where it does not. */
  firstLook(vtctld: VtctldAddress): VtctldAccess {
    const run = async (args: readonly string[]) => {
      const ended = await this.#run(args, '10s');
      if (ended.exitCode !== 0) throw silent(vtctld, args, ended);
      return ended;
    };
    return { server: null, run };
  }

  /**
   * From now on no command of the run is sent; one that is under way is let end, at most for a minute and a half, as a
   * switch that is cut off may stay half done.
   *
   * @returns for a last look.
   */
  async close(): Promise<VtctldAccess> {
    this.#isClosed = true;
    await lookUntil({ timeoutMs: UNDER_WAY_MS }, async () => ({
      done: this.#underWay.size === 0 || undefined,
      seen: `${this.#underWay.size} command(s)`,
    }));
    return { server: null, run: async (args) => await this.#run(args, '20s') };
  }

  async version(): Promise<string> {
    const { output } = await this.#container.exec(['vtctldclient', '--version']);
    return /Version: (\S+)/.exec(output)?.[1] ?? output.trim();
  }

  async #run(args: readonly string[], timeout: string): Promise<Ended> {
    const command = ['vtctldclient', ...this.#flags, `--action-timeout=${timeout}`, ...args];
    const running = this.#container.exec(command);
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await sweepCluster(this.#docker, this.#id);
    this.#releaseReaper();
  }
}

function silent({ host, port }: VtctldAddress, args: readonly string[], { exitCode, stderr, stdout }: Ended) {
  return trouble({
    what: 'vtctld does not answer.',
    expected: `an answer to ${args.join(' ')} within 10 s`,
    seen: lastMessage(stderr || stdout) || `status ${exitCode}`,
    where: `${host}:${port}, target.vtctld of the config`,
    next: 'Check host, port, certificates and credentials. It is the port of gRPC, 15999 as a rule.',
  });
}

/** vtctldclient writes lines of JSON, and after some errors all of its flags before them. */
export function lastMessage(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? '';
  const [, message] = /"msg":("(?:[^"\\]|\\.)*")/.exec(line) ?? [];
  return (message === undefined ? line : String(JSON.parse(message))).trim();
}

const FILES = { ca: `${FOLDER}/ca.pem`, cert: `${FOLDER}/cert.pem`, key: `${FOLDER}/key.pem` } as const;
const AUTH_FILE = `${FOLDER}/auth.json`;

function filesOf({ tls, auth }: VtctldAddress): Record<string, string> {
  const pem = (['ca', 'cert', 'key'] as const).flatMap((name) => {
    const content = tls?.[name];
    return content === undefined ? [] : [[FILES[name], content] as const];
  });
  return Object.fromEntries([...pem, ...(auth === undefined ? [] : [[AUTH_FILE, auth] as const])]);
}

/** The flags of every command; secrets are in files. */
export function flagsOf({ host, port, tls, auth }: VtctldAddress): string[] {
  const address = host.includes(':') ? `[${host}]` : host;
  return [
    `--server=${address}:${port}`,
    ...(['ca', 'cert', 'key'] as const).flatMap((name) =>
      tls?.[name] === undefined ? [] : [`--vtctld-grpc-${name}=${FILES[name]}`],
    ),
    ...(tls?.serverName === undefined ? [] : [`--vtctld-grpc-server-name=${tls.serverName}`]),
    ...(auth === undefined ? [] : [`--grpc-auth-static-client-creds=${AUTH_FILE}`]),
  ];
}
