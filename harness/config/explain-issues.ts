import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { configFile } from './config.ts';

/** Returns where a key is in a file, such as `line 4, column 3`. */
export type LocateKey = (keys: readonly (string | number)[]) => string;

type Issue = z.core.$ZodIssue;
type Keys = readonly (string | number)[];

/**
 * Returns one line per problem: the key, its place, what was expected and seen, and the closest valid name for an
 * unknown key.
 */
export function explainIssues(issues: readonly Issue[], value: unknown, locate: LocateKey): string[] {
  return issues.flatMap((issue) => {
    const keys = issue.path.filter((key) => typeof key !== 'symbol');
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...keys, key], locate));
    if (issue.code === 'invalid_union') {
      const [first] = innermost(issue.errors);
      if (first !== undefined) return explainIssues([{ ...first, path: [...keys, ...first.path] }], value, locate);
    }
    return [`${nameOf(keys)} (${locate(keys)}): ${issue.message}${seenAt(value, keys)}`];
  });
}

/** Returns the issues of the alternative that was probably meant, which is the one with the deepest issue. */
function innermost(alternatives: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map((issue) => issue.path.length));
  return alternatives.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
}

function unknownKey(keys: Keys, locate: LocateKey): string {
  const key = String(keys.at(-1));
  const known = keysAt(configFile, keys.slice(0, -1));
  const meant = known.length === 0 ? '' : `; is it ${closest(key, [...known])}? Known keys: ${known.join(', ')}`;
  return `${nameOf(keys)} (${locate(keys)}): there is no such key${meant}`;
}

/** The keys that an object of the schema may have. */
function keysAt(schema: unknown, keys: Keys): readonly string[] {
  const here = unwrapped(schema);
  const [key, ...rest] = keys;
  if (here === undefined) return [];
  const { shape, valueType, element, options } = here;
  if (options !== undefined)
    return options.map((option) => keysAt(option, keys)).find((found) => found.length > 0) ?? [];
  if (key === undefined) return shape === undefined ? [] : Object.keys(shape);
  return keysAt(shape?.[String(key)] ?? valueType ?? element, rest);
}

interface ZodDefinition {
  readonly innerType?: unknown;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly valueType?: unknown;
  readonly element?: unknown;
  readonly options?: readonly unknown[];
}

/** Returns a schema's definition, without the wrappers that only make it optional or give it a default. */
function unwrapped(schema: unknown): ZodDefinition | undefined {
  if (typeof schema !== 'object' || schema === null || !('def' in schema)) return undefined;
  // Zod's own types say no more than that it is an object.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const def = schema.def as ZodDefinition;
  return def.innerType === undefined ? def : unwrapped(def.innerType);
}

/** Returns the path of a key, such as `workload.rate[1].perSecond`. */
function nameOf(keys: Keys): string {
  if (keys.length === 0) return 'the config';
  return keys.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
}

function seenAt(value: unknown, keys: Keys): string {
  let here = value;
  for (const key of keys) here = typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined;
  if (here === undefined) return ', seen nothing';
  if (typeof here === 'object') return '';
  return `, seen ${JSON.stringify(here)}`;
}
