import { setFlagsFromString } from 'node:v8';

const FLAGS_OF_NODE_24 = ['--invocation-count-for-maglev=2000', '--invocation-count-for-turbofan=20000'];

/**
 * Makes V8 optimise a function after this many calls, instead of 400 and 3,000. A rehearsal ends before most optimised
 * code has paid for itself, and the threads that optimise take their time from the servers that are measured. Loops that
 * run long are optimised by another rule. The figures are in docs/decisions/0023.
 */
export function compileLater(): void {
  // Another V8 may not know these flags, and would say so on the screen.
  if (process.versions.node.startsWith('24.')) FLAGS_OF_NODE_24.forEach((flag) => setFlagsFromString(flag));
}
