import { get, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { GenericContainer, type StartedTestContainer, type WaitStrategy } from 'testcontainers';
import { engineDoes } from '../../docker/engine-does.ts';
import { messageOf, trouble, type RoundtripError } from '../errors.ts';
import { within } from '../wait.ts';
import { feedProgram, type FedProgram } from './feed-program.ts';
import { followLog, type LogFault } from './follow-log.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Pod } from './pod.ts';
import { ProbePace } from './probe-pace.ts';
import { Shell } from './shell.ts';
import { withFiles, type Files } from './with-files.ts';

/** What every server of a cluster needs in order to start. */
export interface ServerEnvironment {
  readonly docker: Docker;
  /** Eight hexadecimal digits, unique on the engine. */
  readonly clusterId: string;
  /** The cluster's own network. */
  readonly network: string;
  /** The network namespace that its servers share; by default each has its own. */
  readonly pod?: Pod;
  readonly labels: Readonly<Record<string, string>>;
  /** Folder on this machine to which each server's log is written. */
  readonly logDirectory: string;
  /** Receives the error when a log cannot be written, which does not end the run. */
  readonly onLogFault?: LogFault;
  /** Whether servers may be ended and started again in their containers; see `supervised`. */
  readonly isRestartable?: boolean;
  /** Addresses that a server gets for hosts instead of the engine's own, by the name of the server and then by host. */
  readonly addresses?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface ServerSpec {
  /** Short and unique in the cluster: `etcd`, `customer-200`. */
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Files;
  /** Volumes of the engine by the folder where each is mounted; an empty one gets what the image has there. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Ports in the container; each gets a free port on this machine's loopback, or the one it asks for. */
  readonly ports: readonly PortSpec[];
}

export type PortSpec = number | { readonly container: number; readonly host: number };

/** How long a server may take to become ready before the run gives up. */
export const READY_TIMEOUT_MS = 60_000;
/** A container starts in a second; the engine of a busy machine may take minutes. */
export const START_TIMEOUT_MS = 300_000;
/** How often it is checked that a server that is not ready still runs. */
const LOOK_MS = 2_000;
const PAGE_TIMEOUT_MS = 2_000;
/** A server that is ready answers at once. */
const PROBE_TIMEOUT_MS = 15_000;
const NANOSECONDS = 1e9;
/** How long the engine itself needs to stop a container. */
const STOP_MARGIN_MS = 60_000;
/** No command in a healthy container takes this long. */
const EXEC_TIMEOUT_MS = 600_000;

/** A server in a container; its log is followed into a file from the first line. */
export class Server implements AsyncDisposable {
  readonly name: string;
  readonly host: string;
  readonly logFile: string;
  readonly #container: StartedTestContainer;
  readonly #pod: Pod | undefined;
  readonly #docker: Docker;
  readonly #lines: LineSplitter;
  /** The start time that the engine reports; null if it did not report one. */
  readonly #startedAt: string | null;
  /** Whether its process can be ended and started again. */
  readonly isRestartable: boolean;

  private constructor(
    name: string,
    container: StartedTestContainer,
    { docker, pod, isRestartable = false }: ServerEnvironment,
    logFile: string,
    lines: LineSplitter,
    startedAt: string | null,
  ) {
    this.name = name;
    this.#container = container;
    this.#pod = pod;
    this.#docker = docker;
    this.logFile = logFile;
    this.#lines = lines;
    this.#startedAt = startedAt;
    this.isRestartable = isRestartable;
    this.host = container.getName().replace(/^\//, '');
  }

  static async start(environment: ServerEnvironment, spec: ServerSpec): Promise<Server> {
    const { docker, labels, logDirectory, onLogFault } = environment;
    const logFile = path.join(logDirectory, `${spec.name}.log`);
    const lines = new LineSplitter();
    const { command, environment: contents } = withFiles(spec.command, spec.files ?? {});
    let container = new GenericContainer(spec.image)
      .withName(hostName(environment, spec.name))
      .withLabels({ ...labels })
      .withEntrypoint([command[0]!])
      .withCommand(command.slice(1))
      .withEnvironment({ ...spec.environment, ...contents })
      .withBindMounts(Object.entries(spec.volumes ?? {}).map(([target, source]) => ({ source, target })))
      .withWaitStrategy(noWait());
    if (spec.user !== undefined) container = container.withUser(spec.user);
    try {
      container = onNetwork(container, environment, spec);
      const started = await engineDoes(`the start of ${spec.name}`, container.start(), START_TIMEOUT_MS);
      const made = docker.getContainer(started.getId());
      await followLog(made, logFile, lines, onLogFault);
      const startedAt = await startOf(made).catch(() => null);
      return new Server(spec.name, started, environment, logFile, lines, startedAt);
    } catch (error) {
      throw notStarted(spec.name, spec.image, error);
    }
  }

  /** Returns the port on this machine's loopback that leads to `port` in the container. */
  port(port: number): number {
    return (this.#pod ?? this.#container).getMappedPort(port);
  }

  /** Its IP address on the cluster's network, if it is not in a pod. */
  get address(): string {
    return this.#container.getIpAddress(this.#container.getNetworkNames()[0]!);
  }

  /** Returns the text of an HTTP page of the server, if the status is 200. Throws otherwise. */
  async page(port: number, pathname: string): Promise<string> {
    // A request by `fetch` takes several times the CPU time, and these are many while servers start.
    const options = {
      host: '127.0.0.1',
      port: this.port(port),
      path: pathname,
      signal: AbortSignal.timeout(PAGE_TIMEOUT_MS),
    };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    get(options, resolve).on('error', reject);
    const response = await promise;
    const body = await text(response);
    if (response.statusCode === 200) return body;
    throw new Error(`${pathname} answers ${response.statusCode}: ${body.slice(0, 200)}`);
  }

  /** Runs a program in the container and waits for its end. */
  async exec(
    command: readonly string[],
    timeoutMs = EXEC_TIMEOUT_MS,
  ): Promise<{ exitCode: number; output: string; stdout: string; stderr: string }> {
    const running = this.#container.exec([...command]);
    return await within(running, timeoutMs, `no end of ${command[0]} within ${timeoutMs / 1000} s`);
  }

  /** Runs a program in the container with these bytes as its standard input; see `feedProgram`. */
  async feed(
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
    input: AsyncIterable<Buffer>,
    signal: AbortSignal | undefined,
  ): Promise<FedProgram> {
    const container = this.#docker.getContainer(this.#container.getId());
    return await feedProgram(container, { command, environment, input, signal });
  }

  /**
   * Waits until `probe` answers without throwing; `ProbePace` says when it is tried. It also watches the container,
   * because a server that has ended will never become ready.
   *
   * @throws `unknown` with the last thing the probe saw and the log's last lines.
   */
  async until<T>(what: string, probe: () => Promise<T>, timeoutMs = READY_TIMEOUT_MS): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    const pace = new ProbePace(performance.now());
    using _news = this.onLine(() => pace.heard(performance.now()));
    let lookedAt = performance.now();
    for (;;) {
      try {
        return await within(probe(), PROBE_TIMEOUT_MS, 'no answer');
      } catch (error) {
        const now = performance.now();
        if (now > deadline) throw this.notReady(what, `${messageOf(error)} after ${timeoutMs / 1000} s`, error);
        pace.asked(now);
      }
      if (performance.now() - lookedAt > LOOK_MS) {
        await this.#refuseIfEnded(what);
        lookedAt = performance.now();
      }
      for (let rest = pace.rest(performance.now()); rest > 0; rest = pace.rest(performance.now())) {
        await this.#untilNews(rest);
      }
    }
  }

  /** Waits until the server writes a line, at most this long. */
  async #untilNews(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    using _news = this.onLine(() => resolve());
    await promise;
    clearTimeout(timer);
  }

  /** Returns the error for a server that is not ready, with the end of its log. */
  notReady(what: string, seen: string, cause?: unknown): RoundtripError {
    return trouble({
      what: `${this.name} is not ready.`,
      expected: what,
      seen: `${seen}\nits log ends:\n${this.recentLog()}`,
      where: this.logFile,
      next: 'Read that log. The machine may be too slow or too full for the servers.',
      cause,
    });
  }

  /** Returns the last lines that the server wrote. */
  recentLog(lines = 12): string {
    return this.#lines.recent.slice(-lines).join('\n');
  }

  /** Calls `listener` with each line that the server writes from now on, until it is disposed of. */
  onLine(listener: (line: string) => void): Disposable {
    return this.#lines.onLine(listener);
  }

  /** Opens a shell in the container, whose commands take a millisecond or two; `exec` takes a hundred. */
  async shell(): Promise<Shell> {
    return await Shell.open(this.name, this.#docker.getContainer(this.#container.getId()));
  }

  /** Returns the content of a file in the container, for servers that do not log to their output. */
  async readFile(file: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.exec(['cat', file]);
    if (exitCode !== 0) throw trouble({ what: `A file of ${this.name} could not be read.`, seen: stderr, where: file });
    return stdout;
  }

  /**
   * Returns the seconds of CPU that all processes of the container have used since it started, as its cgroup counts
   * them, or null if it has ended or was restarted, because then the cgroup starts from 0 again.
   *
   * @throws if the engine does not answer, or the container is gone.
   */
  async cpuSeconds(): Promise<number | null> {
    const container = this.#docker.getContainer(this.#container.getId());
    const { cpu_stats: cpu } = await container.stats({ stream: false, 'one-shot': true });
    const used = cpu?.cpu_usage?.total_usage ?? 0;
    if (used === 0 || this.#startedAt === null || (await startOf(container)) !== this.#startedAt) return null;
    return used / NANOSECONDS;
  }

  /** Asks the server to end, and waits until it has. Its data on volumes is kept. */
  async end(timeoutMs: number): Promise<void> {
    const container = this.#docker.getContainer(this.#container.getId());
    const stopped = container.stop({ t: Math.ceil(timeoutMs / 1000) });
    await engineDoes(`the end of ${this.name}`, stopped, timeoutMs + STOP_MARGIN_MS);
    await this[Symbol.asyncDispose]();
  }

  /** Ends the server at once; none of its data is kept. */
  async [Symbol.asyncDispose](): Promise<void> {
    const container = this.#docker.getContainer(this.#container.getId());
    const removed = container.remove({ force: true, v: true }).catch(ignoreMissing);
    await engineDoes(`the removal of ${this.name}`, removed);
  }

  async #refuseIfEnded(what: string): Promise<void> {
    const looked = this.#docker.getContainer(this.#container.getId()).inspect();
    const { State } = await engineDoes(`the state of ${this.name}`, looked);
    if (!State.Running) throw this.notReady(what, `the container ended with status ${State.ExitCode}`);
  }
}

/** Returns the error for a container that the engine did not start. */
export function notStarted(name: string, image: string, error: unknown): RoundtripError {
  return trouble({
    what: `The container of ${name} did not start.`,
    seen: messageOf(error),
    where: `image ${image}`,
    next: 'If the engine itself is at fault, look at its log.',
    cause: error,
  });
}

/** A container in a pod has the names and the ports of the pod. */
function onNetwork(
  container: GenericContainer,
  environment: ServerEnvironment,
  { name, ports }: ServerSpec,
): GenericContainer {
  const { pod, network, addresses } = environment;
  if (pod !== undefined) {
    // The pod was told about them before; this is where it is noticed if it was not.
    for (const port of ports) pod.getMappedPort(typeof port === 'number' ? port : port.container);
    return container.withNetworkMode(pod.networkMode);
  }
  return container
    .withHostname(hostName(environment, name))
    .withNetworkMode(network)
    .withExtraHosts(Object.entries(addresses?.[name] ?? {}).map(([host, ipAddress]) => ({ host, ipAddress })))
    .withExposedPorts(...ports);
}

async function startOf(container: Docker.Container): Promise<string> {
  const looked = container.inspect();
  return (await engineDoes('a look at a container', looked)).State.StartedAt;
}

/** Returns the host name of a server for the other servers of its cluster. */
export function hostName({ clusterId }: Pick<ServerEnvironment, 'clusterId'>, name: string): string {
  return `roundtrip-${clusterId}-${name}`;
}

/** We judge readiness ourselves, by the servers' own answers, so testcontainers must not wait for anything. */
export function noWait(): WaitStrategy {
  const strategy: WaitStrategy = {
    waitUntilReady: async () => undefined,
    withStartupTimeout: () => strategy,
    isStartupTimeoutSet: () => true,
    getStartupTimeout: () => 0,
  };
  return strategy;
}

function ignoreMissing(error: unknown): void {
  if ((error as { statusCode?: number }).statusCode !== 404) throw error;
}
