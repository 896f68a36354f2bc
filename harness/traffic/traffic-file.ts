import { Document, isMap, isPair, isScalar, isSeq, visit, type Node, type Pair } from 'yaml';
import type { SeenRates } from './rates.ts';
import type { TrafficWorkload, WeighedStatement, WeighedTransaction } from './write-workload.ts';

export interface TrafficFileFacts {
  /** What was read, for the header of the file. */
  readonly from: string;
  readonly executions: number;
  readonly rates: SeenRates | null;
  /** Operations per second of the workload, if the file should say so. */
  readonly rate: number | null;
}

const LONGEST_TEXT = 240;
const SHOWN_LEFT_OUT = 50;

/**
 * Returns the file that `workload.file` of a config names: the workload of a log, each part with how often it was seen.
 */
export function trafficFileText(workload: TrafficWorkload, facts: TrafficFileFacts): string {
  const { statements, transactions } = workload;
  const content = {
    ...(facts.rate === null ? {} : { rate: facts.rate }),
    statements: Object.fromEntries(statements.map((each) => [each.name, statementOf(each)])),
    ...(transactions.length === 0
      ? {}
      : { transactions: Object.fromEntries(transactions.map((each) => [each.name, transactionOf(each)])) }),
  };
  const document = new Document(content);
  document.commentBefore = head(workload, facts)
    .map((line) => ` ${line}`)
    .join('\n');
  for (const { name, weight, digest } of statements) {
    comment(document, ['statements', name], seenText(weight, facts.executions, digest.text));
  }
  for (const { name, weight, digests } of transactions) {
    const texts = digests.map(({ text }) => text).join('; ');
    comment(
      document,
      ['transactions', name],
      `${times(weight)}: ${shortened(texts)}\nA log cannot say which errors the application answers by trying again; if it does: retry: { times: 3, on: [deadlock, lock-wait-timeout] }`,
    );
  }
  visit(document, {
    Pair: (_, pair) => {
      if (isScalar(pair.key) && pair.key.value === 'values' && isSeq(pair.value)) pair.value.flow = true;
      if (isScalar(pair.key) && pair.key.value === 'saves' && isMap(pair.value)) pair.value.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

function head(workload: TrafficWorkload, { from, executions, rates }: TrafficFileFacts): string[] {
  const { leftOut, rare } = workload;
  return [
    `The workload of ${from}, as roundtrip traffic wrote it; docs/traffic.md explains it. To use it, a config has`,
    '',
    '  workload: { file: THIS FILE }',
    '',
    'It holds values that were seen in the log, and some of them may be personal: treat it as you treat the log.',
    `${executions.toLocaleString('en')} statements were executed${rateText(rates)}.`,
    ...(rare.count === 0
      ? []
      : [
          `Not in it, because they are rare: ${rare.digests.toLocaleString('en')} digests, ${times(rare.count)} in all.`,
        ]),
    ...(leftOut.length === 0 ? [] : ['Not in it:']),
    ...leftOut
      .slice(0, SHOWN_LEFT_OUT)
      .map(({ text, count, reason }) => `- ${times(count)}: ${shortened(text)}: ${shortened(reason)}`),
    ...(leftOut.length > SHOWN_LEFT_OUT ? [`- and ${leftOut.length - SHOWN_LEFT_OUT} more`] : []),
  ];
}

/** Returns for example ` in 61 minutes: 329 a second on average, 812 in the busiest minute (2026-11-28T10:07Z)`. */
export function rateText(rates: SeenRates | null): string {
  if (rates === null) return ', and the log does not say when';
  const { seconds, averagePerSecond, peakPerSecond, peakAtMs, stretchSeconds } = rates;
  const long =
    seconds >= 7200
      ? `${Math.round(seconds / 3600)} hours`
      : seconds >= 120
        ? `${Math.round(seconds / 60)} minutes`
        : `${Math.round(seconds)} seconds`;
  const at = new Date(peakAtMs).toISOString().slice(0, 16);
  const stretch = stretchSeconds > 60 ? `${stretchSeconds / 60} minutes` : 'minute';
  return ` in ${long}: ${figure(averagePerSecond)} a second on average, ${figure(peakPerSecond)} in the busiest ${stretch} (${at}Z)`;
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function times(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'time' : 'times'}`;
}

function seenText(count: number, all: number, text: string): string {
  return `${times(count)}, ${((100 * count) / Math.max(1, all)).toFixed(2)} % of all: ${shortened(text)}`;
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= LONGEST_TEXT ? line : `${line.slice(0, LONGEST_TEXT)}…`;
}

function statementOf({ kind, table, weight, sql, parameters }: WeighedStatement): object {
  return { kind, table, weight, sql, parameters: withoutDefaults(parameters) };
}

function transactionOf({ weight, parameters, steps }: WeighedTransaction): object {
  return { weight, parameters: withoutDefaults(parameters), steps };
}

/** Leaves out values that are the default in a config. */
function withoutDefaults(parameters: WeighedStatement['parameters']): object {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, generator]) => {
      const { nullFraction, ...rest } = { nullFraction: 0, ...generator };
      return [name, nullFraction === 0 ? rest : { ...rest, nullFraction }];
    }),
  );
}

function comment(document: Document, path: readonly string[], text: string): void {
  const parent = document.getIn(path.slice(0, -1));
  if (!isMap(parent)) return;
  const pair = parent.items.find(
    (each): each is Pair<Node> => isPair(each) && isScalar(each.key) && each.key.value === path.at(-1),
  );
  if (pair !== undefined)
    pair.key.commentBefore = text
      .split('\n')
      .map((line) => ` ${line}`)
      .join('\n');
}
