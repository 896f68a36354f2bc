import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const WAITERS = 4;
/** Each is a lock of its own. A process takes them in parallel, so waiting for one does not delay the others. */
const ROUNDS = 40;

let cache = '';

beforeEach(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-lock-'));
});

afterEach(async () => {
  await rm(cache, { recursive: true });
});

/** Takes every lock and holds it until it is killed. */
const HOLDER = `
  const { withMachineLock } = await import(process.argv[2]);
  let held = 0;
  for (let round = 0; round < Number(process.argv[3]); round++) {
    void withMachineLock('round-' + round, async () => {
      if (++held === Number(process.argv[3])) process.send('holds all');
      await new Promise(() => undefined);
    }, () => undefined);
  }
  setInterval(() => undefined, 60_000);
`;

/** Enters each round once, and reports how often somebody else was inside at the same time. */
const WAITER = `
  import { open, rm } from 'node:fs/promises';
  const { withMachineLock } = await import(process.argv[2]);
  const cache = process.argv[4];
  let entered = 0;
  let met = 0;
  const enter = async (round) => {
    const inside = cache + '/inside-' + round;
    await withMachineLock('round-' + round, async () => {
      const handle = await open(inside, 'wx').catch(() => null);
      if (handle === null) met++;
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
      await handle?.close();
      if (handle !== null) await rm(inside);
      entered++;
    }, () => undefined);
  };
  process.send('ready');
  await new Promise((resolve) => process.once('message', resolve));
  await Promise.all(Array.from({ length: Number(process.argv[3]) }, (_, round) => enter(round)));
  process.send({ entered, met }, () => process.exit(0));
`;

async function start(script: string, name: string): Promise<ChildProcess> {
  const file = path.join(cache, `${name}.mjs`);
  await writeFile(file, script);
  const args = [new URL('lock.ts', import.meta.url).href, String(ROUNDS), cache];
  const env = { ...process.env, XDG_CACHE_HOME: cache, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' };
  return fork(file, args, { env, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function waitAll(): Promise<unknown[]> {
  const waiters = await Promise.all(
    Array.from({ length: WAITERS }, async (_, at) => await start(WAITER, `waiter-${at}`)),
  );
  await Promise.all(waiters.map(async (waiter) => await once(waiter, 'message')));
  const told = waiters.map(async (waiter) => (await once(waiter, 'message'))[0] as unknown);
  for (const waiter of waiters) waiter.send('go');
  return await Promise.all(told);
}

const ALONE = { entered: ROUNDS, met: 0 };

test('a lock that a killed process held is taken over, and no two processes ever have it', async () => {
  const holder = await start(HOLDER, 'holder');
  await once(holder, 'message');
  await killed(holder);
  expect(await waitAll()).toEqual(Array.from({ length: WAITERS }, () => ALONE));
}, 60_000);

test('an existing empty file blocks nobody', async () => {
  const holder = await start(HOLDER, 'holder');
  await once(holder, 'message');
  await killed(holder);
  // A process that is killed before it has written anything leaves such a file.
  const folder = path.join(cache, 'vitess-roundtrip');
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) await writeFile(path.join(folder, name), '');
  expect(await waitAll()).toEqual(Array.from({ length: WAITERS }, () => ALONE));
}, 60_000);

test('a file that is not a lock is named', async () => {
  const holder = await start(WAITER, 'waiter');
  await once(holder, 'message');
  const folder = path.join(cache, 'vitess-roundtrip');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'round-0.lock.sqlite'), 'something else, which is no database');
  const said: string[] = [];
  holder.stderr?.on('data', (chunk) => said.push(String(chunk)));
  const gone = once(holder, 'close');
  holder.send('go');
  await gone;
  expect(said.join('')).toMatch(/cannot be taken[^]*file is not a database[^]*round-0\.lock\.sqlite/);
});
