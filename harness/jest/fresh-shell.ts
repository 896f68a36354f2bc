import path from 'node:path';
import { execa } from 'execa';

/** Settings of the machine that npm passes to its scripts; all other variables are about this repository. */
const MACHINE = /^npm_config_(userconfig|globalconfig|cache|registry|cafile|.*proxy)$/;

export interface FreshShellOptions {
  readonly cwd: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * Runs a line of shell, or a program with its arguments, as in a shell that has never seen this repository, but with our
 * Node.
 */
export async function freshShell(
  command: string | readonly string[],
  { cwd, variables = {}, timeoutMs = 300_000 }: FreshShellOptions,
): Promise<{ exitCode: number | undefined; output: string }> {
  const kept = Object.entries(process.env).filter(
    ([name]) => name !== 'NODE_OPTIONS' && (!name.startsWith('npm_') || MACHINE.test(name)),
  );
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => !each.includes('node_modules'));
  const PATH = [path.dirname(process.execPath), ...folders].join(path.delimiter);
  const [program = '', ...args] = typeof command === 'string' ? ['sh', '-c', command] : command;
  const { exitCode, all } = await execa(program, args, {
    cwd,
    env: { ...Object.fromEntries(kept), CI: 'true', PATH, ...variables },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: timeoutMs,
  });
  return { exitCode, output: all };
}
