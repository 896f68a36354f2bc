import { Server, type Surroundings } from './server.ts';
import { topologyFlags, type Etcd } from './etcd.ts';

const HTTP_PORT = 15000;
const GRPC_PORT = 15999;

/** The server that runs Vitess' administrative commands; vtctldclient runs in its container. */
export class Vtctld implements AsyncDisposable {
  readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(
    surroundings: Surroundings,
    options: { image: string; etcd: Etcd; cell: string },
  ): Promise<Vtctld> {
    const { image, etcd, cell } = options;
    const server = await Server.start(surroundings, {
      name: 'vtctld',
      image,
      command: [
        'vtctld',
        ...topologyFlags(surroundings),
        `--cell=${cell}`,
        '--service-map=grpc-vtctl,grpc-vtctld',
        `--port=${HTTP_PORT}`,
        `--grpc-port=${GRPC_PORT}`,
        '--logtostderr',
      ],
      ports: [HTTP_PORT],
    });
    await server.until('vtctld’s health page says ok', async () => await server.page(HTTP_PORT, '/debug/health'));
    const vtctld = new Vtctld(server);
    await vtctld.#addCell(etcd, cell);
    return vtctld;
  }

  async #addCell(etcd: Etcd, cell: string): Promise<void> {
    const address = `--server-address=${etcd.address}`;
    const { exitCode, stderr } = await this.run(['AddCellInfo', '--root=/vitess/cell', address, cell]);
    if (exitCode !== 0) throw this.server.notReady(`the cell ${cell} can be added to the topology`, stderr);
  }

  /** Runs vtctldclient beside the server and waits for its end. */
  async run(args: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    return await this.server.exec(['vtctldclient', `--server=localhost:${GRPC_PORT}`, ...args]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}
