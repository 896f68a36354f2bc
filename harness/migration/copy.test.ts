import { expect, test } from '@jest/globals';
import type { Stream } from '../vtctl/move-tables.ts';
import { isCopied } from './copy.ts';

const DONE: Stream = {
  tablet: 'zone1-200',
  state: 'Running',
  message: '',
  position: 'e9bfc32b-e6a8-11f1-8ecb-0242ac130003:1-26',
  rowsCopied: 5n,
  copying: [],
};

function workflow(...streams: Stream[]) {
  return { name: 'w', sourceKeyspace: 's', targetKeyspace: 't', lagSeconds: 0, streams };
}

test('a copy has ended when every stream is running from a position, with no table left', () => {
  expect(isCopied(workflow(DONE, DONE))).toBe(true);
});

test.each([
  ['no stream', []],
  ['a stream that copies', [DONE, { ...DONE, state: 'Copying' }]],
  ['a table left to copy', [{ ...DONE, copying: ['corder'] }]],
  ['a stream that was just started', [{ ...DONE, position: '' }]],
])('%s is not a finished copy', (_, streams) => {
  expect(isCopied(workflow(...streams))).toBe(false);
});
