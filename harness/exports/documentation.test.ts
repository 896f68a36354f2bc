import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { commands } from '../cli/commands.ts';
import { Ending } from '../cli/ending.ts';
import { Screen } from '../cli/screen.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({ steps: z.array(z.object({ run: z.string().optional(), uses: z.string().optional() })).min(1) }),
  ),
});

/** Every `npx …` of the nightly job, as words. */
async function nightlyCommands(): Promise<string[][]> {
  const { jobs } = workflow.parse(
    parse(await readFile(path.join(ROOT, 'example/.github/workflows/roundtrip.yml'), 'utf8')),
  );
  const scripts = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run = '' }) => run));
  return scripts.flatMap((script) =>
    [...script.matchAll(/\bnpx ([^|\n;]+)/g)].map(([, words = '']) => words.trim().split(/\s+/)),
  );
}

test('the nightly job names only commands and options that exist', async () => {
  const named = await nightlyCommands();
  expect(named.map(([program, name]) => `${program} ${name ?? ''}`.trim())).toEqual([
    'roundtrip images',
    'jest',
    'roundtrip rehearse',
    'roundtrip compare',
  ]);
  const defined = commands({ screen: new Screen(), ending: new Ending(), finish: () => undefined }).commands;
  for (const [program, name, ...options] of named) {
    if (program !== 'roundtrip') continue;
    const command = defined.find((each) => each.name() === name);
    const known = command?.options.map(({ long }) => long);
    expect(known).toEqual(expect.arrayContaining(options.filter((word) => word.startsWith('--'))));
  }
});

test('the code that the documentation shows is in the example that a scenario runs', async () => {
  const page = await readFile(path.join(ROOT, 'docs/use-from-another-project.md'), 'utf8');
  const example = path.join(ROOT, 'example');
  const names = await readdir(example, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => await readFile(path.join(parentPath, name), 'utf8')),
  );
  const shown = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  expect(shown).not.toHaveLength(0);
  for (const code of shown) expect(files).toContain(code);
  const [, npmrc = 'no line'] = /^echo '(.*)' > \.npmrc$/m.exec(page) ?? [];
  expect(files).toContain(`${npmrc}\n`);
});
