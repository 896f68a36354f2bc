import path from 'node:path';
import { writeWhole } from '../report/artifacts.ts';
import type { RunResult } from '../report/verdict.ts';
import { exercisedSection, failedStatementsSection } from './application-sections.ts';
import { estimateSection } from './estimate-section.ts';
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
import { STYLE } from './style.ts';
import { invariantsSection, preflightSection, thresholdsSection, verdictSection } from './verdict-sections.ts';

/**
 * Writes `report.html` into the folder of a run: one file that asks for nothing else.
 *
 * @returns its path. @throws as `readHistory`, for a folder without a history; trouble when it cannot be written.
 */
export async function writePage(folder: string, result: RunResult): Promise<string> {
  const file = path.join(folder, 'report.html');
  await writeWhole(file, page(await readRecordedRun(folder, result), result));
  return file;
}

const LINKS = {
  cutovers: 'cutovers',
  estimate: 'estimate',
  plots: 'plots',
  tables: 'tables',
  preflight: 'preflight',
  invariants: 'proof',
  runbook: 'runbook',
};

/** A whole HTML document. */
export function page(recorded: RecordedRun, result: RunResult): string {
  const title = `Rehearsal of ${result.fixture}`;
  const links = Object.entries(LINKS).filter(([id]) => id !== 'estimate' || result.estimate !== undefined);
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${title}: ${result.decision.verdict}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <h1>${title} <span class="unit">MySQL into Vitess, and back</span></h1>
        ${verdictSection(result)}
        <nav>${links.map(([id, text]) => html`<a href="#${id}">${text}</a> `)}</nav>
        ${thresholdsSection(result)} ${failedStatementsSection(result)} ${exercisedSection(result)}
        ${cutoversSection(recorded, result)} ${preflightSection(result)} ${estimateSection(result)}
        ${tablesSection(recorded, result)} ${stepsSection(recorded, result)} ${plotsSection(recorded, result)}
        ${invariantsSection(result)} ${workloadSection(result)} ${runbookSection(recorded)}
        ${settingsSection(recorded, result)}
      </body>
    </html> `;
  return document.text;
}
