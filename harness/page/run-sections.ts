import { CUTOVER_PARTS, type Latency } from '../history/observations.ts';
import { backlogOf } from '../report/backlog.ts';
import { triedAgain } from '../report/cutover-tables.ts';
import { formatBytes, formatCount, formatDuration, formatRate } from '../report/format.ts';
import type { RunResult } from '../report/verdict.ts';
import { costTable } from './cost-table.ts';
import { ifThisHappens } from './faults-section.ts';
import { html, type Html } from './html.ts';
import { cutoverPlots, bandsOf, overTime } from './plots.ts';
import type { LastCompared, RecordedRun, RecordedStep } from './recorded-run.ts';
import { errorCounts, left, longTable, right, table, word, type CellContent } from './tables.ts';
import { section } from './verdict-sections.ts';

/** Every step and phase, and when it ran, followed by how much CPU everything used. */
export function stepsSection({ steps }: RecordedRun, { totalMs, cost }: RunResult): Html {
  const rows = steps.map((step) => [
    html`${step.title}${step.error === null ? null : html`<pre>${step.error}</pre>`}`,
    barOf(step, totalMs),
    { shown: formatDuration(step.toMs - step.fromMs), by: step.toMs - step.fromMs },
    word(step.verdict),
  ]);
  const body = longTable(
    [left('step'), { head: `0 to ${formatDuration(totalMs)}`, kind: 'time' as const }, right('time'), left('verdict')],
    rows,
  );
  return section('steps', 'Steps', html`${body}${cost === undefined ? null : costTable(cost)}`);
}

function barOf({ name, fromMs, toMs, verdict }: RecordedStep, totalMs: number): Html {
  const percent = (ms: number) => ((100 * ms) / Math.max(1, totalMs)).toFixed(2);
  const kind = verdict === 'pass' && /^(?:switch|reverse)Writes$/.test(name) ? 'switch' : verdict;
  return html`<div class="bar">
    <i class="${kind}" style="left:${percent(fromMs)}%;width:${percent(toMs - fromMs)}%"></i>
  </div>`;
}

/** What the application saw of each switch of writes, and where its time went. */
export function cutoversSection(recorded: RecordedRun, result: RunResult): Html | null {
  const { cutovers } = result;
  if (cutovers.length === 0) return null;
  const seen = cutovers.map((cutover, at) => [
    `${at + 1} ${cutover.direction}`,
    formatDuration(cutover.writeGapMs),
    known(cutover.dueInGap ?? null),
    ...(['before', 'during', 'after'] as const).map((phase) => latencyOf(cutover.latency[phase])),
    known(cutover.buffered),
    known(cutover.rowsBehind),
    `${errorCounts(cutover.errors)}${triedAgain(cutover.retriedErrors ?? 0)}`,
  ]);
  const heads = [
    'longest write gap',
    'due in it',
    'p50 / p99 / max before',
    'during',
    'after',
    'buffered',
    'behind',
  ].map(right);
  const parts = cutovers.flatMap(({ partsMs }, at) =>
    partsMs === null ? [] : [[`${at + 1}`, ...CUTOVER_PARTS.map((part) => formatDuration(partsMs[part]))]],
  );
  const partHeads = CUTOVER_PARTS.map((part) =>
    right(part.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)),
  );
  const backlog = backlogOf(result);
  return section(
    'cutovers',
    'Cutovers',
    html`${table([left('cutover'), ...heads, left('errors')], seen)}
    ${backlog === null ? null : html`<p>${backlog}</p>`} ${cutoverPlots(recorded, result)}
    ${
      parts.length === 0
        ? null
        : html`<p>Where their time went, by vtctld’s log:</p>
            ${table([left('#'), ...partHeads], parts)}`
    }`,
  );
}

function latencyOf({ p50Ms, p99Ms, maxMs }: Latency): string {
  return [p50Ms, p99Ms, maxMs].map((ms) => (ms === null ? '-' : formatDuration(ms))).join(' / ');
}

function known(count: number | null): string {
  return count === null ? '?' : formatCount(count);
}

export function plotsSection(recorded: RecordedRun, result: RunResult): Html {
  const marked = bandsOf(recorded).filter(({ kind }) => kind !== 'step');
  const named = marked.map(({ name, short, fromMs, kind }) => {
    const label = kind === 'fault' ? `${short} ${name}` : name;
    return html`<span class="key ${kind}">${label} at ${formatDuration(fromMs)}</span> `;
  });
  const legend = html`<p class="dim">
    Grey bands are steps, yellow ones switches of writes, red ones faults. ${named}
  </p>`;
  return section('plots', 'Over time', html`${legend}${overTime(recorded, result)}`);
}

