import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'shell-quote';

/** The pages, and the commands in them, for the tests beside this file. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Page {
  /** From the root of the repository. */
  readonly name: string;
  readonly text: string;
}

/** One command of a line of shell. */
export interface CommandLine {
  /** Those that are set in front of it, such as `ROUNDTRIP_SEED=7`. */
  readonly variables: readonly string[];
  readonly words: readonly string[];
}

/** What a code span must begin with to be a command; any other program is named there for another reason. */
const IN_PROSE = /^(?:npm|npx|sh|roundtrip)$/;

export async function readPages(): Promise<Page[]> {
  const docs = (await filesBelow('docs')).filter((name) => name.endsWith('.md'));
  const others = ['harness', 'scenarios', 'docker', 'fixtures', 'example'].map((folder) => `${folder}/README.md`);
  const templates = await filesBelow('.github/ISSUE_TEMPLATE');
  const names = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...docs, ...others, ...templates];
  return await Promise.all(names.map(async (name) => await readPage(name)));
}

export async function readPage(name: string): Promise<Page> {
  return { name, text: await readFile(path.join(ROOT, name), 'utf8') };
}

/** The files below a folder of the repository, as paths from its root. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(ROOT, path.join(parentPath, name)));
}

/** The files that Jest runs here, and in the example. */
export async function testFiles(): Promise<string[]> {
  const below = await Promise.all(['harness', 'docker', 'scenarios'].map(async (folder) => await filesBelow(folder)));
  const example = (await filesBelow('example')).map((file) => path.relative('example', file));
  return [...below.flat(), ...example].filter((file) => /^scenarios\/.*\.ts$|\.test\.ts$/.test(file));
}

/** Every command in shell blocks and in code spans. */
export function commandsOf(text: string): CommandLine[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, lines = '']) => lines.split('\n'));
  const spans = spansOf(text)
    .flatMap(splitCommands)
    .filter(({ words: [program = '', ...rest] }) => IN_PROSE.test(program) && rest.length > 0);
  return [...blocks.flatMap(splitCommands), ...spans];
}

export function spansOf(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
}

/** The commands of one line of shell, which is cut at its operators, without comments and files that it writes. */
export function splitCommands(line: string): CommandLine[] {
  const found: string[][] = [[]];
  // A variable of the shell stays a name.
  const entries = parse(line, (name) => `$${name}`);
  for (const [at, word] of entries.entries()) {
    const before = entries[at - 1];
    if (typeof before === 'object' && 'op' in before && before.op === '>') continue;
    if (typeof word === 'string') found.at(-1)?.push(word);
    else if ('pattern' in word) found.at(-1)?.push(word.pattern);
    else if ('op' in word && word.op !== '>') found.push([]);
  }
  return found.flatMap((words) => {
    const first = words.findIndex((word) => !/^\w+=/.test(word));
    return first < 0 ? [] : [{ variables: words.slice(0, first), words: words.slice(first) }];
  });
}
