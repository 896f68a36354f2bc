import { expect, test } from '@jest/globals';
import { linkedReports, markdownTable, withSection } from './markdown.ts';

test('a table has a header, and its cells have no line of their own', () => {
  expect(markdownTable([['a'], ['b|c\nd']])).toBe('| a |\n| --- |\n| b\\|c d |');
});

test('a section is replaced, and everything around it stays', () => {
  const page = '# Page\n\nProse.\n\n## One\n\nold\n\n## Two\n\nstays\n';
  const written = withSection(page, '## One', 'new');
  expect(written).toBe('# Page\n\nProse.\n\n## One\n\nnew\n\n## Two\n\nstays\n');
  expect(withSection(written, '## One', 'new')).toBe(written);
  expect(withSection(page, '## Two', 'last')).toBe('# Page\n\nProse.\n\n## One\n\nold\n\n## Two\n\nlast\n');
  expect(withSection('# Page\n', '## One', 'first')).toBe('# Page\n\n## One\n\nfirst\n');
});

test('the number of a report becomes a link', () => {
  expect(linkedReports('vitessio/vitess#1, open')).toBe('[#1](https://github.com/vitessio/vitess/issues/1), open');
});
