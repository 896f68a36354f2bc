import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { messageOf, usage } from '../errors.ts';
import type { LocateKey } from './explain-issues.ts';

/** A parsed value, and the place of each key in the text. */
export interface Written {
  readonly value: unknown;
  readonly place: LocateKey;
}

/**
 * Reads a file that a person wrote, and the place of each key in it.
 *
 * @throws usage for a file that does not exist, does not parse, or has another extension.
 */
export async function written(file: string, what: 'config' | 'workload' = 'config'): Promise<Written> {
  const ending = path.extname(file);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw usage({
      what: `The ${what} cannot be read.`,
      expected: 'a .yaml, .json or .ts file',
      seen: messageOf(error),
      where: file,
      next: what === 'config' ? 'roundtrip init writes one.' : 'roundtrip traffic writes one.',
      cause: error,
    });
  });
  if (text.trim() === '') {
    throw usage({ what: 'The config is empty.', where: file, next: 'roundtrip init --force writes one.' });
  }
  if (['.ts', '.mts', '.js', '.mjs'].includes(ending)) return await fromModule(file, text);
  if (ending === '.json') refuseUnlessJson(file, text);
  else if (ending !== '.yaml' && ending !== '.yml') {
    throw usage({
      what: 'The config has an unknown file extension.',
      expected: '.yaml, .json or .ts',
      seen: ending,
      where: file,
    });
  }
  return fromYaml(file, text);
}

function refuseUnlessJson(file: string, text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw usage({ what: 'The config is not JSON.', seen: messageOf(error), where: file, cause: error });
  }
}

/** JSON is also YAML, so it is parsed as YAML, which keeps the place of each key. */
function fromYaml(file: string, text: string): Written {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    throw usage({
      what: 'The config does not parse.',
      seen: error.message,
      where: `${file}:${error.linePos?.[0].line ?? 1}`,
      cause: error,
    });
  }
  return { value: document.toJS(), place: (keys) => placeIn(document, lines, keys) };
}

/** Returns the place of a key, or of the innermost of its parents that exists. */
function placeIn(document: Document, lines: LineCounter, keys: readonly (string | number)[]): string {
  for (let depth = keys.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(keys.slice(0, depth - 1), true);
    const offset = offsetOf(parent, keys[depth - 1]!);
    if (offset !== undefined) {
      const { line, col } = lines.linePos(offset);
      return `line ${line}, column ${col}`;
    }
  }
  return 'line 1';
}

interface YamlNode {
  readonly range?: readonly number[];
  readonly value?: unknown;
}

function offsetOf(parent: unknown, key: string | number): number | undefined {
  if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items))
    return undefined;
  const items: readonly unknown[] = parent.items;
  const node = typeof key === 'number' ? items[key] : items.map(keyOf).find((each) => each?.value === key);
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyOf(pair: unknown): YamlNode | undefined {
  if (typeof pair !== 'object' || pair === null || !('key' in pair)) return undefined;
  return isNode(pair.key) ? pair.key : undefined;
}

function isNode(value: unknown): value is YamlNode {
  return typeof value === 'object' && value !== null;
}

async function fromModule(file: string, text: string): Promise<Written> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    throw usage({ what: 'The config’s module throws.', seen: messageOf(error), where: file, cause: error });
  }
  const value: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, 'default') : undefined;
  if (typeof value !== 'object' || value === null) {
    throw usage({
      what: 'The config’s module has no default export that is an object.',
      expected: 'export default { … } satisfies ConfigInput',
      seen: value === undefined ? 'none' : typeof value,
      where: file,
    });
  }
  return { value, place: (keys) => placeInText(text, keys) };
}

/** Returns the first line that has the key with a colon. There may be none, because a module can build its keys. */
function placeInText(text: string, keys: readonly (string | number)[]): string {
  const key = keys.findLast((each) => typeof each === 'string') ?? '';
  const line = text.split('\n').findIndex((each) => each.includes(`${key}:`) || each.includes(`'${key}'`));
  return line < 0 ? 'not found in the text' : `line ${line + 1}`;
}
