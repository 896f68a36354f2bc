import { mkdir, open, readFile, rm, statfs } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { existsSync } from 'node:fs';
import path from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import pWaitFor, { TimeoutError } from 'p-wait-for';
import { messageOf, trouble } from '../harness/errors.ts';
import { within } from '../harness/wait.ts';
import { readDistribution } from './machine.ts';

const ENGINE_LOG = '/var/log/vitess-roundtrip-dockerd.log';
const DEFAULT_SOCKET = '/var/run/docker.sock';

/** The first set-up keeps about 6 GB; servers' data and logs need more on top of that. */
export const REQUIRED_DISK_BYTES = 12 * 1024 ** 3;
/** Once the images exist, a run needs space only for data and logs. */
export const REQUIRED_DISK_BYTES_WARM = 3 * 1024 ** 3;

export interface Engine {
  readonly docker: Docker;
  readonly version: string;
  /** Where the engine keeps its data, on the engine's own machine. */
  readonly rootDirectory: string;
  /** `found`: it answered; `started`: we started it; `installed`: we installed it first. */
  readonly origin: 'found' | 'started' | 'installed';
}

/**
 * Returns the engine that answers. If none does, root on Debian or Ubuntu gets one that is installed and started.
 *
 * If DOCKER_HOST names an engine, that engine must answer; nothing is installed in its place. Afterwards DOCKER_HOST is
 * set for this process, so that testcontainers talks to the same engine.
 *
 * @throws `unknown`, saying what to do, if there is no engine and none can be started.
 */
export async function findOrStartEngine(say: (text: string) => void): Promise<Engine> {
  const found = await findEngine();
  if (found) return found;
  await refuseUnlessInstallable();
  const installed = await installEngine(say);
  say('starting the engine');
  await startEngine();
  const engine = await findEngine();
  if (!engine) throw await engineSilent();
  return { ...engine, origin: installed ? 'installed' : 'started' };
}

/**
 * Returns the first engine that answers, or null. If DOCKER_HOST is set, only that engine is asked, and must answer.
 */
export async function findEngine(): Promise<Engine | null> {
  const named = process.env['DOCKER_HOST'];
  if (named) {
    const engine = await tryEngine(named).catch((error: unknown) => messageOf(error));
    if (typeof engine !== 'string') return engine;
    throw trouble({
      what: 'The container engine does not answer.',
      expected: 'an engine at the address in DOCKER_HOST',
      seen: engine,
      where: `DOCKER_HOST=${named}`,
      next: 'Start that engine, or unset DOCKER_HOST to use or install a local one.',
    });
  }
  for (const socket of candidateSockets()) {
    if (!existsSync(socket)) continue;
    const engine = await tryEngine(`unix://${socket}`).catch(() => null);
    if (engine) return engine;
  }
  return null;
}

/**
 * @throws `unknown` when the engine's data directory has less than `requiredBytes` free. An engine on another machine
 *   is not checked, because its disk cannot be seen from here.
 */
export async function checkDisk(engine: Engine, requiredBytes: number): Promise<void> {
  const disk = await statfs(engine.rootDirectory).catch(() => null);
  if (!disk) return;
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes >= requiredBytes) return;
  throw trouble({
    what: 'The engine does not have enough disk space.',
    expected: `${gibibytes(requiredBytes)} free`,
    seen: `${gibibytes(freeBytes)} free`,
    where: engine.rootDirectory,
    next: 'Free some space there (`docker system df` shows what uses it), or move the engine’s data-root to a larger disk.',
  });
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

function candidateSockets(): string[] {
  const runtimeDirectory = process.env['XDG_RUNTIME_DIR'];
  return [
    DEFAULT_SOCKET,
    ...(runtimeDirectory ? [path.join(runtimeDirectory, 'docker.sock')] : []),
    path.join(homedir(), '.docker/run/docker.sock'),
    path.join(homedir(), '.docker/desktop/docker.sock'),
  ];
}

