import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../harness/jest/browser.ts';
import { roundtrip } from '../../harness/jest/roundtrip.ts';

// Claim: a schema with foreign keys, a view, a trigger and a routine goes from its file to a page with a verdict: no-go
// while a trigger would be lost, and go without it.

let folder = '';
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-own-'));
  await copyFile(path.join(import.meta.dirname, 'library.sql'), path.join(folder, 'library.sql'));
  browser = await openBrowser();
}, 300_000);

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

const CONFIG = {
  name: 'library',
  source: { file: 'library.sql', settings: { log_bin_trust_function_creators: 1 } },
  keyspaces: { source: 'library', target: 'shelves' },
  data: { from: 'generated', rows: { '*': 400, shelf: 40 } },
  workload: { rate: 60, connections: 4 },
  cluster: { replicas: 2, rdonlys: 0 },
  thresholds: { writeGapMs: 20_000, lagMs: 30_000 },
};

async function rehearse(config: object) {
  const file = path.join(folder, 'roundtrip.config.json');
  await writeFile(file, JSON.stringify(config));
  const run = await roundtrip(['rehearse', '--config', file, '--seed', '5']);
  const [, artifacts = ''] = /^ {2}artifacts +(\S+)/m.exec(run.output) ?? [];
  return { ...run, artifacts: path.resolve(artifacts) };
}

/** Opens a report, and fails on any request for something other than the report itself. */
async function open(artifacts: string, options: Parameters<Browser['newPage']>[0]): Promise<Page> {
  const page = await browser.newPage(options);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => asked.push(message.text()));
  const address = pathToFileURL(path.join(artifacts, 'report.html')).href;
  await page.goto(address);
  expect(asked).toEqual([address]);
  return page;
}

test('a trigger on a table that moves is a no-go, shown on the page, before anything is migrated', async () => {
  const { exitCode, output, artifacts } = await rehearse(CONFIG);
  expect(output).toMatch(/^NO-GO {2}/m);
  expect(exitCode).toBe(1);
  await using page = await open(artifacts, {});
  expect(await page.locator('#verdict strong').textContent()).toBe('NO-GO');
  expect(await page.locator('#preflight').textContent()).toContain('loan_fee');
  expect(await page.locator('#preflight .blocker').count()).toBeGreaterThan(0);
}, 300_000);

test('without the trigger the answer is go, and the page shows everything', async () => {
  const source = { ...CONFIG.source, leaveOut: ['triggers'] };
  const { exitCode, output, artifacts } = await rehearse({ ...CONFIG, source });
  expect(output).toMatch(/^GO {2}14 of 14 steps passed/m);
  expect(exitCode).toBe(0);
  const junit = await readFile(path.join(artifacts, 'junit.xml'), 'utf8');
  expect(junit).toContain('rehearsal of library: go');
  expect(junit).not.toMatch(/<failure|<error/);

  await using page = await open(artifacts, { viewport: { width: 1100, height: 900 }, colorScheme: 'light' });
  expect(await page.locator('#verdict strong').textContent()).toBe('GO');
  for (const id of ['thresholds', 'cutovers', 'preflight', 'tables', 'steps', 'plots', 'invariants', 'runbook']) {
    expect(await page.locator(`#${id} h2`).isVisible()).toBe(true);
  }
  expect(await page.locator('#tables tbody tr').count()).toBe(4);
  expect(await page.locator('#tables tbody').textContent()).toMatch(/author.*book.*loan.*shelf/s);
  expect(await page.locator('#invariants .pass').count()).toBe(15);
  expect(await page.locator('#cutovers figure').count()).toBe(3);
  expect(await page.locator('#steps .bar i').count()).toBeGreaterThan(20);
  expect(await page.locator('#next li').count()).toBe(3);
  const byName = page.locator('#tables th button').first();
  await byName.click();
  await byName.click();
  expect(await page.locator('#tables tbody td').first().textContent()).toBe('shelf');
  await expectPlots(page, 'wide');
  await expectInk(page, 'Lag of the workflows');
  await expectInk(page, 'Rows copied');
  expect(await page.locator('#runbook').textContent()).toContain('library2shelves');
  await page.screenshot({ path: path.join(artifacts, 'report-light.png'), fullPage: true });

  await using dark = await open(artifacts, { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' });
  const [light, shade] = await Promise.all([page, dark].map(brightness));
  expect(light).toBeGreaterThan(200);
  expect(shade).toBeLessThan(60);
  await dark.screenshot({ path: path.join(artifacts, 'report-dark.png'), fullPage: true });

  await using phone = await open(artifacts, { viewport: { width: 390, height: 800 }, isMobile: true });
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await expectPlots(phone, 'narrow');
  await phone.screenshot({ path: path.join(artifacts, 'report-phone.png'), fullPage: true });

  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await brightness(page)).toBe(255);
  expect(await page.locator('#runbook pre.back').first().isVisible()).toBe(true);
  await page.pdf({ path: path.join(artifacts, 'report.pdf') });
}, 600_000);

/** Each plot is drawn at two widths, and the one that fits is visible. */
async function expectPlots(page: Page, shown: 'wide' | 'narrow'): Promise<void> {
  const plots = page.locator('#plots figure');
  expect(await plots.count()).toBe(6);
  const hidden = shown === 'wide' ? 'narrow' : 'wide';
  const svgs = page.locator(`#plots .${shown} svg, #cutovers .${shown} svg`);
  expect(await svgs.count()).toBeGreaterThanOrEqual(8);
  for (const svg of await svgs.all()) {
    const box = await svg.boundingBox();
    expect(box!.width).toBeGreaterThan(300);
    expect(box!.height).toBeGreaterThan(100);
  }
  for (const svg of await page.locator(`.${hidden} svg`).all()) expect(await svg.isVisible()).toBe(false);
}

/** A plot has a line in the page's own colour, and not in the placeholder for it. */
async function expectInk(page: Page, title: string): Promise<void> {
  // This is text, because the names of the browser's types are not known to this program.
  const figure = `[...document.querySelectorAll('#plots figure')].find((each) => each.textContent.includes('${title}'))`;
  const line = `${figure}.querySelector('.wide path[stroke="var(--blue)"]')`;
  expect(await page.evaluate(`getComputedStyle(${line}).stroke`)).toBe('rgb(31, 111, 235)');
}

async function brightness(page: Page): Promise<number> {
  const colour = await page.evaluate('getComputedStyle(document.body).backgroundColor');
  return Number(/\d+/.exec(String(colour))?.[0]);
}
