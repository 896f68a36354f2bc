import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'shell-quote';

/** The pages, and the commands in them, for the tests beside this file. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Page {
  /** The path from the root of the repository. */
  readonly name: string;
  readonly text: string;
}

/** One command of a line of shell. */
export interface CommandLine {
  /** The variables that are set in front of it, such as `ROUNDTRIP_SEED=7`. */
  readonly variables: readonly string[];
  readonly words: readonly string[];
}

/** A code span is a command only if it begins with one of these; other programs are only mentioned. */
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

/** Returns the files below a folder of the repository, as paths from its root. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(ROOT, path.join(parentPath, name)));
}

/** Returns the files that Jest runs here and in the example. */
export async function testFiles(): Promise<string[]> {
  const below = await Promise.all(['harness', 'docker', 'scenarios'].map(async (folder) => await filesBelow(folder)));
  const example = (await filesBelow('example')).map((file) => path.relative('example', file));
  return [...below.flat(), ...example].filter((file) => /^scenarios\/.*\.ts$|\.test\.ts$/.test(file));
}

/** Returns every command in shell blocks and in code spans. */
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

/** Returns the commands of one line of shell, cut at its operators, without comments and output files. */
export function splitCommands(line: string): CommandLine[] {
  const found: string[][] = [[]];
  // Shell variables stay as names.
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
