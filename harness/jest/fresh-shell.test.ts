import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { tellGroup } from '../process-group.ts';
import { freshShell } from './fresh-shell.ts';

const cwd = tmpdir();

test('a command whose time is up ends with everything that it started', async () => {
  const { exitCode, output } = await freshShell('echo $$; sleep 600 & wait', { cwd, timeoutMs: 1_000 });
  expect(exitCode).toBeUndefined();
  expect(output).toContain('It was ended, because it took longer than 1 s.');
  expect(tellGroup(Number.parseInt(output, 10), 0)).toBe(false);
}, 30_000);

test('variables that change our commands are not passed on, but settings of the machine are', async () => {
  const given = { ROUNDTRIP_SEED: '7', UPDATE_GOLDEN: '1', ROUNDTRIP_DEBIAN_MIRROR: 'http://our.example', HERE: 'yes' };
  const before = { ...process.env };
  Object.assign(process.env, given);
  try {
    const { output } = await freshShell('echo "$ROUNDTRIP_SEED$UPDATE_GOLDEN$ROUNDTRIP_DEBIAN_MIRROR $HERE"', { cwd });
    expect(output).toBe('http://our.example yes');
  } finally {
    for (const name of Object.keys(given)) delete process.env[name];
    Object.assign(process.env, before);
  }
});
