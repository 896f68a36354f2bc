import { expect, test } from '@jest/globals';
import { changedDefinitions, definitionChange, type DefinitionOutcome } from './definitions.ts';

const BEFORE = [
  'CREATE TABLE `t` (',
  '  `id` int NOT NULL AUTO_INCREMENT,',
  '  `n` int AS ((`id` + 1)) STORED,',
  "  `made` json DEFAULT (json_object(_utf8mb4'a',1)),",
  '  PRIMARY KEY (`id`),',
  '  KEY `hidden` (`n`) /*!80000 INVISIBLE */',
  ") ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT=' AUTO_INCREMENT=7'",
].join('\n');

test('definitions that differ only in the value of AUTO_INCREMENT are the same', () => {
  expect(definitionChange(BEFORE, BEFORE)).toBeNull();
  expect(definitionChange(BEFORE, BEFORE.replace('=7', '=1234'))).toBeNull();
  expect(definitionChange(BEFORE, BEFORE.replace(' AUTO_INCREMENT=7', ''))).toBeNull();
  expect(definitionChange(BEFORE, BEFORE.replace("' AUTO_INCREMENT=7'", "''"))).not.toBeNull();
  expect(definitionChange(BEFORE, BEFORE.replace('NULL AUTO_INCREMENT', 'NULL'))).toEqual({
    from: '`id` int NOT NULL AUTO_INCREMENT',
    to: '`id` int NOT NULL',
  });
});

test.each([
  [' /*!80000 INVISIBLE */', '', 'KEY `hidden` (`n`) /*!80000 INVISIBLE */', 'KEY `hidden` (`n`)'],
  [',\n  KEY `hidden` (`n`) /*!80000 INVISIBLE */', '', 'KEY `hidden` (`n`) /*!80000 INVISIBLE */', 'nothing'],
  ['STORED', 'VIRTUAL', '`n` int AS ((`id` + 1)) STORED', '`n` int AS ((`id` + 1)) VIRTUAL'],
  [" DEFAULT (json_object(_utf8mb4'a',1))", '', "`made` json DEFAULT (json_object(_utf8mb4'a',1))", '`made` json'],
])('a definition without “%s” is a different one', (part, instead, from, to) => {
  expect(definitionChange(BEFORE, BEFORE.replace(part, instead))).toEqual({ from, to });
});

test('the same lines in another order are a change', () => {
  const lines = BEFORE.split('\n');
  const other = [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n');
  expect(definitionChange(BEFORE, other)?.to).toMatch(/^CREATE TABLE `t` \(\n {2}`n`/);
});

test('definitions that changed are named, and so are those that were not looked at', () => {
  const looks = (['source', 'target'] as const).flatMap((side) =>
    (['after the copy', 'at the end'] as const).map((moment): DefinitionOutcome => {
      return { table: 't', side, moment, change: null };
    }),
  );
  expect(changedDefinitions(looks, ['t'], [])).toEqual([]);
  expect(changedDefinitions(looks.slice(1), ['t'], [])).toEqual([
    't, source, after the copy: its definition was not compared',
  ]);
  expect(changedDefinitions([], [], [])).toEqual([]);
  expect(changedDefinitions([...looks, { ...looks[0]!, change: { from: 'a', to: 'b' } }], ['t'], [])).toEqual([
    't, source, after the copy: its definition changes from a to b',
  ]);
});

test('only the target may have the definition that is declared, and must have it', () => {
  const look = { table: 't', side: 'target', moment: 'at the end', change: { from: 'a', to: 'b' } } as const;
  const others = (['source', 'target'] as const).flatMap((side) =>
    (['after the copy', 'at the end'] as const).map((moment): DefinitionOutcome => ({ ...look, side, moment })),
  );
  const same = others.map((each) => (each.side === 'source' ? { ...each, change: null } : each));
  const declared = [{ table: 't', from: 'a', to: 'b' }];
  expect(changedDefinitions(same, ['t'], declared)).toEqual([]);
  expect(changedDefinitions(others, ['t'], declared)).toHaveLength(2);
  expect(changedDefinitions(same, ['t'], [{ ...declared[0]!, to: 'c' }])).toHaveLength(2);
  expect(changedDefinitions([{ ...look, change: null }, ...same], ['t'], declared)).toEqual([
    't, target, at the end: its definition still has a',
  ]);
});
