import { expect, test } from '@jest/globals';
import type { Column } from '../schema/columns.ts';
import { column } from '../schema/model/tables.ts';
import { freeValues, isDistinct, type ColumnFacts } from './free-values.ts';

function ways(of: Partial<Column>, facts: Partial<ColumnFacts> = {}) {
  const nothing = { greatest: null, room: null, example: null, texts: [] };
  const found = freeValues(column('c', of), { ...nothing, ...facts });
  for (const each of found) expect(isDistinct(each)).toBe(true);
  return found;
}

const sequence = (start: number) => ({ kind: 'sequence', start, step: 1, nullFraction: 0 });

test('numbers continue beyond the greatest, far beyond it if there is room', () => {
  expect(ways({ type: 'bigint' }, { greatest: '7' })).toEqual([sequence(1e12)]);
  expect(ways({ type: 'int' }, { greatest: '2000000000' })).toEqual([sequence(2_000_000_001)]);
  expect(ways({ type: 'mediumint' }, { greatest: '60' })).toEqual([sequence(61)]);
  expect(ways({ type: 'smallint' }, { greatest: '60' })).toEqual([]);
  expect(ways({ type: 'bigint' }, { greatest: '9223372036854775000' })).toEqual([]);
  expect(ways({ type: 'decimal', precision: 10, scale: 2 }, { greatest: '12.50' })).toEqual([sequence(13)]);
});

test('text counts up, in the form of an example too, if there is room for it', () => {
  const texts = ways({ type: 'char', length: 26 }, { example: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }).map((each) =>
    each.kind === 'template' ? each.text : each.kind,
  );
  expect(texts).toContain('01ARZ3NDEKTSV4RRFF{row:8}');
  expect(ways({ type: 'char', length: 36 })[0]).toMatchObject({ kind: 'faker', method: 'string.uuid' });
  expect(ways({ type: 'varchar', length: 7 })).toEqual([]);
  expect(ways({ type: 'varchar', length: 200 }, { room: 4 })).toEqual([]);
});

test('bytes are as long as their column', () => {
  expect(ways({ type: 'binary', length: 20 })).toEqual([{ kind: 'bytes', length: 20, nullFraction: 0 }]);
  expect(ways({ type: 'binary', length: 4 })).toEqual([]);
});

test('documents differ in the members that expressions take from them', () => {
  const texts = ["json_unquote(json_extract(`c`,_utf8mb4'$.isbn'))"];
  expect(ways({ type: 'json' }, { texts })[0]).toMatchObject({ text: '{"isbn": 900000{row}}' });
});