/** Each table that moves: how large it is, how fast it was copied, and what compared it. */
export function tablesSection(
  { copied, lastCompared }: RecordedRun,
  { tables, vdiffs, checksums, copy }: RunResult,
): Html | null {
  if (tables.length === 0) return null;
  const rows = tables.map(({ table: name, rows: count, bytes }) => {
    const of = copied.get(name);
    return [
      name,
      formatCount(count),
      { shown: formatBytes(bytes), by: bytes },
      of === undefined || of.ms === 0 ? '-' : rateCell((of.rows * 1000) / of.ms),
      ofVDiff(name, vdiffs, lastCompared.vdiff.get(name)),
      ofChecksum(
        checksums.find((each) => each.table === name),
        lastCompared.checksums.get(name),
      ),
    ];
  });
  const columns = [
    left('table'),
    right('rows'),
    right('bytes'),
    right('written by the copy'),
    left('VDiff'),
    left('checksum'),
  ];
  const whole =
    copy === null
      ? null
      : html`<p>
          The whole copy: ${formatCount(copy.rows)} rows, ${formatBytes(copy.bytes)}, ${formatRate(copy.rowsPerSecond)}.
        </p>`;
  return section('tables', 'Tables', html`${longTable(columns, rows)}${whole}`);
}

function rateCell(perSecond: number): CellContent {
  return { shown: formatRate(perSecond), by: perSecond };
}

function ofVDiff(name: string, vdiffs: RunResult['vdiffs'], last: LastCompared | undefined): Html {
  const found = vdiffs.flatMap(({ tables }) => tables.filter(({ table: each }) => each === name));
  if (found.length === 0) return html`<span class="dim">not compared</span>`;
  const mismatched = found.reduce((sum, { mismatchedRows }) => sum + mismatchedRows, 0);
  if (mismatched > 0) return html`<span class="fail">${formatCount(mismatched)} rows differ</span>`;
  return html`<span class="pass">equal</span> <span class="dim">${found.length} times${inWords(last)}</span>`;
}

function ofChecksum(checksum: RunResult['checksums'][number] | undefined, last: LastCompared | undefined): Html {
  if (checksum === undefined) return html`<span class="dim">not compared at rest${inWords(last)}</span>`;
  const { equal } = checksum;
  return html`<span class="${equal ? 'pass' : 'fail'}">${equal ? 'equal' : 'different'}</span>
    <span class="dim">at rest${inWords(last)}</span>`;
}

function inWords(last: LastCompared | undefined): string {
  return last === undefined ? '' : `, last at ${formatDuration(last.atMs)}: ${formatCount(last.rows)} rows`;
}

/** What the application did, by kind and outcome. */
export function workloadSection({ workload }: RunResult): Html | null {
  const rows = Object.entries(workload.operations).flatMap(([kind, names]) =>
    Object.entries(names).map(([name, { ok, fail, info }]) => [kind, name, ...[ok, fail, info].map(formatCount)]),
  );
  if (rows.length === 0) return null;
  const columns = [
    left('workload'),
    left('operation'),
    right('acknowledged'),
    right('not applied'),
    right('not known'),
  ];
  const errors = errorCounts(workload.errors);
  return section(
    'workload',
    'Workload',
    html`${longTable(columns, rows)}
      <p>Errors: ${errors}.</p>`,
  );
}

/** The commands for the real migration. */
export function runbookSection({ runbook }: RecordedRun, result: RunResult): Html | null {
  if (runbook.length === 0) return null;
  const steps = runbook.map(
    ({ name, about, commands, back }) =>
      html`<li>
        <strong>${name}</strong> ${about}
        <pre>${commands.join('\n')}</pre>
        ${
          back.length === 0
            ? html`<p class="fail">There is no way back from here.</p>`
            : html`<details>
                <summary>the way back</summary>
                <pre class="back">${back.join('\n')}</pre>
              </details>`
        }
        ${ifThisHappens(name, result)}
      </li>`,
  );
  const intro = html`<p>
    The same steps in production, as this rehearsal ran them; each vtctldclient command also needs
    <code>--server=HOST:PORT</code> of your vtctld.
  </p>`;
  return section(
    'runbook',
    'Runbook',
    html`${intro}
      <ol class="runbook">
        ${steps}
      </ol>`,
  );
}

/** What the run ran on, and with which settings. */
export function settingsSection({ run, notes }: RecordedRun, { versions, profile, seed }: RunResult): Html {
  const rows = [
    ...Object.entries(versions ?? {}).map(([name, version]) => [name, version]),
    ['profile', profile],
    ['seed', `${seed}`],
  ];
  return section(
    'settings',
    'Versions, flags, config and seed',
    html`${table([left('what'), left('value')], rows)}
    ${run.flags === undefined ? null : html`<pre>${flagLines(run.flags)}</pre>`}
    ${
      run.config === undefined
        ? null
        : html`<details>
            <summary>config</summary>
            <pre>${JSON.stringify(run.config, null, 2)}</pre>
          </details>`
    }
    ${
      notes.length === 0
        ? null
        : html`<details>
            <summary>notes of the run</summary>
            <ul>
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>
          </details>`
    }`,
  );
}

function flagLines(flags: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(flags)
    .map(([program, list]) => `${program} ${list.join(' ')}`)
    .join('\n');
}
