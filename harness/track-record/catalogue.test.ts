import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { readValueCases } from '../fidelity/value-case.ts';
import { bugNamed, readBugCatalogue, type ShownBy } from './catalogue.ts';
import { ROUND_TRIP } from './results.ts';

const SCENARIOS = path.resolve(import.meta.dirname, '../../scenarios');
const catalogue = await readBugCatalogue();
const ofBugs = [...Object.values(catalogue.bugs), ...Object.values(catalogue.notShown)];
const shownBy = [ROUND_TRIP, ...ofBugs.map((each) => each.shownBy)];
const scenarios = shownBy.flatMap((by) => ('scenario' in by ? [by] : []));

test('whatever shows a bug exists', async () => {
  const cases = shownBy.flatMap((by) => ('case' in by ? [by.case] : []));
  expect(cases.filter((name) => !existsSync(path.join(SCENARIOS, 'fidelity/cases', name)))).toEqual([]);
  for (const { scenario, tests: titles } of scenarios) {
    const text = await readFile(path.join(SCENARIOS, scenario), 'utf8');
    expect(titles.filter((title) => !text.includes(`'${title}'`))).toEqual([]);
  }
});

test('every test of scenarios/vitess-bugs/ is in the catalogue, so the matrix runs it', async () => {
  const files = (await readdir(path.join(SCENARIOS, 'vitess-bugs'))).filter((file) => file.endsWith('.ts'));
  for (const file of files) {
    const text = await readFile(path.join(SCENARIOS, 'vitess-bugs', file), 'utf8');
    const there = [...text.matchAll(/(?:^(?:test|scenario)\(|^ +title:)\s*'(.+)',/gm)].map(([, title]) => title);
    const named = scenarios.flatMap(({ scenario, tests }) => (scenario === `vitess-bugs/${file}` ? tests : []));
    expect({ file, there: new Set(there) }).toEqual({ file, there: new Set(named) });
  }
});

test('a bug has one name', () => {
  expect(Object.keys(catalogue.bugs).filter((name) => name in catalogue.notShown)).toEqual([]);
  expect(() => bugNamed(catalogue, 'no-such-bug')).toThrow('The catalogue has no such bug.');
});

test('a test of a bug that is not in all versions can tell whether it is there', async () => {
  const cases = await readValueCases(path.join(SCENARIOS, 'fidelity/cases'));
  const canTell = async (bug: string, by: ShownBy) => {
    if ('scenario' in by) {
      const text = await readFile(path.join(SCENARIOS, by.scenario), 'utf8');
      return text.includes('stillSo(') && text.includes(`'${bug}'`);
    }
    const declared = cases
      .filter(({ name }) => name === by.case)
      .flatMap(({ changes, stops }) => [...changes, ...stops]);
    return declared.some((each) => each.bug === bug);
  };
  for (const [bug, { since, mended, shownBy: by }] of Object.entries(catalogue.bugs)) {
    const isEverywhere = since.length + mended.length === 0;
    expect({ bug, canTell: isEverywhere || (await canTell(bug, by)) }).toEqual({ bug, canTell: true });
  }
});

test('a case of fidelity names bugs that the catalogue says it shows', async () => {
  for (const { name, changes, stops } of await readValueCases(path.join(SCENARIOS, 'fidelity/cases'))) {
    const named = [...changes, ...stops].flatMap(({ bug, unless }) => [bug ?? [], unless ?? []].flat());
    const shown = named.map((bug) => catalogue.bugs[bug]?.shownBy);
    expect({ name, shown }).toEqual({ name, shown: named.map(() => ({ case: name })) });
  }
});

test('whether VDiff sees a bug is what its case of fidelity declares', async () => {
  for (const { name, changes, definitions } of await readValueCases(path.join(SCENARIOS, 'fidelity/cases'))) {
    const bugs = Object.values(catalogue.bugs).filter(({ shownBy: by }) => 'case' in by && by.case === name);
    const ofData = bugs.filter(({ effect }) => !effect.startsWith('stops'));
    if (ofData.length === 0) continue;
    const said = ofData.map(({ seenBy }) => (seenBy.startsWith('VDiff') ? 'differs' : 'equal'));
    // What happens where a bug is mended is no bug of the catalogue.
    const declared = changes.filter(({ unless }) => unless === undefined).map(({ vdiff }) => vdiff);
    // It does not compare definitions.
    const all = [...declared, ...definitions.map(() => 'equal' as const)];
    expect({ name, vdiff: new Set(said) }).toEqual({ name, vdiff: new Set(all) });
  }
});

test('a bug is one of vtgate if a scenario about vtgate shows it, and then no comparison of the sides sees it', () => {
  for (const [bug, { ofVtgate, seenBy, shownBy: by }] of Object.entries(catalogue.bugs)) {
    const isAbout = 'scenario' in by && /-vtgate\.ts$|with-in-parentheses/.test(by.scenario);
    expect({ bug, ofVtgate }).toEqual({ bug, ofVtgate: isAbout });
    expect({ bug, isCompared: ofVtgate && /VDiff|checksum/.test(seenBy) }).toEqual({ bug, isCompared: false });
  }
});
