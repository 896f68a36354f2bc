import { expect, test } from '@jest/globals';
import type { LegOutcome } from './judge-leg.ts';
import { LEGS, nameOfLeg } from './legs.ts';
import { changesInWords, withFidelity } from './page.ts';
import type { FidelityResult } from './result.ts';
import { parseValueCase } from './value-case.ts';

const CASE = parseValueCase(
  'some',
  '-- about: Some values.\nCREATE TABLE a (id INT)',
  `changes:
  - { column: a.v, rows: [1], on: [there copied], from: …, to: …, vdiff: differs, reason: because, report: vitessio/vitess#1, rule: no-key }
stops:
  - { on: [back], says: it … stops, reason: so, report: none found, rule: none }`,
);

const legs = LEGS.map(nameOfLeg).map((leg): LegOutcome => {
  if (leg === 'there copied') return { leg, kind: 'changed', rows: 1, changes: [{ row: 1, from: 'a|b', to: null }] };
  if (leg === 'back inserted alone') return { leg, kind: 'refused', step: 'stream', message: 'it really stops' };
  return leg.startsWith('there') ? { leg, kind: 'equal', rows: 1 } : { leg, kind: 'not reached' };
});

const RESULT: FidelityResult = {
  on: '2026-11-28',
  vitess: '24.0.1',
  experimentalFlags: { source: '7', target: '3' },
  variables: [{ name: 'sql_mode', source: '', target: 'ANSI' }],
  cases: [
    {
      name: 'some',
      about: 'Some values.',
      columns: [{ table: 'a', column: 'v', type: 'int', isNullable: false, inKey: true, values: 1, legs }],
      vdiffs: [{ direction: 'there', table: 'a', rowsCompared: 9, mismatchedRows: 2, samples: ['differs: a'] }],
      definitions: [{ table: 'a', side: 'target', moment: 'after the copy', change: null }],
    },
  ],
  leftOut: [{ name: 'other', needs: '99.0' }],
  surprises: [],
  run: 'artifacts/1',
};

test('the page has settings, what changes or stops with its reason, and a row for each column', () => {
  const page = withFidelity('# Values\n\nProse.\n', RESULT, [CASE]);
  expect(page).toMatch(/^# Values\n\nProse\.\n\n## What ran\n/);
  expect(page).toContain('| day | 2026-11-28 | 2026-11-28 |');
  expect(page).toContain('| `--vreplication-experimental-flags` | 7 | 3 |');
  expect(page).toContain('| `sql_mode` | empty | `ANSI` |\n| left out | `other` needs MySQL 99.0 |  |');
  const report = '[#1](https://github.com/vitessio/vitess/issues/1)';
  expect(page).toContain(
    `| [some](#some) | \`a.v\` | there: copied | \`a\\|b\` → \`NULL\` | there: 2 rows differ | because | ${report} | \`no-key\` |`,
  );
  expect(page).toContain('| [some](#some) | the stream stops | back: all | `it … stops` |');
  expect(page).toContain(
    '| `a.v` | int, NOT NULL, key | 1 | ≠ | = | = | = | = | = | ✗ | · | · | · | · | · | · | · | · | · | there: 2 rows differ |',
  );
  expect(withFidelity(page, RESULT, [CASE])).toBe(page);
});

test('a bug that is fixed in the version that ran is shown as mended', () => {
  const [change, stop] = [CASE.changes[0]!, CASE.stops[0]!];
  const mended = { ...CASE, changes: [{ ...change, mended: ['24.0.1'] }], stops: [{ ...stop, mended: ['24.0.1'] }] };
  const right = legs.map(({ leg }): LegOutcome => ({ leg, kind: 'equal', rows: 1 }));
  const cases = RESULT.cases.map((each) => {
    return { ...each, columns: each.columns.map((column) => ({ ...column, legs: right })) };
  });
  const page = withFidelity('', { ...RESULT, cases }, [mended]);
  expect(page).toContain('| [some](#some) | `a.v` | there: copied | nothing: mended in 24.0.1 |');
  expect(page).toContain('| [some](#some) | the stream stops | back: all | nothing: mended in 24.0.1 |');
  expect(page).not.toContain('`it … stops`');
  expect(page).not.toContain('Otherwise');
  // The values of this run still change, and its stream still stops.
  const surprises = ['some: back inserted alone: stops'];
  const otherwise = withFidelity('', { ...RESULT, surprises }, [mended]);
  expect(otherwise).toContain('| `a.v` | there: copied | not seen right, but mended in 24.0.1 |');
  expect(otherwise).toContain('| the stream stops | back: all | not seen right, but mended in 24.0.1 |');
  expect(otherwise).toContain('\n## Otherwise than declared\n\n- some: back inserted alone: stops\n\n## The table');
});

test('the page says whose definitions were compared, and which of them changed', () => {
  expect(withFidelity('', RESULT, [CASE])).toMatch(/\nThe definitions of 1 tables.* They were the same everywhere\.\n/);
  const [only] = RESULT.cases;
  const change = { from: 'a', to: 'b' };
  const changed = { ...only!, definitions: only!.definitions.map((each) => ({ ...each, change })) };
  expect(withFidelity('', { ...RESULT, cases: [changed] }, [CASE])).toMatch(/ They were the same but for `a`\.\n/);
  const missed = { ...only!, definitions: [] };
  expect(withFidelity('', { ...RESULT, cases: [missed] }, [CASE])).toMatch(
    / Those of `a` were not, because the copy stopped\.\n/,
  );
});

test('if VDiff was not asked in every direction, the page names the directions in which it was', () => {
  const [only] = RESULT.cases;
  const [there] = only!.vdiffs;
  const asked = (...directions: readonly string[]) => {
    const vdiffs = directions.map((direction) => ({ ...there!, direction, mismatchedRows: 0 }));
    return withFidelity('', { ...RESULT, cases: [{ ...only!, vdiffs }] }, [CASE]);
  };
  expect(asked('there', 'back', 'again')).toContain(' | equal |\n');
  expect(asked('there')).toContain(' | there: equal |\n');
  expect(asked()).toContain(' | not asked |\n');
});

test('what was seen is described in words', () => {
  expect(changesInWords(RESULT)).toEqual([
    'a.v, value 1, there copied: a|b → NULL',
    'a.v, back inserted alone: it really stops',
    'a, there, by VDiff: 2 of 9 rows differ; differs: a',
  ]);
});
