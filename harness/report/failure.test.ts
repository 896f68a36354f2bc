import { expect, test } from '@jest/globals';
import { failure, trouble, usage } from '../errors.ts';
import { layOutFailure } from './failure.ts';
import { golden } from './golden/golden.ts';

const context = {
  step: '5/11 vdiff',
  seed: 42,
  again: 'npm start -- --seed 42',
  artifacts: 'artifacts/2026-07-30T10-11-12-345Z-1a2b3c',
};

test('a failure says what was expected, what was seen, where, the seed, how to run it again, where to look', () => {
  const text = layOutFailure(
    failure({
      what: 'VDiff found 1 row that differs',
      expected: 'no mismatch',
      seen: 'source {"customer_id":17,"email":"a@b"}\ntarget {"customer_id":17,"email":"\u001B[31mx\u001B[0m"}',
      where: 'customer/0, customer, customer_id=17',
      next: 'look at logs/customer-0-primary.log',
    }),
    context,
  );
  expect(text).toBe(golden('failure.txt', text));
});

test('trouble shows every cause below it', () => {
  const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:2379')], ''), {
    code: 'ECONNREFUSED',
  });
  const cause = new TypeError('fetch failed', { cause: refused });
  const text = layOutFailure(
    trouble({ what: 'etcd did not answer', expected: 'an answer within 60 s', cause }),
    context,
  );
  expect(text).toBe(golden('failure-trouble.txt', text));
});

test('an error that nobody classified is unknown, with its place in the code', () => {
  const text = layOutFailure(new TypeError('x is undefined'));
  expect(text).toMatch(/^UNKNOWN {2}TypeError: x is undefined\n\n {2}where {6}at .*failure\.test\.ts:\d+:\d+\)?\n$/);
  expect(layOutFailure('just text')).toBe('UNKNOWN  just text\n');
  expect(layOutFailure(new Error(''))).toContain('an error without a message');
});

test('after the verdict, an error has no second word for the run', () => {
  expect(layOutFailure(failure({ what: 'rows were lost' }), { isVerdictShown: true })).toBe('ERROR  rows were lost\n');
  expect(layOutFailure('just text', { isVerdictShown: true })).toBe('ERROR  just text\n');
  expect(layOutFailure(usage({ what: 'no rate' }), { isVerdictShown: true })).toBe('USAGE  no rate\n');
});

test('a usage error needs no seed', () => {
  expect(layOutFailure(usage({ what: 'unknown option --sed', next: 'see --help' }))).toBe(
    'USAGE  unknown option --sed\n\n  next       see --help\n',
  );
});

test('when the clean-up fails too, the first error is the one that is shown', () => {
  const thrown = new SuppressedError(new Error('cannot remove network'), failure({ what: 'rows were lost' }));
  const text = layOutFailure(thrown);
  expect(text).toMatch(/^FAIL {2}rows were lost\n/);
  expect(text).toContain('then also  cannot remove network');
});

test('a circular chain of causes ends', () => {
  const first = new Error('first');
  first.cause = new Error('second', { cause: first });
  expect(layOutFailure(first).match(/caused by/g)).toHaveLength(1);
});
