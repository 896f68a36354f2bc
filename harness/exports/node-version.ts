import { trouble } from '../errors.ts';

/** The oldest Node that all packages support; `await using` needs 24. */
export const OLDEST_NODE = '24.15.0';

/** @throws `unknown` for a Node that cannot run the harness. */
export function refuseOldNode(version: string): void {
  if (!isOlder(version, OLDEST_NODE)) return;
  throw trouble({
    what: 'Node is too old for vitess-roundtrip.',
    expected: `Node ${OLDEST_NODE} or later`,
    seen: `Node ${version}`,
    where: process.execPath,
    next: 'Install a later Node, or one for this project only: npm install --save-dev node@24.',
  });
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}
