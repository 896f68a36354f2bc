import { readlink } from 'node:fs/promises';
import path from 'node:path';
import { findEngine } from '../../docker/engine.ts';
import { OWNER_LABEL } from '../../docker/labels.ts';
import { waitFor } from '../wait.ts';
import { startRoundtrip } from './roundtrip.ts';

/** What happens to a run when its output contains certain words. */
export interface Strike {
  readonly words: RegExp;
  /** Receives the run’s folder, and its process id. */
  readonly act: (run: { readonly folder: string; readonly pid: number }) => Promise<void>;
}

export interface EndedRun {
  readonly exitCode: number | undefined;
  readonly output: string;
  /** The verdict as shown on the screen. */
  readonly word: string;
  /** Empty if it never got one. */
  readonly folder: string;
  /** Owners of what it left on the engine. */
  readonly left: readonly string[];
}

/** Runs `roundtrip rehearse` to its end. @throws when its output never contains the words of a strike. */
export async function endedRun(
  args: readonly string[],
  {
    artifacts,
    environment = {},
    strikes = [],
  }: {
    readonly artifacts: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly strikes?: readonly Strike[];
  },
): Promise<EndedRun> {
  const running = startRoundtrip(['rehearse', '--artifacts', artifacts, ...args], environment);
  const pid = running.pid!;
  const acting = new Map<Strike, Promise<void>>();
  let seen = '';
  running.all.on('data', (chunk) => {
    seen += String(chunk);
    for (const strike of strikes) {
      if (acting.has(strike) || !strike.words.test(seen)) continue;
      acting.set(
        strike,
        latest(artifacts).then(async (folder) => await strike.act({ folder, pid })),
      );
    }
  });
  const { exitCode, all } = await running;
  await Promise.all(acting.values());
  for (const { words } of strikes) if (!words.test(seen)) throw new Error(`it never said ${words}:\n${all}`);
  const [, word = ''] = /^(GO|NO-GO|UNKNOWN) {2}/m.exec(all) ?? [];
  const folder = await latest(artifacts).catch(() => '');
  return { exitCode, output: all, word, folder, left: await leftOf(pid) };
}

async function latest(artifacts: string): Promise<string> {
  return path.join(artifacts, await readlink(path.join(artifacts, 'latest')));
}

/**
 * Returns the owners of what a process left on the engine. Its reaper may still be working when the process is gone.
 */
export async function leftOf(pid: number): Promise<readonly string[]> {
  await waitFor({ what: `nothing left of process ${pid}`, timeoutMs: 30_000 }, async () => {
    const left = await ownedBy(pid);
    return { done: left.length === 0 || undefined, seen: left.join(', ') };
  }).catch(() => undefined);
  return await ownedBy(pid);
}

/** Returns the owner of each container, network and volume that a process has on the engine. */
export async function ownedBy(pid: number): Promise<readonly string[]> {
  const engine = await findEngine();
  if (engine === null) return [];
  const filters = { label: [OWNER_LABEL] };
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    engine.docker.listContainers({ all: true, filters }),
    engine.docker.listNetworks({ filters }),
    engine.docker.listVolumes({ filters }),
  ]);
  const labels = [...containers, ...networks, ...(volumes ?? [])].map(({ Labels }) => Labels?.[OWNER_LABEL] ?? '');
  return labels.filter((owner) => owner.split(' ')[1] === String(pid));
}
