import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { trafficFileText } from './traffic-file.ts';

const digest = { digest: 'd', text: 'SELECT ?\n# not a comment', kind: 'read' as const, count: 3, samples: [] };
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(null),
);

test('what is written reads back as it is, whatever the values are', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), fc.string({ minLength: 1 }), (values, sql) => {
      const parameters = { id: { kind: 'pick' as const, values, row: 'seen', nullFraction: 0 } };
      const step = { kind: 'insert' as const, table: 't', sql, saves: { new_t: 'LAST_INSERT_ID' } };
      const text = trafficFileText(
        {
          statements: [{ name: 'select t', kind: 'read', table: 't', sql, weight: 3, parameters, digest }],
          transactions: [{ name: 'transaction on t', steps: [step], weight: 2, parameters, digests: [digest] }],
          leftOut: [{ text: 'CALL p\n(?)', count: 1, reason: 'a\nb' }],
          rare: { digests: 2, count: 2 },
        },
        { from: 'a.log', executions: 10, rates: null, rate: 12.5 },
      );
      const withoutDefaults = {
        id: { kind: 'pick', values: values.map((each) => (Object.is(each, -0) ? 0 : each)), row: 'seen' },
      };
      expect(JSON.parse(JSON.stringify(parse(text)))).toEqual({
        rate: 12.5,
        statements: { 'select t': { kind: 'read', table: 't', weight: 3, sql, parameters: withoutDefaults } },
        transactions: { 'transaction on t': { weight: 2, parameters: withoutDefaults, steps: [step] } },
      });
    }),
    { numRuns: 200 },
  );
});
