import { z } from 'zod';
import { quoteName } from '../schema/quote.ts';
import { writeValue } from '../workload/literal.ts';
import { isJson, stringPaths } from './expressions.ts';
import type { Shape } from './shape.ts';
import type { Reading, Sides } from './side.ts';

/** A leaf of a document whose type differs between the sides, although the documents look the same. */
export interface LeafDifference {
  readonly column: string;
  /** In MySQL's form, such as `$.paid`. */
  readonly path: string;
  /** What JSON_TYPE returns. */
  readonly source: string;
  readonly target: string;
}

/** The most leaves of one document that are named. */
const MOST_NAMED = 5;

/** The most bytes of paths that are read from one document. */
const MOST_BYTES = 1_000_000;

const PATHS = z.union([z.string().transform((path) => [path]), z.array(z.string())]);

/** Returns the first leaves of a row's documents that are a string on only one side. */
export async function leafDifferences(sides: Sides, shape: Shape, condition: string): Promise<LeafDifference[]> {
  const found: LeafDifference[] = [];
  for (const { name } of shape.columns.filter(isJson)) {
    const [onSource, onTarget] = await Promise.all([
      pathsOf(sides.source, shape, name, condition),
      pathsOf(sides.target, shape, name, condition),
    ]);
    const all = [...new Set([...onSource, ...onTarget])];
    const paths = all
      .filter((path) => onSource.has(path) !== onTarget.has(path))
      .toSorted()
      .slice(0, MOST_NAMED);
    if (paths.length === 0) continue;
    const [source, target] = await Promise.all([
      typesOf(sides.source, shape, { name, paths, condition }),
      typesOf(sides.target, shape, { name, paths, condition }),
    ]);
    found.push(...differing(name, paths, { source, target }));
  }
  return found;
}

type Types = readonly (string | null)[];

/** Leaves that only one side has are left out, because the documents' texts already show them. */
function differing(
  column: string,
  paths: readonly string[],
  types: { readonly source: Types; readonly target: Types },
): LeafDifference[] {
  return paths.flatMap((path, at) => {
    const [source, target] = [types.source[at] ?? null, types.target[at] ?? null];
    return source === null || target === null || source === target ? [] : [{ column, path, source, target }];
  });
}

async function pathsOf(reader: Reading, shape: Shape, column: string, condition: string): Promise<Set<string>> {
  const paths = stringPaths(quoteName(column));
  const sql = `SELECT IF(LENGTH(${paths}) <= ${MOST_BYTES}, CAST(${paths} AS CHAR), NULL) AS paths
    FROM ${quoteName(shape.table)} WHERE ${condition} LIMIT 1`;
  const [row] = await reader.show(sql, shape.table);
  const text = row?.['paths'] ?? null;
  return new Set(text === null ? [] : PATHS.parse(JSON.parse(text)));
}

async function typesOf(
  reader: Reading,
  shape: Shape,
  { name, paths, condition }: { readonly name: string; readonly paths: readonly string[]; readonly condition: string },
): Promise<Types> {
  const types = paths.map((path, at) => `JSON_TYPE(JSON_EXTRACT(${quoteName(name)}, ${writeValue(path)})) AS t${at}`);
  const sql = `SELECT ${types.join(', ')} FROM ${quoteName(shape.table)} WHERE ${condition} LIMIT 1`;
  const [row] = await reader.show(sql, shape.table);
  return paths.map((_, at) => row?.[`t${at}`] ?? null);
}
