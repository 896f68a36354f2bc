import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { RECIPES, runRecipe } from '../../docker/build.ts';
import { checkDisk, findEngine } from '../../docker/engine.ts';
import { readMachineSettings } from '../../docker/machine.ts';
import { planImages } from '../../docker/plan.ts';
import { roundtrip } from '../../harness/jest/roundtrip.ts';

// Claim: trouble with the engine or an image is reported early and by name, and the exit status says that it is
// trouble.

test('an engine that does not answer', async () => {
  const { exitCode, output } = await roundtrip(['rehearse'], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  expect(output).toContain('The container engine does not answer.');
  expect(output).toContain('DOCKER_HOST=unix:///nowhere/docker.sock');
  expect(exitCode).toBe(2);
});

test('an engine without enough disk', async () => {
  const engine = await findEngine();
  const checking = checkDisk(engine!, 2 ** 60);
  await expect(checking).rejects.toThrow(/does not have enough disk[\s\S]*1073741824\.0 GiB free[\s\S]*GiB free/);
});

test('an image that does not exist and cannot be pulled', async () => {
  const { exitCode, output } = await roundtrip(['rehearse'], { ROUNDTRIP_MYSQL_IMAGE: 'nowhere.invalid/mysql:none' });
  expect(output).toContain('nowhere.invalid/mysql:none');
  expect(output).toContain('ROUNDTRIP_MYSQL_IMAGE');
  expect(exitCode).toBe(2);
});

test('an image that cannot be built, with the last lines of its build', async () => {
  const engine = await findEngine();
  const folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-recipe-'));
  try {
    await writeFile(path.join(folder, 'recipe.sh'), 'echo about to fail\necho no such package >&2\nexit 3\n');
    const { recipes } = await planImages();
    const recipe = {
      name: 'broken',
      from: recipes.base,
      script: path.relative(RECIPES, path.join(folder, 'recipe.sh')),
    };
    const context = { docker: engine!.docker, machine: await readMachineSettings(), onLine: () => undefined };
    const building = runRecipe(context, recipe, { name: 'vitess-roundtrip/broken:test', changes: [] });
    await expect(building).rejects.toThrow(/broken:test could not be built[\s\S]*status 3[\s\S]*no such package/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
