import vm from 'node:vm';
import { usage } from '../errors.ts';
import { refuseOldNode } from './node-version.ts';

/** Before the first scenario of another project: checks what they need, then sets up the engine and the images. */
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
  // Imported late, because on a Node that is too old its modules do not even load.
  const { default: setUp } = await import('../jest/global-setup.ts');
  await setUp();
}