async function tryEngine(address: string): Promise<Engine> {
  const docker = address.startsWith('unix://') ? new Docker({ socketPath: address.slice(7) }) : new Docker();
  const info = await within(docker.info() as Promise<EngineInfo>, 10_000, 'no answer within 10 s');
  process.env['DOCKER_HOST'] = address;
  return { docker, version: info.ServerVersion, rootDirectory: info.DockerRootDir, origin: 'found' };
}

interface EngineInfo {
  readonly ServerVersion: string;
  readonly DockerRootDir: string;
}

async function refuseUnlessInstallable(): Promise<void> {
  const { id, like } = await readDistribution();
  const isDebian = [id, ...like.split(' ')].some((name) => name === 'debian' || name === 'ubuntu');
  const isRoot = process.getuid?.() === 0;
  if (isDebian && isRoot) return;
  throw trouble({
    what: 'There is no container engine.',
    expected: `an engine that answers at DOCKER_HOST or ${DEFAULT_SOCKET}`,
    seen: isDebian
      ? 'none, and without root none can be installed'
      : `none, and on ${id || process.platform} none is installed for you`,
    next: 'Install and start Docker (https://docs.docker.com/engine/install/), or set DOCKER_HOST, then run the same command again.',
  });
}

/** @returns whether anything had to be installed. */
async function installEngine(say: (text: string) => void): Promise<boolean> {
  if ((await execa('sh', ['-c', 'command -v dockerd'], { reject: false })).exitCode === 0) return false;
  say('installing docker.io');
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', 'docker.io']);
  return true;
}

/** Installing takes a minute or two, or much longer with a slow mirror. */
const APT_MS = 3_600_000;
const SYSTEMD_MS = 120_000;

/** Runs apt-get, waiting for another apt that holds its lock. */
export async function apt(args: string[]): Promise<void> {
  const run = await execa('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    all: true,
    reject: false,
    timeout: APT_MS,
  });
  if (run.exitCode === 0) return;
  throw trouble({
    what: `apt-get ${args[0]} failed.`,
    seen: run.timedOut
      ? `no end within ${APT_MS / 1000} s; its last lines:\n${lastLines(run.all)}`
      : lastLines(run.all),
    where: run.command,
    next: 'Run that command by hand; once it works, run this again.',
  });
}

/** Starts dockerd through systemd if that is running, or else in a session of its own that logs to a file. */
async function startEngine(): Promise<void> {
  if (existsSync('/run/systemd/system')) {
    await execa('systemctl', ['start', 'docker'], { reject: false, timeout: SYSTEMD_MS });
  } else {
    await removeStalePidFile('/var/run/docker.pid', 'dockerd');
    await removeStalePidFile('/var/run/docker/containerd/containerd.pid', 'containerd');
    await mkdir(path.dirname(ENGINE_LOG), { recursive: true });
    await using log = await open(ENGINE_LOG, 'a');
    spawn('dockerd', [], { detached: true, cwd: '/', stdio: ['ignore', log.fd, log.fd] }).unref();
  }
  await pWaitFor(async () => (await tryEngine(`unix://${DEFAULT_SOCKET}`).catch(() => null)) !== null, {
    interval: 100,
    timeout: 60_000,
  }).catch((error: unknown) => {
    if (!(error instanceof TimeoutError)) throw error;
  });
}

/**
 * Removes a stale pid file: dockerd refuses to start while the process named there is alive, even if it is by now
 * another program.
 */
async function removeStalePidFile(file: string, program: string): Promise<void> {
  const pid = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (!pid) return;
  const running = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  if (running !== program) await rm(file, { force: true });
}

async function engineSilent() {
  const log = (await readFile(ENGINE_LOG, 'utf8').catch(() => '')).trimEnd();
  return trouble({
    what: 'dockerd was started but does not answer.',
    expected: `an answer at ${DEFAULT_SOCKET} within 60 s`,
    seen: log ? lastLines(log) : 'nothing in its log',
    where: ENGINE_LOG,
    next: 'Read that log; `dockerd` run by hand shows the same. Containers need cgroups, overlay or vfs, and iptables.',
  });
}

/** Returns the end of a program's output, for an error. */
export function lastLines(text: string | undefined, count = 12): string {
  return (text ?? '').trimEnd().split('\n').slice(-count).join('\n');
}
