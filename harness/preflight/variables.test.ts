import { expect, test } from '@jest/globals';
import { timeZone } from './variables.ts';

test.each([
  ['UTC', 'SYSTEM', 'UTC', '+00:00'],
  ['UTC by another name', 'GMT', 'CET', '+00:00'],
  ['an offset', '+01:00', 'UTC', '+01:00'],
  ['a clock on GMT, which may be in London', 'SYSTEM', 'GMT', 'GMT (perhaps with summer time)'],
])('the time zone of a server: %s', (_, zone, clock, expected) => {
  const variables = new Map(Object.entries({ time_zone: zone, system_time_zone: clock }));
  expect(timeZone(variables)).toBe(expected);
});
