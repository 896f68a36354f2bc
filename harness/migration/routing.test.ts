import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compareDenied, compareRules, expectedRules, namesInRules, type Traffic } from './routing.ts';

const KEYSPACES = { source: 'commerce', target: 'customer' };
const side = fc.constantFrom('source' as const, 'target' as const);
const traffic: fc.Arbitrary<Traffic> = fc.record({ reads: side, writes: side });
const tables = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 4 });

test('every table has nine rules', () => {
  const rules = expectedRules(['t'], KEYSPACES, { reads: 'target', writes: 'source' });
  expect(Object.fromEntries(rules)).toEqual({
    t: 'commerce.t',
    't@replica': 'customer.t',
    't@rdonly': 'customer.t',
    'commerce.t': 'commerce.t',
    'commerce.t@replica': 'customer.t',
    'commerce.t@rdonly': 'customer.t',
    'customer.t': 'commerce.t',
    'customer.t@replica': 'customer.t',
    'customer.t@rdonly': 'customer.t',
  });
});

test('the right rules compare as equal, even with rules of other tables and without rules that lead a name to itself', () => {
  fc.assert(
    fc.property(tables, traffic, (names, wanted) => {
      const expected = expectedRules(names, KEYSPACES, wanted);
      const seen = new Map([...expected].filter(([from, to]) => from !== to));
      seen.set('other.table', 'elsewhere.table');
      expect(compareRules(expected, seen)).toEqual([]);
    }),
  );
});

test('any one rule that leads elsewhere is named, and no other', () => {
  fc.assert(
    fc.property(tables, traffic, fc.nat(), (names, wanted, at) => {
      const expected = expectedRules(names, KEYSPACES, wanted);
      const [from] = [...expected.keys()].slice(at % expected.size);
      const seen = new Map(expected).set(from!, 'nowhere.table');
      const to = expected.get(from!)!;
      expect(compareRules(expected, seen)).toEqual([
        { table: to.split('.')[1], what: `${from} → nowhere.table (expected ${to})` },
      ]);
    }),
  );
});

test('a missing rule is named, unless it led to itself', () => {
  const expected = expectedRules(['t'], KEYSPACES, { reads: 'source', writes: 'source' });
  const seen = new Map(expected);
  seen.delete('t@replica');
  seen.delete('commerce.t');
  expect(compareRules(expected, seen)).toEqual([{ table: 't', what: 't@replica → no rule (expected commerce.t)' }]);
});

test('a name with a dot is one name, and one that ends like a tablet type is a name too', () => {
  const expected = expectedRules(['visits.daily', 'page@replica'], KEYSPACES, { reads: 'target', writes: 'source' });
  expect(expected.get('page@replica')).toBe('commerce.page@replica');
  expect(expected.get('page@replica@replica')).toBe('customer.page@replica');
  expect(compareRules(expected, new Map([...expected].filter(([from]) => from !== 'visits.daily')))).toEqual([
    { table: 'visits.daily', what: 'visits.daily → no rule (expected commerce.visits.daily)' },
  ]);
  expect(namesInRules('visits.daily', KEYSPACES)).toContain('customer.visits.daily@rdonly');
});

test('denied tables are compared both ways', () => {
  expect(compareDenied('commerce', ['a', 'b'], ['b', 'a'])).toEqual([]);
  expect(compareDenied('commerce', ['a', 'b'], ['b', 'c'])).toEqual([
    { table: 'a', what: 'commerce: not denied' },
    { table: 'c', what: 'commerce: denied' },
  ]);
});
