import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { digestValueCases } from '../fidelity/digest-cases.ts';
import { readBugCatalogue, type BugCatalogue } from './catalogue.ts';
import { MATRIX_PAGES, withMatrix, withTrackRecord } from './pages.ts';
import { ofTheseValues, parseMatrix, type MatrixResult } from './results.ts';

const BUG = {
  sees: 'a|b',
  effect: 'lost',
  seenBy: 'VDiff',
  report: 'vitessio/vitess#1',
  ofVtgate: false,
  since: [],
  mended: [],
};
const CATALOGUE: BugCatalogue = {
  bugs: {
    'by-a-case': { ...BUG, seenBy: 'checksum', mended: ['24.0.3'], shownBy: { case: 'some' } },
    'by-a-test': { ...BUG, shownBy: { scenario: 'faults/one.ts', tests: ['it is lost'] } },
    'of-vtgate': { ...BUG, seenBy: 'none', ofVtgate: true, shownBy: { case: 'other' } },
    'of-24': { ...BUG, effect: 'stops', since: ['24.0.1'], shownBy: { case: 'other' } },
  },
  notShown: { 'in-vain': { report: 'vitessio/vitess#2', said: 'It is spoilt.', shownBy: { case: 'other' } } },
};

const SEEN = { on: '2026-11-28', mysql: '9.7.4' };
const SEEN_CASE = { ...SEEN, values: '1a' };
const CASES = {
  some: { ...SEEN_CASE, standing: 'as declared' },
  other: { ...SEEN_CASE, standing: 'as declared' },
} as const;
const NEW: MatrixResult = {
  vitess: 'v0.24.4',
  mysqlImage: null,
  cases: CASES,
  bugs: {
    'round trip': { ...SEEN, standing: 'passes' },
    'by-a-case': { ...SEEN, standing: 'mended' },
    'by-a-test': { ...SEEN, standing: 'shown' },
    'of-24': { ...SEEN, standing: 'shown' },
    'in-vain': { ...SEEN, standing: 'not shown' },
  },
};
const OLD: MatrixResult = {
  ...NEW,
  vitess: 'v0.23.3',
  bugs: {
    ...NEW.bugs,
    'by-a-case': { ...SEEN, standing: 'shown' },
    'of-24': { ...SEEN, on: '2026-12-01', standing: 'not shown' },
  },
};

test('the page of bugs has a column for each combination, and keeps what is around its tables', () => {
  const page = '# Bugs\n\nProse.\n\n## Shown by a test\n\nold\n\n## Seen\n\nstays\n\n## Tried, and not shown\n\nold\n';
  const written = withTrackRecord(page, CATALOGUE, [NEW, OLD]);
  expect(written).toContain(
    '| seen by | report | 24.0.4, MySQL 9.7.4, 2026-11-28 | 23.0.3, MySQL 9.7.4, 2026-11-28 to 2026-12-01 | shown again by |',
  );
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
  const vtgate = 'about what vtgate makes of a statement, where both sides hold the same rows, so there is nothing for';
  expect(written).toContain(`3 of these lose, change or hide data. 1 of them are ${vtgate} VDiff to see: 3.`);
  expect(written).toContain('Of the other 2, VDiff alone would have missed 1: 1.');
  expect(written).toContain('\n\n## Seen\n\nstays\n\n## Tried');
  expect(withTrackRecord(written, CATALOGUE, [NEW, OLD])).toBe(written);
});

test('later changes to the catalogue do not change what was seen', () => {
  const { 'by-a-case': bug } = CATALOGUE.bugs;
  const later = { ...CATALOGUE, bugs: { 'by-a-case': { ...bug!, mended: [] }, added: bug! } };
  const page = withMatrix('# Matrix\n', later, [NEW, OLD], Object.keys(CASES));
  expect(page).toContain('| by-a-case | mended | shown |');
  expect(page).toContain('| added | not run | not run |');
});

test('tests that did not run are shown as such, and results that are not as declared stand out', () => {
  const otherwise: MatrixResult = {
    ...NEW,
    cases: {
      ...CASES,
      other: { ...SEEN_CASE, standing: 'otherwise' },
      vector: { ...SEEN_CASE, standing: 'left out' },
    },
    bugs: { ...NEW.bugs, 'round trip': { ...SEEN, mysql: null, standing: 'otherwise' } },
  };
  const nothing: MatrixResult = { vitess: 'v0.23.3', mysqlImage: 'mysql:8.4', cases: {}, bugs: {} };
  const page = withMatrix('# Matrix\n', CATALOGUE, [otherwise, nothing, NEW], ['some', 'other', 'vector']);
  expect(page).toContain('|  | 24.0.4, MySQL 9.7.4, 2026-11-28 | 23.0.3, mysql:8.4 | 24.0.4');
  expect(page).toContain('| round trip | **otherwise** | not run | passes |');
  expect(page).toContain(
    '| fidelity | 1 of 3 cases as declared; left out: vector; **otherwise**: other | not run | 2 of 3 cases as declared; not run: vector |',
  );
});

test.each(Object.entries(MATRIX_PAGES))(
  'docs/%s has the results of the last run; UPDATE_GOLDEN=1 writes it',
  async (name, written) => {
    const docs = path.resolve(import.meta.dirname, '../../docs');
    const results = parseMatrix(JSON.parse(await readFile(path.join(docs, 'matrix.json'), 'utf8')));
    const page = await readFile(path.join(docs, name), 'utf8');
    const [catalogue, values] = [await readBugCatalogue(), await digestValueCases()];
    const anew = written(page, catalogue, ofTheseValues(results, catalogue, values), [...values.keys()]);
    const isWritten = process.env['UPDATE_GOLDEN'] === '1';
    if (isWritten) await writeFile(path.join(docs, name), anew);
    expect(isWritten ? anew : page).toBe(anew);
  },
);
