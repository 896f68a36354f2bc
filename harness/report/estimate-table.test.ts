import { expect, test } from '@jest/globals';
import { estimateLines, estimateWithReasons } from './estimate-table.ts';
import { golden } from './golden/golden.ts';
import { ESTIMATE } from './golden/results.ts';
import { painter } from './paint.ts';

test('an estimate is a table, followed by what each figure rests on', () => {
  const text = `${estimateWithReasons(ESTIMATE, painter(false)).join('\n')}\n`;
  expect(text).toBe(golden('estimate.txt', text));
});

test('a figure that never ends stands out in colour', () => {
  const lines = estimateLines(ESTIMATE, painter(true)).join('\n');
  expect(lines).toContain('\u001B[31mnever');
});
