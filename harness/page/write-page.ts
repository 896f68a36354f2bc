import path from 'node:path';
import { writeWhole } from '../report/artifacts.ts';
import type { RunResult } from '../report/verdict.ts';
import { exercisedSection, failedStatementsSection, transactionsSection } from './application-sections.ts';
import { estimateSection } from './estimate-section.ts';
import { faultsSection } from './faults-section.ts';
import { html, Html } from './html.ts';
import { readRecordedRun, type RecordedRun } from './recorded-run.ts';
import {
  cutoversSection,
  plotsSection,
  runbookSection,
  settingsSection,
  stepsSection,
  tablesSection,
  workloadSection,
} from './run-sections.ts';
import { SCRIPT_ELEMENT, SCRIPT_HASH } from './script.ts';
import { STYLE } from './style.ts';
import {
  invariantsSection,
  nextSection,
  preflightSection,
  thresholdsSection,
  verdictSection,
} from './verdict-sections.ts';

/**
 * Writes `report.html` into the folder of a run: one file that requests nothing else.
 *
 * @returns its path. @throws the same as `readHistory` for a folder without a history; trouble if it cannot be written.
 */
export async function writePage(folder: string, result: RunResult): Promise<string> {
  const file = path.join(folder, 'report.html');
  await writeWhole(file, page(await readRecordedRun(folder, result), result));
  return file;
}

const LINKS = {
  exercised: 'not exercised',
  invariants: 'invariants',
  transactions: 'transactions',
  cutovers: 'cutovers',
  faults: 'when something breaks',
  tables: 'tables',
  preflight: 'preflight',
  estimate: 'estimate',
  plots: 'plots',
  steps: 'steps',
  runbook: 'runbook',
};

/** A whole HTML document. */
export function page(recorded: RecordedRun, result: RunResult): string {
  const title = `Rehearsal of ${result.fixture}`;
  const lead = html`${verdictSection(result)} ${thresholdsSection(result)} ${nextSection(recorded, result)}`;
  const rest = html`${exercisedSection(recorded, result)} ${invariantsSection(result)}
  ${failedStatementsSection(result)} ${transactionsSection(result)} ${cutoversSection(recorded, result)}
  ${faultsSection(result)} ${tablesSection(recorded, result)} ${preflightSection(result)} ${estimateSection(result)}
  ${plotsSection(recorded, result)} ${stepsSection(recorded, result)} ${workloadSection(result)}
  ${runbookSection(recorded, result)} ${settingsSection(recorded, result)}`;
  const links = Object.entries(LINKS).filter(([id]) => rest.text.includes(`<section id="${id}">`));
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${title}: ${result.decision.verdict}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <h1>${title} <span class="unit">MySQL into Vitess, and back</span></h1>
        ${lead}
        <nav>${links.map(([id, text]) => html`<a href="#${id}">${text}</a> `)}</nav>
        ${rest} ${SCRIPT_ELEMENT}
      </body>
    </html> `;
  return document.text;
}
