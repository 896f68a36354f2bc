import { expect, test } from '@jest/globals';
import type { Seed } from '../fixture/generators.ts';
import { column, table } from '../schema/model/tables.ts';
import { Generators } from '../workload/generate.ts';
import { demandsOf } from './demands.ts';
import { MadeRows, type MadeRow } from './made-rows.ts';

const stay = table(
  'stay',
  [
    column('id', { isAutoIncrement: true }),
    column('guest_id'),
    column('arrives', { type: 'date' }),
    column('leaves', { type: 'date' }),
  ],
  {
    checks: [{ name: 'order', clause: '(`leaves` > `arrives`)', enforced: true }],
  },
);
const day = { kind: 'time', form: 'date', from: 946_684_800, to: 1_767_225_600, fraction: 0, nullFraction: 0 } as const;
const seed: Seed['tables'] = {
  guest: { rows: 10, columns: { id: { kind: 'sequence', start: 1, step: 1, nullFraction: 0 } } },
  stay: {
    rows: 100,
    columns: {
      id: { kind: 'sequence', start: 1, step: 1, nullFraction: 0 },
      guest_id: { kind: 'reference', table: 'guest', column: 'id', nullFraction: 0 },
      arrives: day,
      leaves: day,
    },
  },
};
const [order] = demandsOf(stay, undefined);
const holds = ({ values: [, , arrives, leaves] }: MadeRow) => String(leaves) > String(arrives);

/** Generates rows as for a server that has only one CHECK. */
function make(generators: Generators): MadeRow[] {
  const made = new MadeRows({
    table: stay,
    columns: Object.keys(seed['stay']!.columns),
    chosen: new Set(),
    generators,
  });
  return Array.from({ length: 100 }, (_, index) => {
    const row = made.row(index);
    for (let attempt = 1; !holds(row) && attempt <= 40; attempt++) made.anew(row, order!, attempt);
    made.learn(row, [order!]);
    return row;
  });
}

test('a row is generated again until it is accepted, only in the columns that the demand is about, and in the same way for the same seed', () => {
  const generators = new Generators(seed, 7);
  const rows = make(generators);
  expect(rows.every(holds)).toBe(true);
  expect(rows.map(({ values: [id, guest] }) => [id, guest])).toEqual(
    rows.map((_, index) => [index + 1, generators.column('stay', 'guest_id')(index)]),
  );
  expect(make(new Generators(seed, 7))).toEqual(rows);
});

test('references lead only to rows that were accepted, as they were accepted', () => {
  const generators = new Generators(seed, 7);
  const changed = new Map([[8, new Map([['id', 'changed']])]]);
  generators.accept('guest', { indexes: [3, 8], changed });
  const guests = new Set(Array.from({ length: 50 }, (_, index) => generators.column('stay', 'guest_id')(index)));
  expect(guests).toEqual(new Set([4, 'changed']));
  generators.accept('guest', { indexes: [], changed: new Map() });
  expect(generators.isEmpty('guest')).toBe(true);
  expect(generators.column('stay', 'guest_id')(1)).toBeNull();
});
