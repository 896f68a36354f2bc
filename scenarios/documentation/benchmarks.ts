import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { treeCopy } from '../../harness/jest/tree-copy.ts';

// Claim: every benchmark runs to its end and writes its figures. The figures themselves are not checked: alongside
// other scenarios, and at a fraction of the usual size, they mean nothing.

const tree = treeCopy(3);
const { run } = tree;

/** The figures that a benchmark wrote. */
async function figures(name: string): Promise<string> {
  return await readFile(tree.path(`artifacts/${name}.json`), 'utf8');
}

test('benchmarks that need no servers', async () => {
  await run('npm run bench:checker -- --share 0.01');
  expect(await run('npm run bench:history -- --share 0.01')).toMatch(/^3: [\d,]+ operations\/s/m);
  await run('npm run bench:traffic -- --share 0.01');
  for (const name of ['bench-checker', 'bench-traffic']) expect(await figures(name)).toMatch(/\d/);
});

test('the benchmark of starts, the copy and a rehearsal', async () => {
  await run('npm run bench -- --share 0.02');
  expect(await figures('bench')).toMatch(/\d/);
});

test('the benchmark of checksums', async () => {
  expect(await run('npm run bench:checksum -- --share 0.02')).toContain('a flipped byte was found and named');
  expect(await figures('bench-checksum')).toMatch(/\d/);
});

test('the benchmark of estimates', async () => {
  await run('npm run bench:estimate -- --share 0.02');
  expect(await figures('bench-estimate')).toMatch(/\d/);
});

test('the benchmark of the application through vtgate', async () => {
  await run('npm run bench:workload -- --share 0.2');
  expect(await figures('bench-workload')).toMatch(/\d/);
});

test('the benchmark of cutovers', async () => {
  await run('npm run bench:cutover -- --switches 1 --profile rehearsal --rate 50');
  expect(await figures('bench-cutover')).toMatch(/\d/);
});
