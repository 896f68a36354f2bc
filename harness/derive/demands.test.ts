import { expect, test } from '@jest/globals';
import { column, table, uniqueKey } from '../schema/model/tables.ts';
import { demandOf, demandsOf } from './demands.ts';

const columns = [
  column('id', { isAutoIncrement: true }),
  column('title', { type: 'varchar', length: 20 }),
  column('slug', { type: 'varchar', generated: { expression: 'lower(`title`)', isStored: true } }),
  column('start'),
  column('end'),
  column('taken_at', { type: 'datetime' }),
];
const lowered = { column: null, length: null, expression: 'concat(`slug`,`start`)', descending: false };
const show = table('show', columns, {
  indexes: [
    uniqueKey('PRIMARY', ['id']),
    uniqueKey('by.slug', ['slug', 'start']),
    { ...uniqueKey('by_both', []), parts: [lowered] },
  ],
  checks: [
    { name: 'order', clause: '(`end` > `start`)', enforced: true },
    { name: 'ignored', clause: '(`end` > 0)', enforced: false },
  ],
});
const demands = demandsOf(show, { expressions: ['year(`taken_at`)'], descriptions: ['2025', '2026'] });

test('a demand is about the columns behind generated columns and expressions', () => {
  expect(demands.map(({ name, columns: about }) => [name, about])).toEqual([
    ['CHECK order', ['end', 'start']],
    ['the primary key', ['id']],
    ['key by.slug', ['title', 'start']],
    ['key by_both', ['title', 'start']],
    ['no partition for a value', ['taken_at']],
  ]);
});

const about = (errno: number, message: string) => demandOf({ errno, message }, demands, show);

test('a server’s error is about a demand, or about a column', () => {
  expect(about(3819, "Check constraint 'order' is violated.").name).toBe('CHECK order');
  expect(about(1062, "Duplicate entry 'x-1' for key 'show.by.slug'").name).toBe('key by.slug');
  expect(about(1062, "Duplicate entry '1' for key 'show.PRIMARY'").name).toBe('the primary key');
  expect(about(1526, 'Table has no partition for value 2031').columns).toEqual(['taken_at']);
  expect(about(1406, "Data too long for column 'slug' at row 3")).toMatchObject({ kind: 'column', columns: ['title'] });
  expect(about(3752, "Value is out of range for functional index 'by_both' at row 1").name).toBe('key by_both');
  expect(about(1644, 'never on a Sunday')).toMatchObject({ name: '“never on a Sunday”', kind: 'other' });
});
