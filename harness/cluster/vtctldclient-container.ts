import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
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

export interface ContainerOptions {
  readonly image: string;
  readonly vtctld: VtctldAddress;
  readonly logDirectory: string;
  /** Told of what is asked beside the run's own commands, before it is asked. */
  readonly note: (text: string) => void;
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const FOLDER = '/tmp/vtctldclient';
/** vtctldclient waits an hour for a vtctld that does not answer, also where the connection is refused; 24.0.1. */
const ACTION_MS = 600_000;
/** For commands that are answered at once. */
const LOOK_MS = 10_000;
/** So long a command is waited for before vtctld is asked whether it still answers, and after each answer. */
const PATIENCE_MS = 10_000;
const ANSWERS = ['GetCellInfoNames'];
/** A vtctld that is started anew, as a pod is, answers again within this. */
const SILENCE_MS = 30_000;
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
  readonly #vtctld: VtctldAddress;
  readonly #note: (text: string) => void;
  readonly #underWay = new Set<Promise<unknown>>();
  #started = 0;
  #isClosed = false;

  private constructor(
    docker: Docker,
    id: string,
    container: Server,
    releaseReaper: () => void,
    { vtctld, note }: ContainerOptions,
  ) {
    this.#docker = docker;
    this.#id = id;
    this.#container = container;
    this.#releaseReaper = releaseReaper;
    this.#vtctld = vtctld;
    this.#note = note;
  }

  static async start(docker: Docker, options: ContainerOptions): Promise<VtctldclientContainer> {
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
    return new VtctldclientContainer(docker, clusterId, container, releaseReaper, options);
  }

  /**
   * A command may take minutes, but not while vtctld does not answer anything: then it is ended, as it would be sent when
   * nobody expects it any more.
   *
   * @throws trouble where vtctld has not answered for half a minute, and once it was closed.
   */
  async run(args: readonly string[]): Promise<Ended> {
    if (this.#isClosed) throw trouble({ what: 'The run has ended: no further command is sent to vtctld.' });
    const command = this.#start(args, ACTION_MS);
    const hasEnded = new AbortController();
    try {
      return await Promise.race([command.ended, this.#untilSilent(args, hasEnded.signal)]);
    } catch (error) {
      await command.kill();
      throw error;
    } finally {
      hasEnded.abort();
    }
  }

  /** For the first commands, by which it shows whether vtctld answers at all. They throw trouble where it does not. */
  get firstLook(): VtctldAccess {
    const run = async (args: readonly string[]) => {
      const ended = await this.#start(args, LOOK_MS).ended;
      if (ended.exitCode === 0) return ended;
      throw trouble({
        what: 'vtctld does not answer.',
        expected: `an answer to ${args.join(' ')} within ${LOOK_MS / 1000} s`,
        seen: ended.stderr || lastMessage(ended.stdout) || `status ${ended.exitCode}`,
        where: this.#where,
        next: 'Check host, port, certificates and credentials. It is the port of gRPC, 15999 as a rule.',
      });
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
    return { server: null, run: async (args) => await this.#start(args, 2 * LOOK_MS).ended };
  }

  async version(): Promise<string> {
    const { output } = await this.#container.exec(['vtctldclient', '--version']);
    return /Version: (\S+)/.exec(output)?.[1] ?? output.trim();
  }

  #start(args: readonly string[], timeoutMs: number): { readonly ended: Promise<Ended>; kill(): Promise<void> } {
    const pidFile = `/tmp/vtctldclient-${++this.#started}.pid`;
    const client = ['vtctldclient', ...flagsOf(this.#vtctld), `--action-timeout=${timeoutMs}ms`, ...args];
    const script = 'echo $$ >"$1"; shift; exec "$@"';
    // It gives up by itself first, and says why.
    const ended = this.#container
      .exec(['sh', '-c', script, 'sh', pidFile, ...client], timeoutMs + LOOK_MS)
      .then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr: lastMessage(stderr) }))
      .finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
    const kill = async () => {
      // It has ended already, or ends with its container, which is removed when the run ends.
      ended.catch(() => undefined);
      await this.#container
        .exec(['sh', '-c', 'kill -KILL "$(cat "$1")"', 'sh', pidFile], LOOK_MS)
        .catch(() => undefined);
    };
    return { ended, kill };
  }

  /** @throws trouble when vtctld has not answered for long; never resolves. */
  async #untilSilent(args: readonly string[], signal: AbortSignal): Promise<never> {
    let answeredAt = performance.now();
    for (let looks = 0; ; looks++) {
      await sleep(PATIENCE_MS, undefined, { signal }).catch(() => undefined);
      // Nobody waits for this any more.
      if (signal.aborted) return await new Promise<never>(() => undefined);
      if (looks === 0) this.#note(`${args[0]} takes long; ${ANSWERS.join(' ')} asks whether vtctld still answers`);
      // That this machine does not get to ask says nothing about vtctld.
      const look = await this.#start(ANSWERS, LOOK_MS).ended.catch(() => null);
      if (look === null || look.exitCode === 0) answeredAt = performance.now();
      else if (performance.now() - answeredAt > SILENCE_MS) throw this.#silent(args, look.stderr);
    }
  }

  #silent(args: readonly string[], seen: string) {
    return trouble({
      what: 'vtctld does not answer any more.',
      expected: `an end of vtctldclient ${args.join(' ')}`,
      seen: `nothing for ${SILENCE_MS / 1000} s, and of ${ANSWERS.join(' ')}: ${seen}`,
      where: this.#where,
      next:
        'Make it reachable again; on Kubernetes a forwarded port ends with its pod. The command was ended here, and may ' +
        'have been done, or half of it: look where traffic goes before anything else.',
    });
  }

  get #where(): string {
    const { host, port } = this.#vtctld;
    return `${host}:${port}, target.vtctld of the config`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await sweepCluster(this.#docker, this.#id);
    this.#releaseReaper();
  }
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
