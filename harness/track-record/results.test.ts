import { expect, test } from '@jest/globals';
import type { BugCatalogue } from './catalogue.ts';
import {
  notAsDeclared,
  ofTheseValues,
  parseMatrix,
  ROUND_TRIP,
  standingIn,
  watched,
  WATCHED_ROUND_TRIP,
  withRun,
  type MatrixResult,
  type MatrixRun,
  type TestOutcome,
} from './results.ts';

const BUG = { sees: '', effect: 'lost', seenBy: 'VDiff', report: 'none found', ofVtgate: false, since: [], mended: [] };
const LOST = { scenario: 'faults/one.ts', tests: ['it is lost'] };
const RAN_LOST = { scenario: LOST.scenario, test: 'it is lost' };
const RAN_ROUND_TRIP = { scenario: ROUND_TRIP.scenario, test: ROUND_TRIP.tests[0]! };
const CATALOGUE: BugCatalogue = {
  bugs: {
    'by-a-case': { ...BUG, mended: ['24.0.3'], shownBy: { case: 'some' } },
    'by-a-test': { ...BUG, shownBy: LOST },
    'of-24': { ...BUG, since: ['24.0.1'], shownBy: { case: 'other' } },
    'too-new': { ...BUG, shownBy: { case: 'vector' } },
  },
  notShown: { 'in-vain': { report: 'none found', said: 'It is spoilt.', shownBy: { case: 'other' } } },
};
const RUN: MatrixRun = {
  asked: [WATCHED_ROUND_TRIP, ...watched(CATALOGUE)],
  askedCases: 'all',
  cases: new Map([
    ['some', 'as declared'],
    ['other', 'as declared'],
    ['vector', 'left out'],
  ]),
  values: new Map([
    ['some', '1a'],
    ['other', '2b'],
    ['vector', '3c'],
  ]),
  tests: [
    { ...RAN_ROUND_TRIP, outcome: 'passed' },
    { ...RAN_LOST, outcome: 'passed' },
  ],
  on: '2026-11-28',
  mysql: '9.7.4',
};
const NOTHING: MatrixResult = { vitess: 'v0.24.4', mysqlImage: null, cases: {}, bugs: {} };

function standings({ bugs }: MatrixResult): Record<string, string> {
  return Object.fromEntries(Object.entries(bugs).map(([name, { standing }]) => [name, standing]));
}

test('a test that passed is stored as the catalogue has it for the version that ran', () => {
  const whole = { 'round trip': 'passes', 'by-a-test': 'shown', 'in-vain': 'not shown' };
  const result = withRun(NOTHING, RUN);
  expect(standings(result)).toEqual({ ...whole, 'by-a-case': 'mended', 'of-24': 'shown' });
  expect(result.bugs['by-a-case']).toEqual({ standing: 'mended', on: '2026-11-28', mysql: '9.7.4' });
  expect(result.cases['vector']?.standing).toBe('left out');
  const old = withRun({ ...NOTHING, vitess: 'v0.23.3' }, RUN);
  expect(standings(old)).toEqual({ ...whole, 'by-a-case': 'shown', 'of-24': 'not shown' });
  expect(parseMatrix(JSON.parse(JSON.stringify([result, old])))).toEqual([result, old]);
});

test('whatever was meant to be seen again and was not counts as not run, and everything else stays', () => {
  const before = withRun(NOTHING, RUN);
  const bugs = watched(CATALOGUE).filter(({ name }) => name === 'by-a-test' || name === 'of-24');
  const run: MatrixRun = { ...RUN, asked: bugs, askedCases: ['other'], cases: new Map(), tests: [], on: '2026-12-01' };
  const after = withRun(before, run);
  const { 'by-a-test': _, 'of-24': __, ...others } = before.bugs;
  expect(after.bugs).toEqual(others);
  expect(Object.keys(after.cases)).toEqual(['some', 'vector']);
  const failed = withRun(before, { ...run, tests: [{ ...RAN_LOST, outcome: 'unknown' }] });
  expect(failed.bugs['by-a-test']).toEqual({ standing: 'unknown', on: '2026-12-01', mysql: '9.7.4' });
  expect(Object.keys(withRun(before, { ...run, askedCases: 'all' }).cases)).toEqual([]);
});

test('what was seen of a case does not count once its values are others, nor of the bugs that it shows', () => {
  const result = withRun(NOTHING, RUN);
  expect(ofTheseValues([result], CATALOGUE, RUN.values)).toEqual([result]);
  const [left] = ofTheseValues([result], CATALOGUE, new Map([...RUN.values, ['some', '4d']]));
  expect(Object.keys(left!.cases)).toEqual(['other', 'vector']);
  expect(Object.keys(left!.bugs)).toEqual(['round trip', 'by-a-test', 'of-24', 'in-vain']);
});

test('a run is judged only by what it was supposed to see', () => {
  expect(notAsDeclared({ ...RUN, asked: RUN.asked.filter(({ name }) => name !== 'too-new') }, NOTHING)).toEqual([]);
  const run: MatrixRun = {
    ...RUN,
    cases: new Map([['some', 'otherwise']]),
    tests: [{ ...RAN_ROUND_TRIP, outcome: 'failed' }],
  };
  expect(notAsDeclared({ ...run, asked: run.asked.slice(0, 3) }, NOTHING)).toEqual([
    '24.0.4, MySQL 9.7.4: round trip: otherwise',
    '24.0.4, MySQL 9.7.4: by-a-case: otherwise',
    '24.0.4, MySQL 9.7.4: by-a-test: not run',
    '24.0.4, MySQL 9.7.4: some: otherwise',
  ]);
  const nothing: MatrixRun = { ...RUN, asked: [], cases: new Map(), mysql: null };
  expect(notAsDeclared(nothing, { ...NOTHING, mysqlImage: 'mysql:8.4' })).toEqual([
    '24.0.4, mysql:8.4: fidelity: not run',
  ]);
});

test('if several tests show a bug, each must be as declared', () => {
  const [bug] = watched({
    bugs: { twice: { ...BUG, shownBy: { scenario: 'faults/one.ts', tests: ['it is lost', 'it stays lost'] } } },
    notShown: {},
  });
  const standing = (...outcomes: readonly (readonly [string, TestOutcome])[]) => {
    const tests = outcomes.map(([title, outcome]) => ({ scenario: 'faults/one.ts', test: title, outcome }));
    return standingIn({ ...RUN, tests }, bug!, '24.0.4');
  };
  expect(standing(['it is lost', 'passed'], ['it stays lost', 'passed'])).toBe('shown');
  expect(standing(['it is lost', 'passed'], ['it stays lost', 'failed'])).toBe('otherwise');
  expect(standing(['it stays lost', 'failed'])).toBe('otherwise');
  expect(standing(['it is lost', 'passed'], ['it stays lost', 'unknown'])).toBe('unknown');
  expect(standing(['it is lost', 'passed'])).toBeNull();
});
