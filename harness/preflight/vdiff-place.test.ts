import { expect, test } from '@jest/globals';
import { column } from '../schema/model/tables.ts';
import { placeBytes } from './vdiff-place.ts';

const text = { type: 'varchar', characterSet: 'utf8mb4' };
const KEY = [column('country', { ...text, length: 100 }), column('address', { ...text, length: 600 })];

/** Returns what Vitess 24.0.1 wrote for a row of this table, as the error of a VDiff showed it. */
function written(country: string, address: string): string {
  const lengths = [country, address].map((value) => `lengths:${Buffer.byteLength(value)}`).join(' ');
  return `target:{${field('country', 400)} ${field('address', 2400)} rows:{${lengths} values:"${country}${address}"}}`;
}

function field(name: string, length: number): string {
  return `fields:{name:"${name}" type:VARCHAR table:"place" org_table:"place" database:"vt_customer" org_name:"${name}" column_length:${length} charset:255 flags:20483}`;
}

test('every key of a table takes bytes between the least and the most', () => {
  const { least, most: largest } = placeBytes('place', KEY, 'vt_customer');
  const shortest = Buffer.byteLength(written('', ''));
  const longest = Buffer.byteLength(written('😀'.repeat(100), '😀'.repeat(600)));
  expect(shortest).toBeGreaterThanOrEqual(least);
  expect(longest).toBeLessThanOrEqual(largest);
  // The bounds are of use only if they are close.
  expect(largest - longest).toBeLessThan(200);
  expect(shortest - least).toBeLessThan(100);
});

test('bytes that are not UTF-8 take four characters each, in binary columns and in other character sets', () => {
  expect(most(null) - placeBytes('t', [column('k', { ...text, length: 0 })], 'd').most).toBe(400);
  expect(most('utf8mb4')).toBe(most(null));
  expect(most('gbk') - most('latin1')).toBe(400);
  expect(most('utf16') - most('latin1')).toBe(1200);
});

function most(characterSet: string | null): number {
  return placeBytes('t', [column('k', { type: 'varchar', characterSet, length: 100 })], 'd').most;
}
