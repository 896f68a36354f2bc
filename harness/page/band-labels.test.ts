import { expect, test } from '@jest/globals';
import { bandLabels } from './band-labels.ts';
import type { Band } from './chart.ts';

function bandsAt(...starts: number[]): Band[] {
  const bands = starts.map((fromMs, at): Band => {
    return { name: `${at + 1} switch`, short: `${at + 1}`, fromMs, toMs: fromMs + 1, kind: 'switch' };
  });
  return [{ name: 'copy', fromMs: 0, toMs: 9, kind: 'step' }, ...bands];
}

function labelsOf(starts: number[], isNarrow = false): string[] {
  return [...bandLabels(bandsAt(...starts), 1, isNarrow).values()];
}

test('names are shown if there is room for all of them, and short ones otherwise', () => {
  expect(labelsOf([100, 200, 400])).toEqual(['1 switch', '2 switch', '3 switch']);
  expect(labelsOf([100, 150, 400])).toEqual(['1', '2', '3']);
  expect(labelsOf([100, 200, 400], true)).toEqual(['1', '2', '3']);
});

test('labels that would overlap are shown together', () => {
  expect(labelsOf([100, 105, 110, 400])).toEqual(['1,2,3', '4']);
});
