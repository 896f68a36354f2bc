import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { execa } from 'execa';
import { withFiles } from './with-files.ts';

test('a command without files stays as it is', () => {
  expect(withFiles(['mysqld', '--port=1'], {})).toEqual({ command: ['mysqld', '--port=1'], environment: {} });
});

test('files are written as they are, and the command runs with its arguments and without their content', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'with-files-'));
  try {
    const files = {
      [`${folder}/it's/deep/a.sql`]: `-- %s $HOME \\n 'quoted'\n\n`,
      [`${folder}/empty`]: '',
    };
    const shows = 'printf "%s|" "$@"; env | grep -c ROUNDTRIP_FILE || :';
    const { command, environment } = withFiles(['sh', '-c', shows, 'name', 'a b', '$HOME'], files);
    const { stdout } = await execa(command[0]!, command.slice(1), { env: environment });
    expect(stdout).toBe('a b|$HOME|0');
    for (const [file, content] of Object.entries(files)) expect(await readFile(file, 'utf8')).toBe(content);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a file that cannot be written ends the command before it starts', async () => {
  const { command, environment } = withFiles(['echo', 'started'], { '/proc/none/file': 'x' });
  const { exitCode, stdout } = await execa(command[0]!, command.slice(1), { env: environment, reject: false });
  expect({ hasStarted: stdout !== '', hasFailed: exitCode !== 0 }).toEqual({ hasStarted: false, hasFailed: true });
});
