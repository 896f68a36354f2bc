import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { commands } from '../cli/commands.ts';
import { Ending } from '../cli/ending.ts';
import { Screen } from '../cli/screen.ts';
import { commandsOf, filesBelow, readPage, readPages, ROOT, spansOf, testFiles, type Page } from './pages.ts';

/** What a stranger reads first must stay short enough to be read. */
const README_LINES = 150;
/** Commands of npm itself; any other word that follows npm must be a script of package.json. */
const NPM_COMMANDS = new Set(['ci', 'install', 'pack', 'pkg', 'config']);

let scripts: ReadonlySet<string>;
let tests: readonly string[];
const defined = commands({ screen: new Screen(), ending: new Ending(), finish: () => undefined }).commands;

beforeAll(async () => {
  const { scripts: named } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')));
  scripts = new Set(Object.keys(named));
  tests = await testFiles();
});

test('every command, option, path, link and anchor in the pages exists', async () => {
  const pages = await readPages();
  expect(pages.length).toBeGreaterThan(20);
  const named = pages.flatMap(({ text }) => commandsOf(text));
  expect(named.length).toBeGreaterThan(30);
  const faults: string[] = [];
  for (const page of pages) faults.push(...(await faultsOf(page)));
  expect(faults).toEqual([]);
});

test('README is short', async () => {
  const lines = (await readPage('README.md')).text.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(README_LINES);
});

test('pages that messages point to exist', async () => {
  const files = (await Promise.all(['harness', 'docker'].map(async (folder) => await filesBelow(folder)))).flat();
  const named = await Promise.all(
    files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map(async (file) => [...(await readPage(file)).text.matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([name]) => name)),
  );
  expect(named.flat()).not.toHaveLength(0);
  expect(named.flat().filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([]);
});

test.each([
  ['```sh\nnpm run bench:nothing   # measures\n```', 'no script bench:nothing'],
  ['`npm run roundtrip -- rehearze`', 'no command rehearze'],
  ['`npm start -- --fense`', 'rehearse has no option --fense'],
  ['`npx roundtrip estimate --config=a.yaml --seed 1 DIR`', 'estimate has no option --seed'],
  ['`npx oxlintt`', 'no program oxlintt'],
  ['`ROUNDTRIP_SEED=1 npx jest scenarios/migration/square-trip`', 'no test scenarios/migration/square-trip'],
  ['`npx jest --testPathPatterns preflight/ruels`', 'no test preflight/ruels'],
  ['see `scenarios/migration/square-trip.ts`', 'no file scenarios/migration/square-trip.ts'],
  ['[here](nowhere.md)', 'no file nowhere.md'],
  ['[here](config.md#nowhere)', 'no heading config.md#nowhere'],
  ['![picture](nothing.png)', 'no file nothing.png'],
])('%j is a fault', async (text, fault) => {
  expect(await faultsOf({ name: 'docs/made.md', text })).toEqual([`docs/made.md: ${fault}`]);
});

async function faultsOf(page: Page): Promise<string[]> {
  const faults = [
    ...commandsOf(page.text).flatMap(({ words }) => commandFaults(words)),
    ...pathFaults(page.text),
    ...(await linkFaults(page)),
  ];
  return faults.map((fault) => `${page.name}: ${fault}`);
}

function commandFaults([program, name = '', ...rest]: readonly string[]): string[] {
  // A pattern that stands for other names, as in “Commands through `npm …`”.
  if (name === '' || name === '…') return [];
  if (program === 'roundtrip') return roundtripFaults(name, rest);
  if (program !== 'npm' && program !== 'npx') return [];
  const given = rest.filter((word) => word !== '--');
  if (program === 'npm') {
    if (NPM_COMMANDS.has(name)) return [];
    const [script = '', ...args] = name === 'run' ? given : [name, ...given];
    if (!scripts.has(script)) return [`no script ${script}`];
    if (script === 'start') return roundtripFaults('rehearse', args);
    return script === 'roundtrip' ? roundtripFaults(...headAndTail(args)) : [];
  }
  if (name === 'roundtrip') return roundtripFaults(...headAndTail(given));
  if (!existsSync(path.join(ROOT, 'node_modules/.bin', name))) return [`no program ${name}`];
  return name === 'jest' ? jestFaults(given) : [];
}

function headAndTail([head = '', ...tail]: readonly string[]): [string, string[]] {
  return [head, tail];
}

function roundtripFaults(name: string, args: readonly string[]): string[] {
  if (name === '' || name.startsWith('--')) return [];
  const command = defined.find((each) => each.name() === name);
  if (command === undefined) return [`no command ${name}`];
  const known = new Set(['--help', ...command.options.map(({ long }) => long)]);
  const options = args.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*/, ''));
  return options.filter((option) => !known.has(option)).map((option) => `${name} has no option ${option}`);
}

/** Whatever pattern Jest is given must match a test. */
function jestFaults(args: readonly string[]): string[] {
  const patterns = args.filter(
    (word, at) => !word.startsWith('-') && !/^(?:-t|--selectProjects)$/.test(args[at - 1] ?? ''),
  );
  return patterns
    .filter((pattern) => /^[\w./-]+$/.test(pattern) && !tests.some((file) => file.includes(pattern)))
    .map((pattern) => `no test ${pattern}`);
}

/** Paths in code spans, in this repository or in the example. */
function pathFaults(text: string): string[] {
  const paths = spansOf(text).filter((span) => /^(?:scenarios|harness|docker|docs|bench)\/[\w./-]+$/.test(span));
  return paths
    .filter((name) => !['', 'example'].some((base) => existsSync(path.join(ROOT, base, name))))
    .map((name) => `no file ${name}`);
}

async function linkFaults({ name, text }: Page): Promise<string[]> {
  const prose = text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, 'code');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const faults: string[] = [];
  for (const target of targets.filter((link) => !/^https?:/.test(link))) {
    const [file = '', anchor] = target.split('#');
    const found = file === '' ? path.join(ROOT, name) : path.resolve(ROOT, path.dirname(name), file);
    if (!existsSync(found)) faults.push(`no file ${target}`);
    else if (anchor !== undefined && !(await anchorsOf(found)).has(anchor)) faults.push(`no heading ${target}`);
  }
  return faults;
}

/** Returns the anchors that GitHub makes from a page's headings. */
async function anchorsOf(file: string): Promise<ReadonlySet<string>> {
  const text = (await readFile(file, 'utf8')).replaceAll(/^```.*?^```$/gms, '');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
