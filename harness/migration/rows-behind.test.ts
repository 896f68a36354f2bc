import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { countTransactions } from './rows-behind.ts';

const UUID = '9778477a-e6c0-11f1-9d1e-0242ac170006';

test.each([
  ['', 0],
  [`${UUID}:7`, 1],
  [`${UUID}:1-5`, 5],
  [`${UUID}:1-5:7:9-10`, 8],
  [`${UUID}:1-5,\n97b70f5a-e6c0-11f1-80d3-0242ac170002:3`, 6],
  // Tags, from MySQL 8.3 on; one may look like a number with letters.
  [`${UUID}:1-2:nightly:1-3:b2:9`, 6],
])('%j has %d transactions', (set, count) => {
  expect(countTransactions(set)).toBe(count);
});

test('every transaction of every server counts once', () => {
  const interval = fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.nat({ max: 1_000 }));
  fc.assert(
    fc.property(fc.dictionary(fc.uuid(), fc.array(interval, { minLength: 1 })), (servers) => {
      const set = Object.entries(servers).map(
        ([uuid, intervals]) =>
          `${uuid}:${intervals.map(([from, more]) => (more === 0 ? from : `${from}-${from + more}`)).join(':')}`,
      );
      const expected = Object.values(servers)
        .flat()
        .reduce((sum, [, more]) => sum + more + 1, 0);
      expect(countTransactions(set.join(',\n'))).toBe(expected);
    }),
  );
});
