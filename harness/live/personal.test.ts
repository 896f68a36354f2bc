import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ColumnGenerator } from '../fixture/generators.ts';
import type { Column } from '../schema/columns.ts';
import type { Table } from '../schema/database.ts';
import { column, table, uniqueKey } from '../schema/model/tables.ts';
import { refusePersonal, replacements } from './personal.ts';

const text = (name: string, more: Partial<Column> = {}) =>
  column(name, {
    type: 'varchar',
    definition: 'varchar(40)',
    isNullable: true,
    characterSet: 'utf8mb4',
    collation: 'utf8mb4_0900_ai_ci',
    length: 40,
    ...more,
  });

const EMAIL: ColumnGenerator = { kind: 'faker', method: 'internet.email', arguments: [], nullFraction: 0 };
const INITIAL: ColumnGenerator = { kind: 'faker', method: 'string.alpha', arguments: [1], nullFraction: 0 };
const person = table('person', [text('email'), text('name')], { indexes: [uniqueKey('email', ['email'])] });

function made(of: Table, generator: ColumnGenerator, seed: number, rows: number): string[] {
  const replace = replacements(of, { 'person.email': generator }, seed).get('email')!;
  return Array.from({ length: rows }, (_, row) => Buffer.from(/'(.*)'/.exec(replace(row))![1]!, 'hex').toString());
}

// Half of the 26 letters, because a hundred draws may not find the last ones.
test('a seed makes the same values again, and never the same value twice for a unique column, whatever counts as equal', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 13 }), (seed, rows) => {
      const values = made(person, INITIAL, seed, rows);
      expect(made(person, INITIAL, seed, rows)).toEqual(values);
      expect(new Set(values.map((value) => value.toLowerCase())).size).toBe(rows);
    }),
    { numRuns: 50 },
  );
  expect(made(person, EMAIL, 1, 5)).not.toEqual(made(person, EMAIL, 2, 5));
});

test('a generator with too few values for a unique column is refused', () => {
  expect(() => made(person, INITIAL, 1, 27)).toThrow(/too few values[^]*26 different ones[^]*person\.email/);
  const prefixed = { ...person, indexes: [uniqueKey('email', ['email'], 4)] };
  const counting: ColumnGenerator = { kind: 'template', text: 'user{row}', nullFraction: 0 };
  expect(() => made(prefixed, counting, 1, 2)).toThrow(/too few values/);
  expect(made(person, counting, 1, 3)).toEqual(['user1', 'user2', 'user3']);
});

test('text is cut to what the column holds', () => {
  const narrow = { ...person, columns: [text('email', { length: 5 })], indexes: [] };
  expect(Math.max(...made(narrow, EMAIL, 1, 20).map(({ length }) => length))).toBe(5);
});

const key = {
  name: 'of_person',
  columns: ['person_email'],
  parentSchema: null,
  parentTable: 'person',
  parentExists: true,
  parentColumns: ['email'],
  rules: '',
};
const both = [
  person,
  table('visit', [text('person_email'), text('sum', { generated: { expression: '1', isStored: true } })], {
    foreignKeys: [key],
  }),
];

test.each([
  ['person.emial', EMAIL, /person\.emial: there is no such column; is it person\.email\?/],
  ['person.email', EMAIL, /the foreign key of_person refers to it/],
  ['visit.person_email', EMAIL, /the foreign key of_person has it/],
  ['visit.sum', EMAIL, /the server computes it/],
  ['person.name', { kind: 'faker', method: 'person.nam', arguments: [], nullFraction: 0 }, /person\.nam/],
  [
    'person.name',
    { kind: 'reference', table: 'person', column: 'email', nullFraction: 0 },
    /a reference makes no value/,
  ],
] satisfies readonly (readonly [string, ColumnGenerator, RegExp])[])('refused: %s', (place, generator, expected) => {
  expect(() => refusePersonal({ [place]: generator }, both)).toThrow(expected);
  expect(() => refusePersonal({ 'person.name': EMAIL }, both)).not.toThrow();
});
