import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

// `npm pack` runs this first. dist/ is laid out as the repository is, so that recipes and fixtures are found beside the
// modules that look for them, from source and from dist/ alike. What is compiled is what harness/exports/ reaches.

const DIST = path.join(import.meta.dirname, 'dist');
/** Beside TypeScript: what only a clone needs. */
const LEFT_OUT = new Set(['dependencies.sh']);

await rm(DIST, { recursive: true, force: true });
await execa('tsc', ['--project', 'tsconfig.build.json'], {
  cwd: import.meta.dirname,
  preferLocal: true,
  stdio: 'inherit',
});
for (const folder of ['docker', 'fixtures']) {
  await cp(path.join(import.meta.dirname, folder), path.join(DIST, folder), {
    recursive: true,
    filter: (file) => !file.endsWith('.ts') && !LEFT_OUT.has(path.basename(file)),
  });
}
