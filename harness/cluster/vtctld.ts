import { isLook, type VtctldAnswer, type VtctlHost } from '../vtctl/vtctl.ts';
import { CommandMeter } from './command-meter.ts';
import { CpuClock } from './cpu-clock.ts';
import { cpuOf } from './cpu.ts';
import { Server, type ServerEnvironment } from './server.ts';
import { ServerProcess } from './server-process.ts';
import { supervised } from './supervised.ts';
import { topologyFlags, type Etcd } from './etcd.ts';
import type { ServerCpu } from './servers.ts';
import { VtctldConnection } from './vtctld-connection.ts';

const HTTP_PORT = 15000;
export const VTCTLD_GRPC_PORT = 15999;

/** The server that runs Vitess' administrative commands. */
export class Vtctld implements VtctlHost, AsyncDisposable {
  readonly server: Server;
  readonly #connection: VtctldConnection;
  readonly #clock: CpuClock;
  /** CPU seconds that it used before it could be called; null if they could not be read. */
  readonly #startSeconds: number | null;
  readonly #commands: CommandMeter;

  private constructor(server: Server, connection: VtctldConnection, startSeconds: number | null) {
    this.server = server;
    this.#connection = connection;
    this.#startSeconds = startSeconds;
    this.#clock = new CpuClock(server);
    this.#commands = new CommandMeter(this.#clock);
  }

  static async start(
    environment: ServerEnvironment,
    options: { image: string; etcd: Etcd; cell: string },
  ): Promise<Vtctld> {
    const { image, etcd, cell } = options;
    const server = await Server.start(environment, {
      name: 'vtctld',
      image,
      command: supervised(environment, [
        'vtctld',
        ...topologyFlags(environment),
        `--cell=${cell}`,
        '--service-map=grpc-vtctl,grpc-vtctld',
        `--port=${HTTP_PORT}`,
        `--grpc-port=${VTCTLD_GRPC_PORT}`,
        '--logtostderr',
      ]),
      ports: [VTCTLD_GRPC_PORT],
    });
    const address = { host: '127.0.0.1', port: server.port(VTCTLD_GRPC_PORT) };
    const connect = async () => await VtctldConnection.open(address);
    const connection = await server.until('vtctld describes its service', connect);
    const { cpuSeconds } = await cpuOf(server.name, { server });
    const vtctld = new Vtctld(server, connection, cpuSeconds);
    await vtctld.#addCell(etcd, cell);
    return vtctld;
  }

  get process(): ServerProcess {
    return new ServerProcess('vtctld', this.server, async () => {
      const address = { host: '127.0.0.1', port: this.server.port(VTCTLD_GRPC_PORT) };
      await this.server.until('vtctld describes its service', async () => {
        await (await VtctldConnection.open(address))[Symbol.asyncDispose]();
      });
    });
  }

  async #addCell(etcd: Etcd, cell: string): Promise<void> {
    const request = { name: cell, cell_info: { server_address: etcd.address, root: '/vitess/cell' } };
    const reply = await this.call('AddCellInfo', request);
    if ('status' in reply) throw this.server.notReady(`the cell ${cell} can be added to the topology`, reply.message);
  }

  async call(method: string, request: Readonly<Record<string, unknown>>): Promise<VtctldAnswer> {
    const send = async () => await this.#connection.call(method, request);
    return isLook(method) ? await this.#commands.beside(send) : await this.#commands.measured(send);
  }

  /**
   * Returns the CPU seconds of all questions: everything since it could be called, without the migration's own
   * commands. A command during which it was asked something counts as a question.
   */
  async cpu(): Promise<ServerCpu> {
    const { name } = this.server;
    const { cpuSeconds } = await cpuOf(name, this);
    const isKnown = cpuSeconds !== null && this.#startSeconds !== null;
    const seconds = isKnown ? cpuSeconds - this.#startSeconds - this.#commands.seconds : -1;
    // If the cgroup that the container sees is not its own, commands seem to have used more than all of it.
    return { server: name, cpuSeconds, questionSeconds: seconds < 0 ? null : seconds };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
    await this.#clock[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
