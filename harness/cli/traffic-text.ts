import { formatQuantity } from '../report/format.ts';
import type { FoundTraffic } from '../run/find-traffic.ts';
import type { TriedDigest } from '../run/try-digests.ts';
import type { SeenTraffic } from '../traffic/seen-traffic.ts';
import { rateText } from '../traffic/traffic-file.ts';

const LONGEST = 300;
const MOST_SHOWN = 40;

/** Returns what a person reads about a log that was tried: first how many statements run alike, then which do not. */
export function trafficText({ grouped, tried, workload }: FoundTraffic, seen: SeenTraffic): string {
  const of = (found: TriedDigest['found']) => tried.filter((each) => each.found === found);
  const [different, refused, untried] = [of('different'), of('refused'), of('not tried')];
  const compared = tried.length - refused.length - untried.length;
  const alike = compared - different.length;
  const executions = countOf(tried) - countOf(refused) - countOf(untried);
  const share = executions === 0 ? 0 : (100 * (executions - countOf(different))) / executions;
  const rest =
    different.length === 0 ? '.' : `; ${figure(different.length)} ${different.length === 1 ? 'does' : 'do'} not:`;
  const unparsed = grouped.unparsed.reduce((sum, { count }) => sum + count, 0);
  return [
    `${figure(alike)} of ${figure(compared)} digests, ${share.toFixed(share > 99.9 && share < 100 ? 3 : 2)} % of executions, run alike${rest}`,
    ...different.slice(0, MOST_SHOWN).flatMap(differenceLines),
    ...more(different),
    ...withoutRowsLines(of('alike')),
    ...section('The source itself refuses', refused, ({ source }) => source),
    ...section('Not tried, because it cannot be rolled back:', untried, () => null),
    ...(unparsed === 0 ? [] : [`MySQL cannot parse ${times(unparsed)}: ${grouped.unparsed[0]!.message}`]),
    ...(seen.cutOff === 0 ? [] : [`Cut off in the log, so not tried: ${times(seen.cutOff)}.`]),
    ...(seen.guessed === 0
      ? []
      : [
          `Prepared through the protocol, so the values are not known, and small numbers stand for them: ${times(seen.guessed)}.`,
        ]),
    ...ownDigestLines(seen),
    ...unkeptLines(seen),
    ...elsewhereLines(seen),
    `Seen: ${figure(seen.executions)} statements${rateText(seen.rates)}.`,
    transactionLine(seen, workload.transactions.length),
    ...(workload.transactions.some(({ steps }) => steps.some(({ kind }) => kind === 'insert')) ||
    workload.statements.some(({ kind }) => kind === 'insert')
      ? []
      : ['Nothing inserts, so a rehearsal with this workload alone shows little.']),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** A server keeps one sample of a digest, so nobody can tell whether the application sent such a statement too. */
function ownDigestLines({ ownDigests = 0 }: SeenTraffic): string[] {
  if (ownDigests === 0) return [];
  return [
    `Left out, because the sample that the server keeps is from roundtrip itself: ${formatQuantity(ownDigests, 'digests')}.`,
  ];
}

/** A statement that finds no row shows that both sides run it, but nothing about what they return for it. */
function withoutRowsLines(alike: readonly TriedDigest[]): string[] {
  const count = alike.filter(({ hasRows }) => hasRows === false).length;
  if (count === 0) return [];
  const [those, them] = count === 1 ? ['1', 'it'] : [figure(count), 'them'];
  return [
    `Of those that run alike, ${those} found no row of the rehearsal: both sides run ${them}, and no more is known.`,
  ];
}

function differenceLines({ count, text, source, vtgate }: TriedDigest): string[] {
  return [
    `  ${times(count)}: ${shortened(text)}`,
    `    source: ${shortened(source)}`,
    `    vtgate: ${shortened(vtgate)}`,
  ];
}

function section(title: string, all: readonly TriedDigest[], said: (digest: TriedDigest) => string | null): string[] {
  if (all.length === 0) return [];
  return [
    `${title} ${figure(all.length)} ${all.length === 1 ? 'digest' : 'digests'}, ${times(countOf(all))}:`,
    ...all.slice(0, MOST_SHOWN).map((each) => {
      const reason = said(each);
      return `  ${times(each.count)}: ${shortened(each.text)}${reason === null ? '' : `: ${shortened(reason)}`}`;
    }),
    ...more(all),
  ];
}

function more(all: readonly unknown[]): string[] {
  return all.length > MOST_SHOWN ? [`  and ${figure(all.length - MOST_SHOWN)} more, in traffic.json`] : [];
}

function unkeptLines({ unkept }: SeenTraffic): string[] {
  const { statements, transactions } = unkept;
  if (statements + transactions === 0) return [];
  return [
    `Not looked at, because the log has too many different ones: ${figure(statements)} statements, ${figure(transactions)} transactions.`,
  ];
}

function elsewhereLines({ elsewhere }: SeenTraffic): string[] {
  const named = [...elsewhere].toSorted(([, a], [, b]) => b - a).slice(0, 5);
  if (named.length === 0) return [];
  return [`In other databases: ${named.map(([name, count]) => `${name} ${figure(count)}`).join(', ')} statements.`];
}

function transactionLine({ ends }: SeenTraffic, written: number): string {
  const { committed, single, rolledBack, partlyRolledBack, tooLong, notWhole, lost } = ends;
  const others = [
    [single, 'with one statement'],
    [rolledBack, 'rolled back'],
    [partlyRolledBack, 'rolled back in part'],
    [tooLong, 'with more than 60 statements'],
    [notWhole, 'with a statement that is not known whole'],
    [lost, 'without an end'],
  ] as const;
  const told = others.flatMap(([count, what]) => (count === 0 ? [] : [`${figure(count)} ${what}`]));
  return `Transactions: ${figure(committed)} of several statements, in ${figure(written)} ${written === 1 ? 'form' : 'forms'} in the workload${told.length === 0 ? '' : `; ${told.join(', ')}`}.`;
}

function countOf(digests: readonly TriedDigest[]): number {
  return digests.reduce((sum, { count }) => sum + count, 0);
}

function figure(count: number): string {
  return count.toLocaleString('en');
}

function times(count: number): string {
  return `${figure(count)} ${count === 1 ? 'time' : 'times'}`;
}

function shortened(text: string | null): string {
  const line = (text ?? '').replaceAll(/\s+/g, ' ');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}
