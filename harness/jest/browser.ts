import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { apt } from '../../docker/engine.ts';
import { trouble } from '../errors.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** A headless Chromium of this machine; on Debian and its relatives, and as root, one is installed where there is none. */
export async function openBrowser(): Promise<Browser> {
  let executablePath = findBrowser();
  if (executablePath === undefined && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    await apt(['update']);
    await apt(['install', '-y', '--no-install-recommends', 'chromium']);
    executablePath = findBrowser();
  }
  if (executablePath === undefined) {
    throw trouble({
      what: 'There is no Chromium to open the report in.',
      expected: `one of ${NAMES.join(', ')} in PATH`,
      next: 'Install Chromium, or run the tests as root on Debian, where they install it.',
    });
  }
  // A sandbox needs more than a container gives; what is opened is our own file.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file));
}
