import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { OLDEST_NODE, refuseOldNode } from './node-version.ts';

test.each(['20.20.2', '22.22.0', '24.9.9', '24.14.1'])('Node %s is refused, with what to do', (version) => {
  expect(() => refuseOldNode(version)).toThrow(version);
  expect(() => refuseOldNode(version)).toThrow('node@24');
});

test.each(['24.15.0', '24.21.0', '25.0.0', '100.0.0'])('Node %s is accepted', (version) => {
  expect(() => refuseOldNode(version)).not.toThrow();
});

test('package.json requires the same version', async () => {
  const text = await readFile(path.join(import.meta.dirname, '../../package.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ engines: { node: `>=${OLDEST_NODE}` } });
});
