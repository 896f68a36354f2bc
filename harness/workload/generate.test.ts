import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readFixture } from '../fixture/fixture.ts';
import { Generators } from './generate.ts';
import { writeValue } from './literal.ts';
import { PlacedRandom, stream } from './random.ts';

const { seed } = await readFixture('commerce');
const columns = Object.entries(seed.tables).flatMap(([table, { columns: all }]) =>
  Object.keys(all).map((column) => [table, column] as const),
);

test('the same seed generates the same rows, in whatever order', () => {
  const one = new Generators(seed.tables, 42);
  const other = new Generators(seed.tables, 42);
  const rows = Array.from({ length: 200 }, (_, index) => index);
  for (const [table, column] of columns) {
    const forward = rows.map(one.column(table, column));
    const backward = rows.toReversed().map(other.column(table, column)).toReversed();
    expect(forward).toEqual(backward);
  }
});

test('another seed generates other rows', () => {
  const [one, two] = [1, 2].map((number) => new Generators(seed.tables, number).column('customer', 'email')(7));
  expect(one).not.toBe(two);
});

test('references are spread over the rows that are loaded, and no others', () => {
  const customer = new Generators(seed.tables, 1).column('corder', 'customer_id');
  const seen = Array.from({ length: 20_000 }, (_, index) => Number(customer(index)));
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...seen)).toBeLessThanOrEqual(100_000);
  expect(new Set(seen).size).toBeGreaterThan(15_000);
});

test('relative dates do not depend on the day', () => {
  const generators = new Generators(seed.tables, 1);
  expect(generators.column('customer', 'created_at')(0)).toMatch(/^202[0-5]-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
});

test('settings: start and step, share of NULL, length, row', () => {
  const generators = new Generators({}, 1);
  const plain = (generator: Parameters<Generators['plain']>[1]) => generators.plain('x', generator);
  expect(plain({ kind: 'sequence', start: 10, step: 5, nullFraction: 0 })(3)).toBe(25);
  expect(plain({ kind: 'template', text: 'a{row}', nullFraction: 0 })(3)).toBe('a4');
  expect(plain({ kind: 'pick', values: ['a'], nullFraction: 1 })(3)).toBeNull();
  const nulls = Array.from({ length: 1000 }, (_, index) =>
    plain({ kind: 'pick', values: ['a'], nullFraction: 0.1 })(index),
  ).filter((value) => value === null).length;
  expect(nulls).toBeGreaterThan(60);
  expect(nulls).toBeLessThan(140);
  const json = plain({ kind: 'faker', method: 'location.nearbyGPSCoordinate', arguments: [], nullFraction: 0 })(1);
  expect(JSON.parse(String(json))).toHaveLength(2);
});

test('random numbers depend only on their place, and are uniform', () => {
  const random = new PlacedRandom();
  const place = stream(7, 'a');
  const at = (index: number) => {
    random.at(place, index);
    return random.next();
  };
  const numbers = Array.from({ length: 10_000 }, (_, index) => at(index));
  expect(at(123)).toBe(numbers[123]);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.reduce((sum, value) => sum + value, 0) / numbers.length).toBeCloseTo(0.5, 1);
});

test('values are written so that no quote ends early', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const sql = writeValue(text);
      expect(sql.slice(1, -1).replace(/\\.|''/g, '')).not.toMatch(/['"\\\0\n\r]/);
    }),
  );
  expect(writeValue(`a'b"c\\d\n\0\u001a`)).toBe(`'a''b\\"c\\\\d\\n\\0\\Z'`);
  expect(writeValue(null)).toBe('NULL');
  expect(writeValue(1.5)).toBe('1.5');
});

test('a pool has few values, the same whichever is asked for first, and makes only those that are asked for', () => {
  const generator = { kind: 'faker' as const, method: 'lorem.words', arguments: [3], pool: 20, nullFraction: 0 };
  const rows = Array.from({ length: 500 }, (_, index) => index);
  const [one, other, alone] = [1, 1, 1].map((number) => new Generators({}, number).plain('x', generator));
  const forward = rows.map(one!);
  expect(rows.toReversed().map(other!).toReversed()).toEqual(forward);
  expect(alone!(499)).toBe(forward[499]);
  expect(new Set(forward).size).toBeLessThanOrEqual(20);
  const huge = new Generators({}, 1).plain('x', { ...generator, pool: 1_000_000_000 });
  expect(huge(0)).toEqual(expect.any(String));
});
