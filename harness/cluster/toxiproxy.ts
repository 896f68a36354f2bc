import { connect } from 'node:net';
import { Server, type ServerEnvironment } from './server.ts';

const API_PORT = 8474;
/** The name of the only proxy of each server. */
const PROXY = 'link';
const API_TIMEOUT_MS = 5_000;

/** A connection from one server to another is closed, slow, or accepts everything and returns nothing. */
export const IMPAIRMENTS = ['cut', 'slow', 'half-open'] as const;

export type Impairment = (typeof IMPAIRMENTS)[number];

/** The latency that is added in each direction. */
export const SLOW_MS = 100;
/** Every server here answers a new connection in less than this, even over a slow link. */
export const SILENT_MS = 1_000;

/** In the form that Toxiproxy's API takes. */
const TOXICS: Readonly<Record<Exclude<Impairment, 'cut'>, object>> = {
  slow: { type: 'latency', attributes: { latency: SLOW_MS } },
  // It has no time-out of its own; removing it closes the connections that exist then.
  'half-open': { type: 'timeout', attributes: { timeout: 0 } },
};

/** What a new connection met: a first byte after so many milliseconds, its end before any byte, or nothing. */
export type LinkAnswer = { readonly answeredMs: number } | 'closed' | 'silent';

/** A Toxiproxy that stands in front of one port of one server, which may start later. */
export class Toxiproxy {
  readonly server: Server;
  readonly port: number;

  private constructor(server: Server, port: number) {
    this.server = server;
    this.port = port;
  }

  /** @param upstream the address, which is looked up for each connection. */
  static async start(
    environment: ServerEnvironment,
    options: { image: string; name: string; upstream: { host: string; port: number } },
  ): Promise<Toxiproxy> {
    const { image, name, upstream } = options;
    const config = '/tmp/proxies.json';
    const proxy = {
      name: PROXY,
      listen: `0.0.0.0:${upstream.port}`,
      upstream: `${upstream.host}:${upstream.port}`,
      enabled: true,
    };
    const server = await Server.start(environment, {
      name,
      image,
      command: ['toxiproxy-server', '-host=0.0.0.0', `-port=${API_PORT}`, `-config=${config}`],
      // By default it logs every step of every connection.
      environment: { LOG_LEVEL: 'info' },
      files: { [config]: JSON.stringify([proxy]) },
      ports: [API_PORT, upstream.port],
    });
    await server.until('toxiproxy has its proxy', async () => await server.page(API_PORT, `/proxies/${PROXY}`));
    return new Toxiproxy(server, upstream.port);
  }

  /** The port on this machine's loopback that leads through it. */
  get hostPort(): number {
    return this.server.port(this.port);
  }

  /** Impairs existing and new connections, in both directions. */
  async impair(how: Impairment): Promise<void> {
    if (how === 'cut') return await this.#post(`/proxies/${PROXY}`, { enabled: false });
    const add = async (stream: 'upstream' | 'downstream') =>
      await this.#post(`/proxies/${PROXY}/toxics`, { name: stream, stream, ...TOXICS[how] });
    await Promise.all([add('upstream'), add('downstream')]);
  }

  /** Lets everything through again. */
  async mend(): Promise<void> {
    await this.#post('/reset', {});
  }

  /** @returns what a new connection through it meets now. */
  async try(): Promise<LinkAnswer> {
    return await tryConnection(this.hostPort);
  }

  async #post(pathname: string, body: object): Promise<void> {
    const url = `http://127.0.0.1:${this.server.port(API_PORT)}${pathname}`;
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(API_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`toxiproxy answers ${response.status}: ${(await response.text()).slice(0, 200)}`);
  }
}

/**
 * Opens a connection to a port of loopback and asks for a page. MySQL and gRPC speak first, and etcd answers, so every
 * server that is reached sends a byte. It is not enough that the connection opens, because the engine's own proxy on
 * loopback accepts it, whatever is behind it.
 */
export async function tryConnection(port: number, silentMs = SILENT_MS): Promise<LinkAnswer> {
  const { promise, resolve } = Promise.withResolvers<LinkAnswer>();
  const from = performance.now();
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('data', () => resolve({ answeredMs: performance.now() - from }));
  socket.on('close', () => resolve('closed'));
  // An error is followed by the end.
  socket.on('error', () => undefined);
  socket.setTimeout(silentMs, () => resolve('silent'));
  socket.write('GET /health HTTP/1.1\r\nHost: link\r\n\r\n');
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
