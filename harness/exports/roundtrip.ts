#!/usr/bin/env node
// The package's `roundtrip` command. On a Node that is too old, the rest does not even load.
import { messageOf } from '../errors.ts';
import { refuseOldNode } from './node-version.ts';

try {
  refuseOldNode(process.versions.node);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(2);
}
// Compiled code is cached, so that the next command starts with about 60 % of the CPU time. An older Node does not have
// this function, so it must not be imported above.
const { enableCompileCache } = await import('node:module');
enableCompileCache();
await import('../cli/main.ts');
