import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from './browser.ts';

/**
 * `npm run picture -- DIR` takes the picture for the README from a saved run's page, so that it shows the current page.
 * It is the first screen, at a width that stays readable in the README.
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
