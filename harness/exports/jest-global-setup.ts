import vm from 'node:vm';
import { usage } from '../errors.ts';
import { refuseOldNode } from './node-version.ts';

/** Checks what scenarios of another project need, and sets up the engine and the images, before the first of them. */
export default async function globalSetup(): Promise<void> {
  refuseOldNode(process.versions.node);
  // Node has this class only with the flag.
  if (!('SourceTextModule' in vm)) {
    throw usage({
      what: 'Jest cannot load ES modules.',
      expected: 'Node with --experimental-vm-modules',
      seen: `NODE_OPTIONS=${process.env['NODE_OPTIONS'] ?? ''}`,
      next: 'Put node-options=--experimental-vm-modules into .npmrc beside package.json, for npm and npx; or set NODE_OPTIONS.',
    });
  }
  // This is imported late, because its modules do not even load on a Node that is too old.
  const { default: setUp } = await import('../jest/global-setup.ts');
  await setUp();
}
