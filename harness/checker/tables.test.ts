import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { FinalRow, FinalStateLine } from '../history/lines.ts';
import {
  HealthyAppend,
  HealthyBank,
  HealthyIds,
  HealthySentKeys,
  Values,
  type HealthyTable,
} from './model/healthy-tables.ts';
import { judgeLines, type DraftLine } from './model/judge-lines.ts';
import { randomOf } from './model/random.ts';
import { tableRun, type DraftOperation, type TableRun } from './model/table-run.ts';
import { judgeAppend, judgeBank, judgeIds, judgeSql } from './model/tables.model.ts';

type Random = () => number;

function judge({ table, lines, final }: TableRun): string[] {
  const finalState: FinalStateLine[] = [...final, { type: 'end', table: table.table, rows: final.length }];
  const { findings } = judgeLines([table, ...lines], finalState);
  const own = findings.filter((finding) => !/^(single-writer|not-vacuous)/.test(finding));
  return [...new Set(own.map((finding) => finding.replace(`${table.table} `, '')))].toSorted();
}

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)]!;

function spoiltFinal(final: readonly FinalRow[], random: Random, canRepeat: boolean): FinalRow[] {
  if (final.length === 0) return [...final];
  const row = pick(final, random);
  const others = final.filter((each) => each !== row);
  const key = otherKey(row, final, random);
  const choices: FinalRow[][] = [
    others,
    [...others, { ...row, value: Math.floor(random() * 40) }],
    ...(row.version === undefined
      ? []
      : [[...others, { ...row, version: Math.max(0, row.version + (random() < 0.5 ? 1 : -1)) }]]),
    ...(canRepeat ? [[...final, row]] : []),
    ...(key !== null && !others.some((each) => each.key === key) ? [[...others, { ...row, key }]] : []),
    ...(key !== null && !final.some((each) => each.key === key) ? [[...final, { ...row, key }]] : []),
  ];
  return pick(choices, random);
}

function otherKey({ key }: FinalRow, final: readonly FinalRow[], random: Random): number | string | null {
  if (key === null) return null;
  if (final.some((each) => typeof each.key === 'string')) return '9007199254740993';
  const least = Math.min(...final.map((each) => Number(each.key ?? 0)));
  return Math.max(1, least - 3) + Math.floor(random() * (final.length + 6));
}

function spoiltLines(lines: readonly DraftOperation[], random: Random): readonly DraftOperation[] {
  const at = Math.floor(random() * lines.length);
  const line = lines[at];
  if (!line || line.type === 'invoke') return lines;
  if (line.type === 'ok' && line.f === 'delete')
    return lines.with(at, { ...line, matched: line.matched === 0 ? 1 : 0 });
  if (line.type === 'ok' && Array.isArray(line.value)) {
    const value = random() < 0.5 ? line.value.slice(1) : line.value.with(0, line.value[0] + 1);
    return lines.with(at, { ...line, value });
  }
  if (line.type !== 'ok' && line.f === 'generate')
    return lines.with(at, { ...line, duplicate: 1 + Math.floor(random() * 9) });
  const { key: _key, ...rest } = line;
  if (line.type === 'ok')
    return lines.with(at, {
      ...rest,
      key: lines[at]!.f === 'transfer' ? line.key : null,
      type: random() < 0.5 ? 'fail' : 'info',
    });
  return lines;
}

interface Kind {
  readonly name: string;
  readonly make: () => HealthyTable;
  readonly model: (run: TableRun) => string[];
  readonly canRepeat: boolean;
  readonly red: readonly string[];
}

const KINDS: readonly Kind[] = [
  {
    name: 'append',
    make: () => new HealthyAppend('rt_append', new Values()),
    model: judgeAppend,
    canRepeat: true,
    red: ['no-duplicate', 'no-lost-write', 'no-phantom'],
  },
  {
    name: 'ids',
    make: () => new HealthyIds('rt_ids', 'ids', new Values()),
    model: judgeIds,
    canRepeat: false,
    red: ['ids-advance', 'no-duplicate', 'no-lost-write', 'no-phantom', 'no-resurrected-row'],
  },
  {
    name: 'sql',
    make: () => new HealthyIds('customer', 'sql', new Values()),
    model: judgeSql,
    canRepeat: false,
    red: ['no-lost-write', 'no-resurrected-row'],
  },
  {
    name: 'sql with keys of its own',
    make: () => new HealthySentKeys('customer', new Values()),
    model: judgeSql,
    canRepeat: false,
    red: ['no-lost-write', 'no-resurrected-row'],
  },
  {
    name: 'bank',
    make: () => new HealthyBank('rt_bank', 4, 100),
    model: judgeBank,
    canRepeat: false,
    red: ['no-duplicate', 'no-lost-write', 'no-phantom', 'transaction-atomic'],
  },
];

