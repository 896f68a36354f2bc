import { execa } from 'execa';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Starts the `roundtrip` command in a process of its own, without a terminal. */
export function startRoundtrip(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return execa('node', ['harness/cli/main.ts', ...args], {
    cwd: ROOT,
    // Jest's own flags for Node must not reach the command.
    env: { NODE_OPTIONS: '--disable-warning=ExperimentalWarning', CI: 'true', ...environment },
    preferLocal: true,
    stdin: 'ignore',
    all: true,
    reject: false,
    // On a busy machine, a run takes longer than execa's five seconds to end after a SIGTERM.
    forceKillAfterDelay: false,
  });
}

/** Runs the command to its end. */
export async function roundtrip(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number | undefined; output: string }> {
  const { exitCode, all } = await startRoundtrip(args, environment);
  return { exitCode, output: all };
}
