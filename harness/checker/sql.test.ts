import { expect, test } from '@jest/globals';
import type { FinalStateLine, OperationLine, TableLine } from '../history/lines.ts';
import { judgeLines } from './model/judge-lines.ts';

type Sent = Pick<OperationLine, 'f' | 'table' | 'key'> & Partial<Pick<OperationLine, 'matched' | 'statement'>>;

/** One operation after another, each acknowledged. */
function acknowledged(...sent: readonly Sent[]) {
  return sent.flatMap((each) => [
    { process: 0, type: 'invoke' as const, value: null, ...each },
    { process: 0, type: 'ok' as const, value: null, ...each },
  ]);
}

type Table = Omit<TableLine, 'index' | 'time' | 'type' | 'kind' | 'rows'>;

function findings(
  tables: readonly Table[],
  operations: ReturnType<typeof acknowledged>,
  there: [string, Sent['key']][],
) {
  const final = tables.flatMap(({ table }): FinalStateLine[] => {
    const rows = there.filter(([name]) => name === table);
    return [
      ...rows.map(([, key]) => ({ type: 'row' as const, table, key, value: null })),
      { type: 'end', table, rows: rows.length },
    ];
  });
  const lines = tables.map((each) => ({ type: 'table' as const, kind: 'sql' as const, rows: 5, ...each }));
  return judgeLines([...lines, ...operations], final).findings.filter((each) => !/^(single|not-v)/.test(each));
}

const event: Table = { table: 'event', keyColumn: 'id' };
const insert = (key: Sent['key'], table = 'event'): Sent => ({ f: 'insert', table, key });
const remove = (key: Sent['key'], table = 'event'): Sent => ({ f: 'delete', table, key, matched: 1 });

test('neighbours beyond 2^53 are rows of their own', () => {
  const [one, other] = ['4611686018427387944', '4611686018427387945'];
  const operations = acknowledged(insert(one), insert(other), remove(one));
  expect(findings([event], operations, [['event', other]])).toEqual([]);
  expect(findings([event], operations, [['event', one]])).toEqual([
    `no-lost-write event ${other}`,
    `no-resurrected-row event ${one}`,
  ]);
});

test('ids of 0, negative ones, and ones below the number of rows are judged like others', () => {
  const operations = acknowledged(insert(0), insert(-4), insert(3), remove(0));
  expect(findings([event], operations, [['event', -4]])).toEqual(['no-lost-write event 3']);
});

test('a key that is used again is judged by its last operation', () => {
  const operations = acknowledged(insert('0xaa'), remove('0xaa'), insert('0xaa'));
  expect(findings([event], operations, [['event', '0xaa']])).toEqual([]);
  expect(findings([event], operations, [])).toEqual(['no-lost-write event 0xaa']);
});

test('children that a delete of their parent removes are not called lost; those inserted later are', () => {
  const item: Table = { table: 'item', keyColumn: 'id', removedBy: ['close'] };
  const close: Sent = { ...remove(1), statement: 'close' };
  expect(findings([event, item], acknowledged(insert(7, 'item'), close), [])).toEqual([]);
  expect(findings([event, item], acknowledged(close, insert(7, 'item')), [])).toEqual(['no-lost-write item 7']);
  const miss = { ...close, matched: 0 };
  expect(findings([event, item], acknowledged(insert(7, 'item'), miss), [])).toEqual(['no-lost-write item 7']);
});

test('a statement that changes keys causes neither a lost nor a resurrected row', () => {
  const moved: Table = { ...event, rekeyedBy: ['renumber'] };
  const renumber: Sent = { f: 'update', table: 'event', key: null, matched: 1, statement: 'renumber' };
  const operations = acknowledged(insert(7), remove(6), renumber);
  expect(findings([moved], operations, [['event', 6]])).toEqual([]);
});

test('rows that the final state leaves out are not judged', () => {
  const large: Table = { ...event, readAbove: '9007199254740993' };
  const operations = acknowledged(insert('9007199254740992'), insert('9007199254740994'));
  expect(findings([large], operations, [])).toEqual(['no-lost-write event 9007199254740994']);
});
