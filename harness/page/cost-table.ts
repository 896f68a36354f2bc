import { applicationOf, formatSeconds, formatShare, totalOf, type CostResult } from '../report/cost.ts';
import { html, type Html } from './html.ts';
import { left, longTable, right } from './tables.ts';

/** How much CPU the run used, by server, and how much of that is the harness’ own. */
export function costTable({
  cpuSeconds: { harness, application, servers },
  questionSeconds,
  harnessShare,
}: CostResult): Html {
  const rows = Object.entries(servers ?? {}).map(([server, seconds]) => [
    server,
    formatSeconds(seconds),
    server in (questionSeconds ?? {}) ? formatSeconds(questionSeconds![server] ?? null) : 'not told apart',
  ]);
  const own = { ...applicationOf(application), harness };
  const ours = Object.entries(own).map(([name, seconds]) => [name, formatSeconds(seconds), '']);
  const known = servers === null ? 'That of servers that were already running is not known.' : shareOf(harnessShare);
  const all = servers === null ? [] : [['all', totalOf({ ...servers, ...own }), '']];
  const columns = [left('what it cost'), right('CPU seconds'), right('of these, the harness’ questions')];
  return html`${longTable(columns, [...rows, ...ours, ...all])}
    <p>${known}</p>`;
}

function shareOf(share: number | null): string {
  const measured = 'Processor time from before the servers were started until just before they were removed.';
  if (share === null) return `${measured} The harness’ share of it is not known.`;
  return `${measured} The harness and its questions are ${formatShare(share)} of it.`;
}
