import { expect, test } from '@jest/globals';
import { isStill, SWITCH_POINTS, switchPoint } from './switch-point.ts';

test('a switch is still at a moment until it has done something after it', () => {
  expect(isStill('journal', 'journal')).toBe(true);
  expect(isStill('journal', 'journalled')).toBe(false);
  // Nothing is done between these two lines of the log.
  expect(isStill('allowWrites', 'allowWrites')).toBe(true);
  expect(isStill('journal', 'checked')).toBe(false);
  expect(isStill('locks', 'stopWrites')).toBe(false);
  expect(isStill('routing', 'switched')).toBe(false);
});

test('every moment that can be struck says what it is', () => {
  for (const moment of SWITCH_POINTS) expect(switchPoint('switchWrites', moment).about).not.toBe('');
});
