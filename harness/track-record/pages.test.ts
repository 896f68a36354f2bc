import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { readBugCatalogue, type BugCatalogue } from './catalogue.ts';
import { MATRIX_PAGES, notAsDeclared, ROUND_TRIP, withMatrix, withTrackRecord } from './pages.ts';
import { parseMatrix, withCases, withTests, type MatrixResult } from './results.ts';

const BUG = { sees: 'a|b', effect: 'lost', seenBy: 'VDiff', report: 'vitessio/vitess#1', since: [], mended: [] };
const CATALOGUE: BugCatalogue = {
  bugs: {
    'by-a-case': { ...BUG, seenBy: 'checksum', mended: ['24.0.3'], shownBy: { case: 'some' } },
    'by-a-test': { ...BUG, shownBy: { scenario: 'faults/one.ts', test: 'it is lost' } },
    'of-24': { ...BUG, effect: 'stops', since: ['24.0.1'], shownBy: { case: 'other' } },
  },
  notShown: { 'in-vain': { report: 'vitessio/vitess#2', said: 'It is spoilt.', shownBy: { case: 'other' } } },
};

const ran = { mysql: '9.7.4', cases: ['some', 'other'], surprises: [] };
const passed = [
  { ...ROUND_TRIP, outcome: 'passed' as const },
  { scenario: 'faults/one.ts', test: 'it is lost', outcome: 'passed' as const },
];
const OLD: MatrixResult = { vitess: 'v0.23.3', mysqlImage: null, fidelity: ran, tests: passed };
const NEW: MatrixResult = { vitess: 'v0.24.4', mysqlImage: null, fidelity: ran, tests: passed };

test('the page of bugs has a column for each combination, and keeps what is around its tables', () => {
  const page = '# Bugs\n\nProse.\n\n## Shown by a test\n\nold\n\n## Seen\n\nstays\n\n## Tried, and not shown\n\nold\n';
  const written = withTrackRecord(page, CATALOGUE, [NEW, OLD]);
  expect(written).toContain('| seen by | report | 24.0.4, MySQL 9.7.4 | 23.0.3, MySQL 9.7.4 | shown again by |');
  const report = '[#1](https://github.com/vitessio/vitess/issues/1)';
  const byACase = '`npm run fidelity -- --only some`';
  expect(written).toContain(
    `| 1 | a\\|b | lost | checksum | ${report}, mended in 24.0.3 | mended | shown | ${byACase} |`,
  );
  expect(written).toContain(
    `| 2 | a\\|b | lost | VDiff | ${report} | shown | shown | \`npx jest scenarios/faults/one\` |`,
  );
  expect(written).toContain(`| ${report}, since 24.0.1 | shown | not shown |`);
  expect(written).toContain('| It is spoilt. | not shown | not shown | `npm run fidelity -- --only other` |');
  expect(written).toContain('2 of these lose, change or hide data; VDiff alone would have missed 1 of them: 1.');
  expect(written).toContain('\n\n## Seen\n\nstays\n\n## Tried');
  expect(withTrackRecord(written, CATALOGUE, [NEW, OLD])).toBe(written);
});

test('what did not run is said, and what is not as declared stands out', () => {
  const result: MatrixResult = {
    ...NEW,
    fidelity: { ...ran, surprises: ['some: a.v, value 1: no longer changes'] },
    tests: [{ ...ROUND_TRIP, outcome: 'failed' as const }],
  };
  const page = withMatrix('# Matrix\n', CATALOGUE, [result, { ...OLD, mysqlImage: 'mysql:8.4', fidelity: null }]);
  expect(page).toContain('|  | 24.0.4, MySQL 9.7.4 | 23.0.3, mysql:8.4 |');
  expect(page).toContain('| round trip | **otherwise** | passes |');
  expect(page).toContain('| fidelity | **otherwise** | not run |');
  expect(page).toContain('| by-a-case | **otherwise** | not run |');
  expect(page).toContain('| by-a-test | not run | shown |');
  expect(notAsDeclared(CATALOGUE, result, true)).toEqual([
    '24.0.4, MySQL 9.7.4: round trip: otherwise',
    '24.0.4, MySQL 9.7.4: by-a-case: otherwise',
    '24.0.4, MySQL 9.7.4: by-a-test: not run',
    '24.0.4, MySQL 9.7.4: some: a.v, value 1: no longer changes',
  ]);
  expect(notAsDeclared(CATALOGUE, NEW, true)).toEqual([]);
  const tests = passed.filter(({ scenario }) => scenario !== ROUND_TRIP.scenario);
  expect(notAsDeclared(CATALOGUE, { ...NEW, tests }, false)).toEqual([]);
});

test('what ran stands in place of what came of it before, and all else stays', () => {
  const [roundTrip, lost] = passed;
  const failed = [{ ...lost!, outcome: 'failed' as const }];
  expect(withTests(NEW, [lost!], failed).tests).toEqual([roundTrip, ...failed]);
  // Jest left no answer.
  expect(withTests(NEW, [lost!], []).tests).toEqual([roundTrip]);

  const before = { ...NEW, fidelity: { ...ran, surprises: ['some: a', 'other: b'] } };
  const again = { mysql: '9.7.4', cases: ['other'], surprises: [] };
  expect(withCases(before, ['other'], again).fidelity).toEqual({
    ...ran,
    cases: ['other', 'some'],
    surprises: ['some: a'],
  });
  expect(withCases(before, ['other'], null).fidelity).toEqual({ ...ran, cases: ['some'], surprises: ['some: a'] });
  expect(withCases(before, null, null).fidelity).toBeNull();
});

test('a matrix is read as it was written', () => {
  expect(parseMatrix(JSON.parse(JSON.stringify([NEW, OLD])))).toEqual([NEW, OLD]);
  expect(() => parseMatrix([{ ...NEW, tests: null }])).toThrow('tests');
});

test.each(Object.entries(MATRIX_PAGES))(
  'docs/%s has what ran last; UPDATE_GOLDEN=1 writes it',
  async (name, written) => {
    const docs = path.resolve(import.meta.dirname, '../../docs');
    const results = parseMatrix(JSON.parse(await readFile(path.join(docs, 'matrix.json'), 'utf8')));
    const page = await readFile(path.join(docs, name), 'utf8');
    const anew = written(page, await readBugCatalogue(), results);
    const isWritten = process.env['UPDATE_GOLDEN'] === '1';
    if (isWritten) await writeFile(path.join(docs, name), anew);
    expect(isWritten ? anew : page).toBe(anew);
  },
);