test.each(KINDS)('$name: a run on a faultless table is green', ({ make, model }) => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(120), (seed, steps) => {
      const run = tableRun(make(), randomOf(seed), steps);
      expect(judge(run)).toEqual([]);
      expect(model(run)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test.each(KINDS)(
  '$name: the findings equal those of the model, by invariant and key',
  ({ make, model, canRepeat, red }) => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.nat(120), fc.integer({ min: 1, max: 5 }), (seed, steps, changes) => {
        const random = randomOf(seed);
        let run = tableRun(make(), random, steps);
        for (let change = 0; change < changes; change++) {
          if (random() < 0.6) run = { ...run, final: spoiltFinal(run.final, random, canRepeat) };
          else run = { ...run, lines: spoiltLines(run.lines, random) };
        }
        const expected = model(run);
        for (const each of expected) seen.add(each.split(' ')[0]!);
        expect(judge(run)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
    expect([...seen].toSorted()).toEqual(red);
  },
);

function idsRun(lines: readonly DraftOperation[], final: readonly FinalRow[]): TableRun {
  return { table: { type: 'table', table: 'rt_ids', kind: 'ids', rows: 0 }, lines, final };
}

const generate = { f: 'generate', table: 'rt_ids', key: null } as const;

test('an id that is acknowledged twice is named once', () => {
  const lines: DraftOperation[] = [
    { ...generate, process: 1, type: 'invoke', value: 10 },
    { ...generate, process: 1, type: 'ok', value: 10, key: 5 },
    { ...generate, process: 2, type: 'invoke', value: 11 },
    { ...generate, process: 2, type: 'ok', value: 11, key: 5 },
  ];
  expect(judge(idsRun(lines, [{ type: 'row', table: 'rt_ids', key: 5, value: 11 }]))).toEqual(['ids-advance 5']);
  expect(judge(idsRun(lines, []))).toEqual(['ids-advance 5', 'no-lost-write 5']);
});

const generated = (second: number): DraftOperation[] => [
  { ...generate, process: 1, type: 'invoke', value: 10 },
  { ...generate, process: 3, type: 'invoke', value: 12 },
  { ...generate, process: 1, type: 'ok', value: 10, key: 5 },
  { ...generate, process: 2, type: 'invoke', value: 11 },
  { ...generate, process: 2, type: 'ok', value: 11, key: second },
  { ...generate, process: 3, type: 'ok', value: 12, key: 3 },
];

const idRow = (key: number, value: number): FinalRow => ({ type: 'row', table: 'rt_ids', key, value });

test('an id must be greater than those that were acknowledged before it was asked for', () => {
  for (const [second, expected] of [
    [4, ['ids-advance 4']],
    [6, []],
  ] as const) {
    const run = idsRun(generated(second), [idRow(3, 12), idRow(5, 10), idRow(second, 11)]);
    expect(judge(run)).toEqual(expected);
    expect(judgeIds(run)).toEqual(expected);
  }
});

const account = (key: number): FinalRow => ({ type: 'row', table: 'rt_bank', key, value: 10 });

test('accounts whose transfers nobody counted cannot be judged', () => {
  const table = { type: 'table', table: 'rt_bank', kind: 'bank', rows: 2, balance: 10 } as const;
  const final: FinalStateLine[] = [account(1), account(2), { type: 'end', table: 'rt_bank', rows: 2 }];
  const result = judgeLines([table], final).results.get('transaction-atomic');
  expect(result).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('its checker broke') });
});

test('balances without an acknowledged transfer say nothing about transfers', () => {
  const table = { type: 'table', table: 'rt_bank', kind: 'bank', rows: 2, balance: 10 } as const;
  const bank = { process: 1, table: 'rt_bank', key: null, value: null } as const;
  const lines: DraftLine[] = [
    table,
    { ...bank, f: 'read', type: 'invoke' },
    { ...bank, f: 'read', type: 'ok', value: [10, 10] },
  ];
  const rows = [account(1), account(2)].map((row) => ({ ...row, version: 0 }));
  const final: FinalStateLine[] = [...rows, { type: 'end', table: 'rt_bank', rows: 2 }];
  expect(judgeLines(lines, final).results.get('transaction-atomic')!.verdict).toBe('unknown');
});
