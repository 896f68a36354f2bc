import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { RateLimit } from './rate-limit.ts';

/** How long each statement takes beyond its wait, and how many rows it reads. */
const statements = fc.array(
  fc.record({ takesMs: fc.integer({ min: 0, max: 3_000 }), rows: fc.integer({ min: 0, max: 500 }) }),
  { minLength: 1, maxLength: 60 },
);

test('in any period, no more rows are read than the rate allows plus those of one statement', () => {
  fc.assert(
    fc.property(statements, fc.integer({ min: 1, max: 5_000 }), (all, perSecond) => {
      const limit = new RateLimit(perSecond);
      let now = 0;
      const read = all.map(({ takesMs, rows }) => {
        now += limit.waitMs(now);
        const at = now;
        now += takesMs;
        limit.spend(rows, now);
        return { at, endedAt: now, rows };
      });
      const most = Math.max(...all.map(({ rows }) => rows));
      for (const [first, from] of read.entries()) {
        let sum = 0;
        for (const to of read.slice(first)) {
          sum += to.rows;
          const allowed = ((to.endedAt - from.at) * perSecond) / 1000 + most;
          expect(sum).toBeLessThanOrEqual(allowed + 1e-6);
        }
      }
    }),
  );
});

test('nothing waits unnecessarily', () => {
  fc.assert(
    fc.property(statements, fc.integer({ min: 1, max: 5_000 }), (all, perSecond) => {
      const limit = new RateLimit(perSecond);
      let now = 0;
      for (const { rows } of all) {
        now += limit.waitMs(now);
        limit.spend(rows, now);
      }
      const sum = all.reduce((total, { rows }) => total + rows, 0);
      expect(now + limit.waitMs(now)).toBeCloseTo((sum * 1000) / perSecond, 3);
    }),
  );
});
