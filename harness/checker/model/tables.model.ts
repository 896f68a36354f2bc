import type { InvariantId } from '../../history/invariants.ts';
import type { FinalRow } from '../../history/lines.ts';
import type { DraftOperation, TableRun } from './table-run.ts';

/** An operation with the numbers of its lines; Infinity for a missing line. */
type Op = DraftOperation & { readonly sent: DraftOperation; readonly invoked: number; readonly completed: number };

function paired(lines: readonly DraftOperation[]): Op[] {
  return lines.flatMap((sent, invoked) => {
    if (sent.type !== 'invoke') return [];
    const at = lines.findIndex((each, place) => place > invoked && each.process === sent.process);
    const end = lines[at];
    return end
      ? [{ ...end, sent, invoked, completed: at }]
      : [{ ...sent, type: 'info', sent, invoked, completed: Infinity }];
  });
}

const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0);
const found = (id: InvariantId, key: number | string | null) => `${id} ${key}`;
const unique = (list: readonly string[]) => [...new Set(list)].toSorted();

/** Applies the rules of `append.ts` literally. */
export function judgeAppend({ lines, final }: TableRun): string[] {
  const operations = paired(lines);
  const values = new Set([...operations.map(({ sent }) => Number(sent.value)), ...final.map(({ value }) => value!)]);
  return unique(
    [...values].flatMap((value) => {
      const sent = operations.find((operation) => operation.sent.value === value);
      const times = final.filter((row) => row.value === value).length;
      if (!sent || sent.type === 'fail') return times > 0 ? [found('no-phantom', value)] : [];
      if (times > 1) return [found('no-duplicate', value)];
      return times === 0 && sent.type === 'ok' ? [found('no-lost-write', value)] : [];
    }),
  );
}

/**
 * Applies the rules of `ids.ts` literally, for histories in which no id is acknowledged twice or found twice at the
 * end.
 */
export function judgeIds({ lines, final }: TableRun): string[] {
  const operations = paired(lines);
  const acked = operations.filter(({ f, type }) => f === 'generate' && type === 'ok');
  const deletes = operations.filter(({ f, type, matched }) => f === 'delete' && type !== 'fail' && matched !== 0);
  const missed = operations.filter(({ f, type, matched }) => f === 'delete' && type === 'ok' && matched === 0);
  const all: string[] = [];
  for (const { type, duplicate } of operations) {
    if (type !== 'ok' && duplicate !== undefined) all.push(found('ids-advance', duplicate));
  }
  for (const { key, invoked, completed } of acked) {
    const id = Number(key);
    if (acked.some((other) => other.completed < invoked && Number(other.key) >= id)) all.push(found('ids-advance', id));
    const ofId = deletes.filter((each) => each.key === id);
    const isThere = final.some((row) => row.key === id);
    const isMissed = missed.some((each) => each.key === id && completed < each.invoked);
    if (ofId.length === 0 && (!isThere || isMissed)) all.push(found('no-lost-write', id));
  }
  for (const row of final) all.push(...finalId(row, acked, operations));
  for (const { key, type } of deletes) {
    if (type === 'ok' && final.some((row) => row.key === key)) all.push(found('no-resurrected-row', Number(key)));
  }
  const maybes = operations.filter(({ f, type }) => f === 'generate' && type === 'info').map(({ sent }) => sent.value);
  for (const value of maybes) {
    const rows = final.filter((row) => row.value === value && !acked.some(({ key }) => key === row.key));
    for (const row of rows.slice(1)) all.push(found('no-duplicate', row.key));
  }
  return unique(all);
}

function finalId({ key, value }: FinalRow, acked: readonly Op[], operations: readonly Op[]): string[] {
  const own = acked.find((each) => each.key === key);
  if (own) return own.sent.value === value ? [] : [found('no-phantom', key)];
  const isMaybe = operations.some(({ f, type, sent }) => f === 'generate' && type === 'info' && sent.value === value);
  return isMaybe ? [] : [found('no-phantom', key)];
}

/** Applies the rules of `sql.ts` literally. */
export function judgeSql({ lines, final }: TableRun): string[] {
  const operations = paired(lines)
    .filter(({ type, matched }) => type !== 'fail' && !(type === 'ok' && matched === 0))
    .map((each) => ({ ...each, key: each.key ?? each.sent.key }));
  const all: string[] = [];
  for (const key of new Set(operations.map((each) => each.key).filter((each) => each !== null))) {
    const isThere = final.some((row) => row.key === key);
    const own = operations.filter((each) => each.key === key);
    const inserts = own.filter(({ f }) => f === 'insert');
    const deletes = own.filter(({ f }) => f === 'delete');
    const isSure = (list: readonly Op[], others: readonly Op[]) =>
      others.every(({ type }) => type === 'ok') &&
      list.some(({ type, invoked }) => type === 'ok' && others.every(({ completed }) => completed < invoked));
    if (isSure(inserts, deletes) && !isThere) all.push(found('no-lost-write', key));
    if (isSure(deletes, inserts) && isThere) all.push(found('no-resurrected-row', key));
  }
  return unique(all);
}

/** Applies the rules of `bank.ts` literally. */
export function judgeBank({ table, lines, final }: TableRun): string[] {
  const { rows, balance = 0 } = table;
  const operations = paired(lines);
  const transfers = operations.filter(({ f }) => f === 'transfer');
  const all: string[] = [];
  for (const { f, type, value } of operations) {
    if (f !== 'read' || type !== 'ok') continue;
    const balances = typeof value === 'object' && value !== null ? value : [];
    if (balances.length !== rows || sum(balances) !== rows * balance) all.push(found('transaction-atomic', null));
  }
  const wrong: string[] = [];
  for (let account = 1; account <= rows; account++) {
    const own = transfers.filter(({ sent }) => sent.key === account || sent.to === account);
    const ok = own.filter(({ type }) => type === 'ok');
    const info = own.filter(({ type }) => type === 'info');
    const row = final.find(({ key }) => key === account);
    const version = row?.version ?? 0;
    const amounts = ok.map(({ sent }) => (sent.to === account ? Number(sent.value) : -Number(sent.value)));
    if (!row || version < ok.length) all.push(found('no-lost-write', account));
    else if (version > ok.length + info.length) all.push(found('no-duplicate', account));
    else if (info.length === 0 && row.value !== balance + sum(amounts))
      wrong.push(found('transaction-atomic', account));
  }
  all.push(...wrong);
  for (const { key } of final) if (Number(key) < 1 || Number(key) > rows) all.push(found('no-phantom', key));
  const isWhole = Array.from({ length: rows }, (_, at) => at + 1).every((key) => final.some((row) => row.key === key));
  const own = final.filter(({ key }) => Number(key) >= 1 && Number(key) <= rows);
  const isTotalWrong = wrong.length === 0 && sum(own.map(({ value }) => value!)) !== rows * balance;
  const isOdd = sum(own.map(({ version }) => version ?? 0)) % 2 === 1;
  if (isWhole && (isTotalWrong || isOdd)) all.push(found('transaction-atomic', null));
  return unique(all);
}
