import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { formatGtidSet, gtidsBeyond, parseGtidSet, serversOfGtidSet, sizeOfGtidSet, type GtidSet } from './gtid-set.ts';

const UUIDS = ['3e11fa47-71ca-11e1-9e33-c80aa9429562', '8a94f357-aab4-11df-86ab-c80aa9429444'];

interface Part {
  readonly source: string;
  readonly tag: string;
  readonly intervals: readonly (readonly [number, number])[];
}

const part: fc.Arbitrary<Part> = fc.record({
  source: fc.constantFrom(...UUIDS),
  tag: fc.constantFrom('', 'blue', 'green_2'),
  intervals: fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(6)), { minLength: 1, maxLength: 4 }),
});

/** Text in MySQL's form, and the transactions in it, one by one. */
function both(parts: readonly Part[], separator: string): { text: string; all: Set<string> } {
  const all = new Set<string>();
  const texts = parts.map(({ source, tag, intervals }) => {
    const shown = intervals.map(([first, more]) => (more === 0 ? `${first}` : `${first}-${first + more}`));
    for (const [first, more] of intervals) {
      for (let number = first; number <= first + more; number++) all.add(`${source}:${tag}:${number}`);
    }
    return [source.toUpperCase(), ...(tag ? [tag] : []), ...shown].join(':');
  });
  return { text: texts.join(separator), all };
}

function naive(set: GtidSet): Set<string> {
  const all = new Set<string>();
  for (const [source, intervals] of set) {
    const [uuid, tag = ''] = source.split(':');
    for (const { first, last } of intervals) {
      for (let number = first; number <= last; number++) all.add(`${uuid}:${tag}:${number}`);
    }
  }
  return all;
}

const sets = fc.tuple(fc.array(part, { maxLength: 5 }), fc.constantFrom(',', ',\n', ' , '));

test('a set is read as the transactions in it', () => {
  fc.assert(
    fc.property(sets, fc.constantFrom('', 'MySQL56/'), ([parts, separator], flavour) => {
      const { text, all } = both(parts, separator);
      const set = parseGtidSet(flavour + text);
      expect(naive(set)).toEqual(all);
      expect(sizeOfGtidSet(set)).toBe(all.size);
      expect(naive(parseGtidSet(formatGtidSet(set)))).toEqual(all);
      expect(serversOfGtidSet(set)).toEqual(new Set(parts.map(({ source }) => source)));
    }),
    { numRuns: 500 },
  );
});

test('the difference of two sets is what is in the one and not in the other', () => {
  fc.assert(
    fc.property(sets, sets, (left, right) => {
      const [a, b] = [both(...left), both(...right)];
      const beyond = gtidsBeyond(parseGtidSet(a.text), parseGtidSet(b.text));
      expect(naive(beyond)).toEqual(new Set([...a.all].filter((each) => !b.all.has(each))));
      expect(beyond.size === 0).toBe([...a.all].every((each) => b.all.has(each)));
    }),
    { numRuns: 500 },
  );
});

test('tags may follow intervals, and a text that is not a set is reported', () => {
  const set = parseGtidSet(`${UUIDS[0]}:1-5:7:blue:1-2:green:9`);
  expect(formatGtidSet(set)).toBe(`${UUIDS[0]}:1-5:7,${UUIDS[0]}:blue:1-2,${UUIDS[0]}:green:9`);
  expect(parseGtidSet('').size).toBe(0);
  expect(parseGtidSet(`${UUIDS[0]}:9223372036854775806`).get(UUIDS[0]!)).toEqual([
    { first: 9223372036854775806n, last: 9223372036854775806n },
  ]);
  for (const text of ['any', `${UUIDS[0]}`, `${UUIDS[0]}:1-x`, `${UUIDS[0]}:?`]) {
    expect(() => parseGtidSet(text)).toThrow(/GTID/);
  }
});
