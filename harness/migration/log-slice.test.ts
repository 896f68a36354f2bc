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

test('what was there before is left out, and what comes late is waited for', async () => {
  await inFolder(async (file) => {
    await writeFile(file, 'before é\n');
    const slice = await LogSlice.from(file);
    await appendFile(file, 'one é\n');
    const lines = slice.until((line) => line === 'last');
    await appendFile(file, 'last\n');
    expect(await lines).toEqual(['one é', 'last', '']);
  });
});

test('where the last line never comes, what is there is given', async () => {
  await inFolder(async (file) => {
    await writeFile(file, '');
    const slice = await LogSlice.from(file);
    await appendFile(file, 'one\n');
    expect(await slice.until(() => false)).toEqual(['one', '']);
  });
});

test('a log that is not there is an error', async () => {
  await inFolder(async (file) => {
    await expect(LogSlice.from(file)).rejects.toThrow('ENOENT');
  });
});
