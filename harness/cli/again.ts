import { shellCommand } from '../shell.ts';

/** From its package the command is there for npx; in this repository npm scripts see to the packages first. */
const IS_PACKAGE = import.meta.filename.endsWith('.js');

/** How a person starts one of `roundtrip`'s commands, to be pasted into a shell. */
export function roundtripCommand(name: string, args: readonly string[]): string {
  const clone = name === 'rehearse' ? ['npm', 'start', '--'] : ['npm', 'run', 'roundtrip', '--', name];
  return shellCommand([...(IS_PACKAGE ? ['npx', 'roundtrip', name] : clone), ...args]);
}
