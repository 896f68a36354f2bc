import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from './browser.ts';

/**
 * `npm run picture -- DIR`: takes the picture for README from a saved run's page, so it shows what the page is today.
 * It is the first screen, at a width that stays readable in README.
 */
const PICTURE = path.resolve(import.meta.dirname, '../../docs/report.png');
const SCREEN = { width: 1000, height: 720 };

const [folder = 'artifacts/latest'] = process.argv.slice(2);
const report = path.resolve(folder, 'report.html');
await stat(report);
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: SCREEN, colorScheme: 'light' });
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({ path: PICTURE });
} finally {
  await browser.close();
}
const { size } = await stat(PICTURE);
process.stdout.write(`${path.relative('.', PICTURE)}: ${Math.ceil(size / 1000)} kB\n`);
