import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parseSync, type ExportNamedDeclaration, type ModuleItem } from '@swc/core';

const ROOT = path.resolve(import.meta.dirname, '..');
const SOURCES = ['bench', 'docker', 'fixtures', 'harness', 'scenarios'].map((folder) => `${folder}/**/*.ts`);

/**
 * The names of the types and classes that a file exports as its own. A type that it re-exports from another file
 * belongs to that file, unless it gets a new name on the way.
 */
function exportedTypes(source: string): string[] {
  const { body } = parseSync(source, { syntax: 'typescript' });
  const declared = new Set(body.flatMap((item) => declaredType(item) ?? []));
  return body.flatMap((item) => {
    if (item.type === 'ExportDeclaration') return declaredType(item.declaration) ?? [];
    return item.type === 'ExportNamedDeclaration' ? listedTypes(item, declared) : [];
  });
}

function declaredType(item: ModuleItem): string | undefined {
  switch (item.type) {
    case 'ClassDeclaration':
      return item.identifier.value;
    case 'TsInterfaceDeclaration':
    case 'TsTypeAliasDeclaration':
    case 'TsEnumDeclaration':
      return item.id.value;
    default:
      return undefined;
  }
}

/** The types among the names in `export { … }`, with or without `from`. */
function listedTypes({ specifiers, typeOnly }: ExportNamedDeclaration, declared: ReadonlySet<string>): string[] {
  return specifiers.flatMap((specifier) => {
    if (specifier.type !== 'ExportSpecifier') return [];
    const { orig, exported, isTypeOnly } = specifier;
    const name = (exported ?? orig).value;
    const isRenamedType = name !== orig.value && (typeOnly || isTypeOnly);
    return declared.has(orig.value) || isRenamedType ? [name] : [];
  });
}

test('the exported types and classes of a source are found, and those that it passes on are not', () => {
  const source = `
    export interface A {}
    export type B = string;
    export class C {}
    export enum D {}
    interface E {}
    class F {}
    interface Private {}
    import type { Passed } from './x.ts';
    export type { E, Passed };
    export { F as G };
    export { H, type I as J, type K } from './x.ts';
    export const value = 1;
    export function call() {}
  `;
  expect(exportedTypes(source)).toEqual(['A', 'B', 'C', 'D', 'E', 'G', 'J']);
});

test('no two files export types or classes of one name', () => {
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).toSorted();
  const exported = files.flatMap((file) =>
    exportedTypes(readFileSync(path.join(ROOT, file), 'utf8')).map((name) => ({ name, file })),
  );
  expect(exported.length).toBeGreaterThan(500);
  const byName = Map.groupBy(exported, ({ name }) => name);
  const shared = [...byName].filter(([, places]) => places.length > 1);
  expect(shared.map(([name, places]) => `${name}: ${places.map(({ file }) => file).join(', ')}`)).toEqual([]);
});
