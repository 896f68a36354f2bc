import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { apt } from '../../docker/engine.ts';
import { trouble } from '../errors.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * Returns a headless Chromium of this machine. On Debian and its relatives, when run as root, it installs one if there
 * is none.
 */
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
  // A sandbox needs more than a container offers, and only our own file is opened.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file));
}
