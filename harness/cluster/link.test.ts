import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { planLinks } from './link-plan.ts';
import { Link } from './link.ts';
import { tryConnection, type Impairment, type LinkAnswer } from './toxiproxy.ts';

const SILENT_MS = 200;

async function listening(onConnection: (socket: Socket) => void): Promise<Server & AsyncDisposable> {
  const server = createServer((socket) => onConnection(socket.on('error', () => undefined).resume()));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

test('a connection is answered, is closed without an answer, or gets no answer', async () => {
  await using speaks = await listening((socket) => void socket.write('hello'));
  await using closes = await listening((socket) => void socket.destroy());
  const held: Socket[] = [];
  await using silent = await listening((socket) => void held.push(socket));
  expect(await tryConnection(portOf(speaks), SILENT_MS)).toEqual({ answeredMs: expect.any(Number) });
  expect(await tryConnection(portOf(closes), SILENT_MS)).toBe('closed');
  expect(await tryConnection(portOf(silent), SILENT_MS)).toBe('silent');
  for (const socket of held) socket.destroy();
});

test('a port on which nobody listens closes the connection', async () => {
  const port = await (async () => {
    await using server = await listening(() => undefined);
    return portOf(server);
  })();
  expect(await tryConnection(port, SILENT_MS)).toBe('closed');
});

/** @param met what connections meet through each proxy, whatever is done to it. */
function linkThatMeets(...met: readonly LinkAnswer[]): Link {
  const proxies = met.map((tried) => ({
    hostPort: 0,
    impair: async () => undefined,
    mend: async () => undefined,
    try: async () => tried,
  }));
  return new Link('tablet-tablet', proxies);
}

const PROVES: readonly (readonly [Impairment, LinkAnswer])[] = [
  ['cut', 'closed'],
  ['half-open', 'silent'],
  ['slow', { answeredMs: 130 }],
];

test.each(PROVES)('%s is proven by what happens to a new connection', async (how, tried) => {
  expect(await linkThatMeets(tried).impair(how)).toMatch(/^a new connection over tablet-tablet was /);
});

const DISPROVES: readonly (readonly [Impairment, LinkAnswer])[] = [
  ['cut', 'silent'],
  ['cut', { answeredMs: 1 }],
  ['half-open', 'closed'],
  ['half-open', { answeredMs: 130 }],
  ['slow', { answeredMs: 99 }],
  ['slow', 'silent'],
];

test.each(DISPROVES)('%s has not struck if a new connection is %p', async (how, tried) => {
  const [[, proof]] = PROVES.filter(([each]) => each === how) as [readonly [Impairment, LinkAnswer]];
  // One link that was not impaired is enough.
  await expect(linkThatMeets(proof, tried).impair(how)).rejects.toThrow('could not be impaired');
});

test('only the servers at the beginning of a link get its proxy, and no server is its own peer', () => {
  const plan = planLinks({ sourceKeyspace: 'commerce', targetKeyspace: 'customer', replicas: 1, rdonlys: 1 });
  const ways = Object.values(plan).flat();
  expect(plan['tablet-tablet'].map(({ from, to }) => `${from.join(', ')} > ${to}`)).toEqual([
    'customer-200, customer-201 > commerce-100',
    'commerce-100 > customer-200',
    'commerce-100 > customer-201',
  ]);
  expect(ways.filter(({ from, to }) => from.includes(to))).toEqual([]);
  // A host stands for one proxy, so two links to one server would need two ports on it.
  expect(new Set(ways.map(({ to }) => to)).size).toBe(ways.length);
});
