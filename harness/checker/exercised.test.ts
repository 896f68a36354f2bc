import { expect, test } from '@jest/globals';
import type { OperationLine } from '../history/lines.ts';
import { judgeLines, type DraftLine } from './model/judge-lines.ts';

let processes = 0;

function operation(f: OperationLine['f'], table: string, ended: Partial<OperationLine> = {}): DraftLine[] {
  const line = { process: processes++, f, table, key: null, value: null, statement: `${f} ${table}` } as const;
  return [
    { ...line, type: 'invoke' },
    { ...line, type: 'ok', ...ended },
  ];
}

const SWITCH = { type: 'step', step: 1, name: 'switchWrites', title: '' } as const;
const NONE = { insert: 0, update: 0, delete: 0, read: 0 };

test('acknowledged operations are counted by table, before and after the first switch; those that matched no row are not', () => {
  const [invoked, ended] = operation('update', 'orders', { matched: 1 });
  const drafts: DraftLine[] = [
    ...['orders', 'audit'].map((table) => ({ type: 'table', table, kind: 'sql', rows: 1 }) as const),
    { type: 'table', table: 'roundtrip_rows', kind: 'rows', rows: 1 },
    ...operation('insert', 'orders'),
    ...operation('insert', 'orders', { type: 'fail' }),
    ...operation('delete', 'orders', { matched: 0 }),
    invoked!,
    { ...SWITCH, event: 'start' },
    ended!,
    { ...SWITCH, event: 'end', verdict: 'pass' },
    ...operation('read', 'orders'),
    ...operation('delete', 'orders', { matched: 1 }),
    { ...SWITCH, event: 'start' },
    { ...SWITCH, event: 'end', verdict: 'pass' },
    ...operation('read', 'orders'),
    ...operation('read', 'roundtrip_rows'),
  ];
  expect(judgeLines(drafts, []).judge.exercised.end()).toEqual([
    { table: 'orders', before: { ...NONE, insert: 1 }, after: { ...NONE, read: 2, delete: 1 } },
    { table: 'audit', before: NONE, after: NONE },
  ]);
});
