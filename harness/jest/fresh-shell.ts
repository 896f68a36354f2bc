import path from 'node:path';
import { execa } from 'execa';
import { endedBy } from '../process-group.ts';

/** Settings of the machine that npm passes to its scripts; all other variables are about this repository. */
const MACHINE = /^npm_config_(userconfig|globalconfig|cache|registry|cafile|.*proxy)$/;
/** Variables that change what a command of ours does. Where packages come from is a setting of the machine. */
const OURS = /^(?:ROUNDTRIP_(?!DEBIAN_MIRROR$).*|UPDATE_GOLDEN|NODE_OPTIONS|NODE_COMPILE_CACHE)$/;
/** No command takes this long, even if others use most of the machine. */
const COMMAND_MS = 900_000;
/** The time for what a test does besides its commands. */
const BESIDE_MS = 120_000;

/**
 * Returns a time limit for tests with at most this many commands. It is longer than all of theirs, so that a command
 * that hangs is named and ended before Jest continues and removes its folder.
 */
export function limitFor(commands: number): number {
  return commands * COMMAND_MS + BESIDE_MS;
}

export interface FreshShellOptions {
  readonly cwd: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * Runs a line of shell, or a program with its arguments, as in a shell that has never seen this repository, but with
 * our Node. When its time is up, everything that it started ends with it.
 */
export async function freshShell(
  command: string | readonly string[],
  { cwd, variables = {}, timeoutMs = COMMAND_MS }: FreshShellOptions,
): Promise<{ exitCode: number | undefined; output: string }> {
  const [program = '', ...args] = typeof command === 'string' ? ['sh', '-c', command] : command;
  const shell = execa(program, args, {
    cwd,
    env: { ...environment(), ...variables },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    // It gets a group of its own, which ends as a whole.
    detached: true,
  });
  const timeUp = AbortSignal.timeout(timeoutMs);
  const { exitCode, all } = await endedBy(shell, timeUp);
  if (!timeUp.aborted) return { exitCode, output: all };
  return { exitCode: undefined, output: `${all}\nIt was ended, because it took longer than ${timeoutMs / 1000} s.` };
}

function environment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !OURS.test(name) && (!name.startsWith('npm_') || MACHINE.test(name)),
  );
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => !each.includes('node_modules'));
  const PATH = [path.dirname(process.execPath), ...folders].join(path.delimiter);
  return { ...Object.fromEntries(kept), CI: 'true', PATH };
}
