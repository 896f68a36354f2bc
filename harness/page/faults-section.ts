import type { StepName } from '../history/steps.ts';
import { formatCount, formatDuration } from '../report/format.ts';
import type { FaultResult, RunResult } from '../report/verdict.ts';
import { html, type Html } from './html.ts';
import { left, longTable, right } from './tables.ts';
import { section } from './verdict-sections.ts';

const OUTCOMES: Readonly<Record<FaultResult['outcome'], string>> = {
  passed: 'it went on by itself',
  refused: 'the step failed and left traffic where it was; it passed when it was run again',
  recovered: 'it stayed half done until a command was run',
  broken: 'nothing that was tried brought it back',
  'not-exercised': 'not exercised: the moment had passed before anything could be struck',
};

/** What brought it back if no command was needed besides mending what was struck. */
const BY_ITSELF: Readonly<Record<FaultResult['outcome'], string>> = {
  passed: 'Nothing but mending what was struck.',
  refused: 'The step was run again.',
  recovered: 'Nothing but mending what was struck.',
  broken: 'Nothing.',
  'not-exercised': '',
};

/** What happened to the application when something was broken on purpose, and what brought it back. */
export function faultsSection({ faults = [] }: RunResult): Html | null {
  if (faults.length === 0) return null;
  const rows = faults.map((each) => [
    html`<code>${each.fault}</code> at <code>${each.point}</code>`,
    outcomeOf(each),
    broughtBackBy(each),
    time(each.writeGapMs),
    time(each.normalAfterMs),
    errorsOf(each),
  ]);
  const columns = [
    left('what was struck, and when'),
    left('what happened'),
    left('what brought it back'),
    right('no write for'),
    right('normal after'),
    left('errors'),
  ];
  return section('faults', 'When something breaks', longTable(columns, rows));
}

/** What helped when a fault struck in this step; null if none did. */
export function ifThisHappens(name: StepName, { faults = [] }: RunResult): Html | null {
  const here = faults.filter(({ point, struck }) => struck !== null && point.split('/')[0] === name);
  if (here.length === 0) return null;
  const items = here.map(
    (each) =>
      html`<li>
        <code>${each.fault}</code> at <code>${each.point}</code>: ${outcomeOf(each)}. ${broughtBackBy(each)}
      </li>`,
  );
  return html`<details>
    <summary>if this happens, as it was seen on the servers of this rehearsal</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}

function outcomeOf({ outcome, wrong }: FaultResult): Html {
  const kind = outcome === 'broken' ? 'fail' : outcome === 'not-exercised' ? 'dim' : '';
  return html`<span class="${kind}">${OUTCOMES[outcome]}${wrong.length === 0 ? null : `: ${wrong.join('; ')}`}</span>`;
}

function broughtBackBy({ recoveredBy, outcome }: FaultResult): Html {
  if (recoveredBy.length === 0) return html`${BY_ITSELF[outcome]}`;
  return html`<pre>${recoveredBy.join('\n')}</pre>`;
}

function time(ms: number | null): string {
  return ms === null ? '-' : formatDuration(ms);
}

function errorsOf({ errors }: FaultResult): string {
  const classes = Object.entries(errors).map(([name, count]) => `${formatCount(count)} ${name}`);
  return classes.join(', ') || 'none';
}
