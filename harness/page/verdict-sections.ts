import type { ThresholdResult } from '../report/decision.ts';
import { amountOf, findingCounts } from '../report/decision-table.ts';
import { formatCount, formatDuration } from '../report/format.ts';
import { INVARIANTS } from '../history/invariants.ts';
import type { PreflightFinding } from '../history/observations.ts';
import type { NextStep } from '../report/advice.ts';
import { placeOf } from '../report/invariants-table.ts';
import { nextSteps } from '../report/next-steps.ts';
import type { RunResult } from '../report/verdict.ts';
import { html, type Html } from './html.ts';
import type { RecordedRun } from './recorded-run.ts';
import { left, longTable, right, table, word } from './tables.ts';

/** Go, no-go or unknown, and why. */
export function verdictSection(run: RunResult): Html {
  const { decision, steps, totalMs } = run;
  const passed = steps.filter(({ verdict }) => verdict === 'pass').length;
  const ran = steps.length === 0 ? 'no step ran, ended after' : `${passed} of ${steps.length} steps passed in`;
  return html`<div class="verdict ${decision.verdict}" id="verdict">
      <strong class="${decision.verdict}">${decision.verdict.toUpperCase()}</strong>
      <span>${ran} ${formatDuration(totalMs)}</span>
    </div>
    ${
      decision.reasons.length === 0
        ? null
        : html`<ul>
            ${decision.reasons.map((reason) => html`<li>${reason}</li>`)}
          </ul>`
    }`;
}

/** The few things to do next, which follow from the decision. */
export function nextSection({ run, steps, runbook }: RecordedRun, result: RunResult): Html {
  const failed = steps.flatMap(({ name, verdict, error }) =>
    verdict === 'pass' || error === null ? [] : [{ name, error }],
  );
  const points = nextSteps(result, { run, failed, hasRunbook: runbook.length > 0 });
  return section(
    'next',
    'What to do next',
    html`<ol class="next">
      ${points.map(nextPoint)}
    </ol>`,
  );
}

const SEE = {
  cutovers: 'See the cutovers.',
  exercised: 'See which.',
  'failed-statements': 'See what failed.',
  invariants: 'See the findings.',
  preflight: 'See preflight.',
  runbook: 'See the runbook.',
  tables: 'See the tables.',
} as const satisfies Record<NonNullable<NextStep['see']>, string>;

function nextPoint({ about, text, code, see }: NextStep): Html {
  return html`<li>
    <strong>${about}</strong>: ${text} ${see === undefined ? null : html`<a href="#${see}">${SEE[see]}</a>`}
    ${code === undefined ? null : html`<pre>${code}</pre>`}
  </li>`;
}

/** Every limit and what was measured against it. */
export function thresholdsSection({ decision }: RunResult): Html | null {
  if (decision.thresholds.length === 0) return null;
  const rows = decision.thresholds.map((threshold) => [
    threshold.title,
    threshold.measured === null ? 'not measured' : amountOf(threshold, threshold.measured),
    amountOf(threshold, threshold.limit),
    keptOf(threshold),
  ]);
  return section(
    'thresholds',
    'Limits',
    table([left('figure'), right('measured'), right('limit'), left('kept')], rows),
  );
}

function keptOf({ met, excuse }: ThresholdResult): Html {
  if (met === null) return word('unknown');
  if (excuse === undefined) return word(met ? 'yes' : 'no');
  return html`${word('unknown')} <span class="dim">no, not judged, as ${excuse}</span>`;
}

const SEVERITIES = ['blocker', 'warning', 'note'] as const;

/** What must be done first, worst first, with one card per rule. */
export function preflightSection({ preflight, phases }: RunResult): Html | null {
  if (preflight.length === 0 && !phases.some(({ name }) => name === 'preflight')) return null;
  const sorted = SEVERITIES.flatMap((severity) => preflight.filter((finding) => finding.severity === severity));
  const rules = [...new Set(sorted.map(({ rule }) => rule))];
  const cards = rules.map((rule) =>
    card(
      rule,
      sorted.filter((finding) => finding.rule === rule),
    ),
  );
  return section(
    'preflight',
    'Preflight',
    html`<p>${findingCounts(preflight)}</p>
      ${cards}`,
  );
}

function card(rule: string, findings: readonly PreflightFinding[]): Html {
  const { severity, why } = findings[0]!;
  const mends = findings.flatMap(({ mend }) => mend ?? []);
  return html`<div class="card">
    <h3>${word(severity)} <code>${rule}</code></h3>
    <ul>
      ${findings.map(({ what, where }) => html`<li>${what} <span class="dim">${where}</span></li>`)}
    </ul>
    <p>${why}</p>
    ${mends.length === 0 ? null : html`<pre>${[...new Set(mends)].join('\n')}</pre>`}
  </div>`;
}

/** Each invariant with its claim in words, and the first, worst and last finding of each broken one. */
export function invariantsSection({ invariants }: RunResult): Html {
  const rows = invariants.map(({ id, judged, count, verdict, reason }) => [
    html`${sentenceOf(INVARIANTS[id])} <br /><code class="dim">${id}</code>`,
    formatCount(judged),
    formatCount(count),
    html`${word(verdict)} <span class="dim">${reason ?? null}</span>`,
  ]);
  const columns = [left('claim'), right('judged'), right('findings'), left('verdict')];
  const findings = invariants.flatMap(({ id, findings: found }) =>
    found.map(
      (finding) =>
        html`<div class="card">
          <h3><code>${id}</code> <span class="dim">${finding.which.join(', ')}: ${placeOf(finding)}</span></h3>
          <p>${finding.what}</p>
          ${finding.around.length === 0 ? null : html`<pre>${finding.around.join('\n')}</pre>`}
        </div>`,
    ),
  );
  return section(
    'invariants',
    'Invariants',
    html`<p class="dim">What must hold in every run, how often it was looked at, and what spoke against it.</p>
      ${longTable(columns, rows)}${findings}`,
  );
}

function sentenceOf(claim: string): string {
  // A name from MySQL stays as it is written.
  return /^[a-z]+_/.test(claim) ? `${claim}.` : `${claim[0]!.toUpperCase()}${claim.slice(1)}.`;
}

export function section(id: string, title: string, body: Html): Html {
  return html`<section id="${id}">
    <h2>${title}</h2>
    ${body}
  </section>`;
}
