import { shellCommand } from '../shell.ts';

/**
 * When installed as a package, the command is available through npx; in this repository, npm scripts install the
 * packages first.
 */
const IS_PACKAGE = import.meta.filename.endsWith('.js');

/** Returns how a person starts one of `roundtrip`'s commands, ready to paste into a shell. */
export function roundtripCommand(name: string, args: readonly string[]): string {
  const clone = name === 'rehearse' ? ['npm', 'start', '--'] : ['npm', 'run', 'roundtrip', '--', name];
  return shellCommand([...(IS_PACKAGE ? ['npx', 'roundtrip', name] : clone), ...args]);
}
