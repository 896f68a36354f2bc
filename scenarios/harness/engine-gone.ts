import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findEngine } from '../../docker/engine.ts';
import { OWNER_LABEL } from '../../docker/labels.ts';
import { sweepLeftovers } from '../../harness/cluster/sweep.ts';
import { endedRun, leftOf } from '../../harness/jest/ended-run.ts';
import { smallRehearsal } from '../../harness/jest/faults.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: if the engine goes away in the middle of a run, the run ends in time, as UNKNOWN, and names the engine; the
// next run's sweep removes what the run itself could not.

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-gone-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

/** A path to the engine that can be cut. The engine itself goes on, because other runs use it. */
class Way implements AsyncDisposable {
  readonly address: string;
  readonly #sockets = new Set<Socket>();
  readonly #server;

  private constructor(socket: string, engine: string) {
    this.address = `unix://${socket}`;
    this.#server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ path: engine, allowHalfOpen: true });
      for (const [one, other] of [[near, far] as const, [far, near] as const]) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }

  static async open(socket: string, engine: string): Promise<Way> {
    const way = new Way(socket, engine);
    await new Promise<void>((resolve) => way.#server.listen(socket, resolve));
    return way;
  }

  /** Behaves like a stopped engine: open connections break, and nothing listens any more. */
  async cut(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.cut();
  }
}

test.each([
  ['while the first servers start', /start {4}start the source MySQL/],
  ['during the copy', /start {4}copy/],
])(
  'the engine goes away %s',
  async (_, words) => {
    const { docker } = (await findEngine())!;
    const own = await mkdtemp(path.join(folder, 'way-'));
    await using way = await Way.open(
      path.join(own, 'engine.sock'),
      process.env['DOCKER_HOST']!.slice('unix://'.length),
    );
    let pid = 0;
    const strike = {
      words,
      act: async (run: { readonly pid: number }) => {
        pid = run.pid;
        await waitFor({ what: 'a server of the run', timeoutMs: 60_000 }, async () => {
          const containers = await docker.listContainers({ filters: { label: [OWNER_LABEL] } });
          const servers = containers.filter(({ Labels }) => Labels[OWNER_LABEL]!.split(' ')[1] === String(pid));
          return { done: servers.length > 0 || undefined, seen: `${servers.length} servers` };
        });
        await way.cut();
      },
    };
    const environment = { DOCKER_HOST: way.address };
    const ended = await endedRun(await smallRehearsal(folder), { artifacts: own, environment, strikes: [strike] });
    const { output } = ended;
    expect(output).toMatch(/unknown because\n(?: {2}.*\n)* {2}- The container engine went away during the run/);
    expect(output).toMatch(/^ERROR {2}The container engine went away during the run/m);
    expect(output).toMatch(/^ {2}next +Start the engine/m);
    expect([ended.word, ended.exitCode]).toEqual(['UNKNOWN', 2]);
    await sweepLeftovers(docker);
    expect(await leftOf(pid)).toEqual([]);
  },
  300_000,
);
