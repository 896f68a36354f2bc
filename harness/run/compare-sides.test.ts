import { expect, test } from '@jest/globals';
import { compareSides, type ErrorCause, type StatementOutcome } from './compare-sides.ts';

const gave = (text: string): StatementOutcome => ({ gave: text });
const failed = (error: string, cause: ErrorCause = 'statement'): StatementOutcome => ({ error, cause });

/** Returns these values one after another, then the last one for ever. */
function answers(...outcomes: readonly StatementOutcome[]): () => Promise<StatementOutcome> {
  const rest = [...outcomes];
  return () => Promise.resolve(rest.length > 1 ? rest.shift()! : rest[0]!);
}

let calls = 0;
/** A statement that never gives the same result twice, like NOW() or UUID(). */
function changing(): () => Promise<StatementOutcome> {
  return () => Promise.resolve(gave(`value ${calls++}`));
}

test('both give the same', async () => {
  expect(await compareSides(answers(gave('1')), answers(gave('1')))).toMatchObject({ found: 'alike' });
});

test('a value that differs is named with both values when the source repeats its own', async () => {
  expect(await compareSides(answers(gave('1')), answers(gave('2')))).toEqual({
    found: 'different',
    source: gave('1'),
    vtgate: gave('2'),
  });
});

test('values that the source itself changes from call to call are not compared', async () => {
  expect(await compareSides(changing(), changing())).toMatchObject({ found: 'changing' });
});

test('an error from vtgate alone is a finding even when the source’s own answer changes from call to call', async () => {
  const refused = failed('VT12001: unsupported: EXCEPT');
  expect(await compareSides(changing(), answers(refused))).toMatchObject({ found: 'different', vtgate: refused });
});

test('an error from vtgate that does not recur is not a finding', async () => {
  const once = failed('no healthy tablet available');
  expect(await compareSides(answers(gave('1')), answers(once, gave('1')))).toMatchObject({ found: 'alike' });
  expect(await compareSides(changing(), answers(once, gave('1')))).toMatchObject({ found: 'changing' });
});

test('a statement that the source refuses is refused, whatever vtgate answers', async () => {
  const refused = failed('Unknown column');
  for (const vtgate of [refused, failed('other words'), gave('1')]) {
    expect(await compareSides(answers(refused), answers(vtgate))).toMatchObject({ found: 'refused', source: refused });
  }
});

test('an error caused by the rows is an answer like any other', async () => {
  const duplicate = failed("Duplicate entry '1'", 'rows');
  expect(await compareSides(answers(duplicate), answers(duplicate))).toMatchObject({ found: 'alike' });
  expect(await compareSides(answers(duplicate, gave('1')), answers(gave('1')))).toMatchObject({ found: 'alike' });
  expect(await compareSides(answers(duplicate), answers(gave('1')))).toMatchObject({ found: 'different' });
});
