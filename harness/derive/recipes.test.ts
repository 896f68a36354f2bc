import { expect, test } from '@jest/globals';
import type { Column } from '../schema/columns.ts';
import { column } from '../schema/model/tables.ts';
import { literalsOf, recipesFor, type ValueRecipe } from './recipes.ts';

function recipes(of: Partial<Column>, text: string, others: readonly Column[] = []): readonly ValueRecipe[] {
  return recipesFor(column('c', of), { texts: [text] }, others);
}

const value = (text: string | number | null) => ({ of: 'value', value: text });

test('SQL literals become values, whatever is quoted in them', () => {
  expect(literalsOf(String.raw`(c1 in (_utf8mb4'it''s',_utf8mb4'a\\d',-3,4.5)) and c2 > 7`)).toEqual({
    strings: ["it's", String.raw`a\d`],
    numbers: [-3, 4.5, 7],
  });
});

test('texts are suggested by literals, patterns and lengths', () => {
  const text = { type: 'varchar', length: 10 } as const;
  expect(recipes(text, "(`c` like _utf8mb4'AB-%')")).toEqual(expect.arrayContaining([value('AB-'), value('AB-a1')]));
  expect(recipes(text, "regexp_like(`c`,_utf8mb4'^[A-Z]{2}$')")).toContainEqual({
    of: 'pattern',
    pattern: '^[A-Z]{2}$',
  });
  const ofEight = recipes(text, '(char_length(`c`) = 8)').filter((each) => each.of === 'generator');
  expect(ofEight.some(({ generator }) => generator.kind === 'faker' && generator.maxLength === 8)).toBe(true);
  expect(recipes(text, '(char_length(`c`) = 80)')).not.toContainEqual(expect.objectContaining({ maxLength: 80 }));
});

test('days are suggested by the descriptions of partitions', () => {
  const day = { type: 'date' } as const;
  for (const [text, expected] of [
    ['202510', '2025-10-15'],
    ['2026', '2025-06-15'],
    ['20240229', '2024-02-29'],
    ['739300', '2024-02-19'],
    ["'2031-01-01'", '2031-01-01'],
  ] as const) {
    expect(recipes(day, text)).toContainEqual(value(expected));
  }
});

test('a value may be NULL, or near that of another column of its kind', () => {
  const others = [column('other', { type: 'date' }), column('count')];
  const found = recipes({ type: 'date', isNullable: true }, '(`c` > `other`)', others);
  expect(found).toContainEqual(value(null));
  expect(found).toContainEqual({ of: 'near', column: 'other', step: 86_400 });
  expect(found).not.toContainEqual(expect.objectContaining({ column: 'count' }));
});

test('documents have the members that the SQL names', () => {
  const found = recipes({ type: 'json' }, "(json_extract(`c`,_utf8mb4'$.kind') in (_utf8mb4'big'))");
  expect(found).toContainEqual({
    of: 'generator',
    generator: { kind: 'template', text: '{"kind":"big"}', nullFraction: 0 },
  });
});
