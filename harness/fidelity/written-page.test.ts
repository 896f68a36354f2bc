import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { linkedReports } from '../markdown.ts';
import { reaches } from '../vitess-version.ts';
import { inVersion, readValueCases } from './value-case.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = await readFile(path.join(ROOT, 'docs/fidelity.md'), 'utf8');
const CASES = await readValueCases(path.join(ROOT, 'scenarios/fidelity/cases'));

test('docs/fidelity.md has exactly the cases there are; npm run fidelity writes it', () => {
  const sections = [...PAGE.matchAll(/^### (.+)$/gm)].map(([, name = '']) => name);
  const leftOut = [...PAGE.matchAll(/`([^`]+)` needs MySQL /g)].map(([, name = '']) => name);
  expect([...sections, ...leftOut].toSorted()).toEqual(CASES.map(({ name }) => name).toSorted());
});

test('docs/fidelity.md has each reason that is declared for the version that ran, and its report and rule', () => {
  const [, vitess = ''] = /^\| Vitess \| (\S+) \|/m.exec(PAGE) ?? [];
  expect(vitess).not.toBe('');
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| ['));
  const missing = CASES.flatMap((each) => {
    const { changes, stops, definitions } = inVersion(each, vitess);
    const mended = [...each.changes, ...each.stops].filter((declared) => reaches(vitess, declared.mended));
    return [...changes, ...stops, ...definitions, ...mended]
      .map(
        ({ reason, report, rule }) => `| ${reason.replaceAll('|', '\\|')} | ${linkedReports(report)} | \`${rule}\` |`,
      )
      .filter((end) => !rows.some((row) => row.startsWith(`| [${each.name}](`) && row.endsWith(end)));
  });
  expect(missing).toEqual([]);
});
