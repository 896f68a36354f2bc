import vm from 'node:vm';
import { usage } from '../errors.ts';
import { refuseOldNode } from './node-version.ts';

/** Before the first scenario of another project: engine and images, once what they need has been looked at. */
export default async function globalSetup(): Promise<void> {
  refuseOldNode(process.versions.node);
  // Node has this class with the flag alone.
  if (!('SourceTextModule' in vm)) {
    throw usage({
      what: 'Jest cannot load ES modules.',
      expected: 'Node with --experimental-vm-modules',
      seen: `NODE_OPTIONS=${process.env['NODE_OPTIONS'] ?? ''}`,
      next: 'Put node-options=--experimental-vm-modules into .npmrc beside package.json, for npm and npx; or set NODE_OPTIONS.',
    });
  }
  // Later: on a Node that is too old its modules do not even load.
  const { default: setUp } = await import('../jest/global-setup.ts');
  await setUp();
}
