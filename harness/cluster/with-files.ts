import path from 'node:path';
import { shellCommand } from '../shell.ts';

/** What is written in a container before its server starts, by absolute path. */
export type Files = Readonly<Record<string, string>>;

/**
 * Returns a command that writes files before it becomes the given one, and the variables that hold their content. The
 * engine would start two programs of its own for each archive that it copies into a container. The server does not
 * inherit the variables, and they are not on a command line, because files hold passwords. What is started in the
 * container later, by `exec`, does inherit them.
 *
 * The image needs /bin/sh and mkdir. A file can have 128 KB at most, as the kernel limits a variable to that.
 */
export function withFiles(
  command: readonly string[],
  files: Files,
): { readonly command: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  const named = Object.entries(files).map(([file, content], index) => ({
    file,
    content,
    variable: `ROUNDTRIP_FILE_${index}`,
  }));
  if (named.length === 0) return { command, environment: {} };
  const folders = new Set(named.map(({ file }) => path.posix.dirname(file)));
  const script = [
    shellCommand(['mkdir', '-p', ...folders]),
    ...named.map(({ file, variable }) => `printf %s "$${variable}" > ${shellCommand([file])}; unset ${variable}`),
    'exec "$@"',
  ];
  return {
    command: ['/bin/sh', '-euc', script.join('\n'), 'files', ...command],
    environment: Object.fromEntries(named.map(({ variable, content }) => [variable, content])),
  };
}
