import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { readValueCases } from '../fidelity/value-case.ts';
import { golden } from '../report/golden/golden.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules.ts';

/** One, two and three. */
const LIST = new Intl.ListFormat('en-GB');
const CASES = 'scenarios/preflight/rules';

test('docs/preflight.md lists the rules as they are; UPDATE_GOLDEN=1 writes it', () => {
  const text = page(RULES);
  expect(golden('../../../docs/preflight.md', text)).toBe(text);
});

test('an id names one rule, in kebab case, and every rule says what and why', () => {
  const ids = RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, title, why } of RULES) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).not.toBe('');
    expect(why).toMatch(/\.$/);
  }
});

test('a rule that warns of what a case of fidelity shows says so last, with the names of all such cases', async () => {
  const cases = await readValueCases(path.resolve('scenarios/fidelity/cases'));
  const named = cases.flatMap(({ name, changes, stops, definitions }) =>
    [...new Set([...changes, ...stops, ...definitions].map(({ rule }) => rule))].flatMap((rule) =>
      rule ? [{ rule, name }] : [],
    ),
  );
  const wanted = [...Map.groupBy(named, ({ rule }) => rule)].map(([id, of]) => {
    return [id, `See docs/fidelity.md, ${LIST.format(of.map(({ name }) => name))}.`] as const;
  });
  expect(wanted).not.toEqual([]);
  for (const [id, words] of wanted) {
    const why = RULES.find((rule) => rule.id === id)?.why;
    expect({ id, last: why?.slice(-words.length) }).toEqual({ id, last: words });
  }
});

function page(rules: readonly Rule[]): string {
  return [
    '# What preflight judges',
    '',
    'For anyone who has a finding from preflight, or wants to know what stops a migration before it begins.',
    '',
    `There are ${rules.length} rules, listed in the order in which to fix what they find. Both \`npm run roundtrip -- preflight\` and a rehearsal judge by all of them, and a blocker stops either; \`preflight.accept\` in a config lists the ids of those that are known. If a finding is less severe than its rule, it says so.`,
    '',
    'Rules that compare with the target read its MySQL: the one that a rehearsal starts for it, with Vitess’ own my.cnf, or `target.mysql.target` of a config. A live source without a target is judged by the other rules, and by `timestamp-default` as if the target were in UTC.',
    '',
    'Each rule is tested on a real MySQL with the SQL in the last column: it must find what breaks it, and nothing in what almost does; a fix that is SQL must work.',
    '',
    'This page is written by a unit test from the rules themselves: `UPDATE_GOLDEN=1 npx jest --selectProjects unit --testPathPatterns preflight/rules`.',
    '',
    '| rule | severity | what is wrong | why it matters | cases |',
    '| --- | --- | --- | --- | --- |',
    ...rules.map((rule) => `| ${cells(rule).map(escaped).join(' | ')} |`),
    '',
  ].join('\n');
}

function cells({ id, severity, title, why }: Rule): readonly string[] {
  const linked = why.replaceAll(/docs\/(\w+\.md)/g, '[$1]($1)');
  return [`\`${id}\``, severity, title, linked, casesOf(id)];
}

function casesOf(id: string): string {
  const files = readdirSync(path.resolve(CASES, id)).filter((name) => name.endsWith('.sql'));
  const names = files.map((file) => path.basename(file, '.sql')).toSorted();
  return names.map((name) => `[${name}](../${CASES}/${id}/${name}.sql)`).join(', ');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`);
}
