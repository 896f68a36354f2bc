import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Mix } from '../mix.ts';
import { DEFAULT_KINDS, tableLines, workloadTables, workloadVschema } from '../tables.ts';
import { Append } from './append.ts';
import { Bank } from './bank.ts';
import { Ids } from './ids.ts';
import { ORIGIN_STEP, type Kind, type KindOptions, type Operation } from './kind.ts';
import { Rows } from './rows.ts';

const options: KindOptions = { seed: 1, origin: 0, settleOperations: 50, retireOperations: 0, isStray: false };
const kinds = {
  rows: (given: KindOptions) => new Rows(given),
  append: (given: KindOptions) => new Append(given),
  bank: (given: KindOptions) => new Bank(given),
  ids: (given: KindOptions) => new Ids(given),
};
const mixed = (given: KindOptions) =>
  new Mix(given.seed, { rows: 40, append: 15, bank: 15, ids: 15 }, (name) =>
    name === 'sql' ? new Append(given) : kinds[name](given),
  );

function plan(kind: Kind, count: number): Omit<Operation, 'send'>[] {
  return Array.from({ length: count }, (_, index) => {
    const { send: _send, ...operation } = kind.plan(index);
    return operation;
  });
}

test.each([...Object.entries(kinds), ['mix', mixed] as const])('%s: the same seed plans the same', (_, make) => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 500 }), (seed, settleOperations) => {
      const given = { ...options, seed, settleOperations };
      expect(plan(make(given), 300)).toEqual(plan(make(given), 300));
    }),
    { numRuns: 20 },
  );
});

test('another seed plans something else', () => {
  expect(plan(mixed({ ...options, seed: 2 }), 300)).not.toEqual(plan(mixed(options), 300));
});

test('values are unique in the run, across kinds and writers', () => {
  const operations = [0, ORIGIN_STEP, 2 * ORIGIN_STEP].flatMap((origin) => plan(mixed({ ...options, origin }), 3000));
  const values = operations.filter(({ value, f }) => value !== null && f !== 'transfer').map(({ value }) => value);
  expect(values.length).toBeGreaterThan(3000);
  expect(new Set(values).size).toBe(values.length);
});

test('kinds are as frequent as their shares say, and every name of each kind occurs', () => {
  const operations = plan(mixed(options), 20_000);
  const share = (kind: string) => operations.filter((each) => each.kind === kind).length / operations.length;
  expect(share('rows')).toBeCloseTo(40 / 85, 1);
  expect(share('bank')).toBeCloseTo(15 / 85, 1);
  const names = new Set(operations.map(({ kind, f }) => `${kind} ${f}`));
  // Ids are deleted only once they are known.
  expect([...names].toSorted()).toEqual([
    'append append',
    'bank read',
    'bank transfer',
    'ids generate',
    'rows delete',
    'rows insert',
    'rows read',
    'rows update',
  ]);
  expect(operations.filter(({ f, kind }) => f === 'read' && kind === 'rows').length / operations.length).toBeCloseTo(
    (0.2 * 40) / 85,
    1,
  );
});

test('an empty mix is refused', () => {
  expect(() => new Mix(1, { rows: 0 }, () => new Append(options))).toThrow('at least one kind');
  expect(() => new Mix(1, { rows: -1, append: 1 }, () => new Append(options))).toThrow('at least one kind');
});

test('rows: keys are inserted once, deleted once, and not written to again; initial ones stay', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const inserted = new Set<number>();
      const deleted = new Set<number>();
      const wrong = plan(new Rows({ ...options, seed }), 2000).filter(({ f, key }) => {
        const id = Number(key);
        if (deleted.has(id)) return true;
        if (f === 'insert') {
          const isNew = id > 1000 && !inserted.has(id);
          inserted.add(id);
          return !isNew;
        }
        if (f === 'delete') deleted.add(id);
        return !inserted.has(id) && (f === 'delete' || id > 900);
      });
      expect(wrong).toEqual([]);
      expect(deleted.size).toBeGreaterThan(100);
    }),
    { numRuns: 10 },
  );
});

test('rows: a key is seldom used again at once', () => {
  const operations = plan(new Rows(options), 5000);
  const again = operations.filter(({ key }, at) =>
    operations.slice(Math.max(0, at - 8), at).some((one) => one.key === key),
  );
  expect(again.length).toBe(0);
});

test('rows: a stray shares no key with the writer that runs alongside it', () => {
  const main = new Set(plan(new Rows(options), 20_000).map(({ key }) => key));
  const stray = plan(new Rows({ ...options, origin: ORIGIN_STEP, isStray: true }), 20_000);
  expect(stray.filter(({ key }) => main.has(key) || Number(key) <= 900)).toEqual([]);
});

const isAccount = (account: unknown) => Number(account) >= 1 && Number(account) <= 20;

test('bank: transfers are between two existing accounts', () => {
  const transfers = plan(new Bank(options), 3000).filter(({ f }) => f === 'transfer');
  const wrong = transfers.filter(
    ({ key, to, value }) => key === to || !isAccount(key) || !isAccount(to) || !(Number(value) > 0),
  );
  expect(transfers.length).toBeGreaterThan(2000);
  expect(wrong).toEqual([]);
});

test('tables of the kinds: what the migration and the history need to know', () => {
  const tables = workloadTables({ rows: 1, bank: 2, sql: 1, ids: 0 });
  expect(tables.map(({ name }) => name)).toEqual(['roundtrip_rows', 'roundtrip_bank']);
  expect(workloadVschema(tables)).toEqual({ roundtrip_rows: {}, roundtrip_bank: {} });
  expect(workloadTables().map(({ kind }) => kind)).toEqual(Object.keys(DEFAULT_KINDS).filter((kind) => kind !== 'sql'));
  expect(tableLines(tables, [{ table: 'customer', rows: 7, keyColumn: 'customer_id' }])).toEqual([
    { type: 'table', kind: 'sql', table: 'customer', rows: 7, keyColumn: 'customer_id' },
    { type: 'table', kind: 'rows', table: 'roundtrip_rows', rows: 1000 },
    { type: 'table', kind: 'bank', table: 'roundtrip_bank', rows: 20, balance: 1000 },
  ]);
});
