import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { LogSlice } from './log-slice.ts';

async function inFolder(body: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'log-slice-'));
  try {
    await body(path.join(folder, 'vtctld.log'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('earlier lines are left out, and late lines are waited for', async () => {
  await inFolder(async (file) => {
    await writeFile(file, 'before é\n');
    const slice = await LogSlice.from(file);
    await appendFile(file, 'one é\n');
    const lines = slice.until((line) => line === 'last');
    await appendFile(file, 'last\n');
    expect(await lines).toEqual(['one é', 'last', '']);
  });
});

test('if the last line never comes, the lines so far are returned', async () => {
  await inFolder(async (file) => {
    await writeFile(file, '');
    const slice = await LogSlice.from(file);
    await appendFile(file, 'one\n');
    expect(await slice.until(() => false)).toEqual(['one', '']);
  });
});

test('a missing log is an error', async () => {
  await inFolder(async (file) => {
    await expect(LogSlice.from(file)).rejects.toThrow('ENOENT');
  });
});
