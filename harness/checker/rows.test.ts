import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { FinalRow, FinalStateLine } from '../history/lines.ts';
import { judgeLines, type DraftLine } from './model/judge-lines.ts';
import { randomOf } from './model/random.ts';
import { registerRun, type RegisterLine, type RegisterRun } from './model/register-run.ts';
import { judgeRegister } from './model/register.model.ts';

const TABLE = 'rt_rows';

function judge({ rows, lines, final }: RegisterRun): string[] {
  const drafts: DraftLine[] = [{ type: 'table', table: TABLE, kind: 'rows', rows }, ...lines];
  return judgeLines(drafts, finalStateOf(final))
    .findings.filter((finding) => !/^(single-writer|not-vacuous)/.test(finding))
    .map((finding) => finding.replace(`${TABLE} `, ''));
}

function finalStateOf(rows: readonly FinalRow[]): FinalStateLine[] {
  return [
    { type: 'begin', table: TABLE, kind: 'rows', side: 'source' },
    ...rows,
    { type: 'end', table: TABLE, rows: rows.length },
  ];
}

const seed = fc.nat();
const steps = fc.integer({ min: 1, max: 120 });

test('a run on faultless rows is green, also for the model', () => {
  fc.assert(
    fc.property(seed, steps, (number, length) => {
      const run = registerRun(randomOf(number), length);
      expect(judge(run)).toEqual([]);
      expect(judgeRegister(run)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

/** Changes one line or one row of the final state into something that may be wrong. */
function spoilt(run: RegisterRun, random: () => number): RegisterRun {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const anyValue = () => Math.floor(random() * 24) - 3;
  const kind = random();
  if (kind < 0.5 && run.final.length > 0) {
    const row = pick(run.final);
    const changed = pick<FinalRow | null>([
      null,
      { ...row, value: anyValue() },
      { ...row, version: Math.max(0, row.version! + pick([-1, 1, 2])) },
      { ...row, key: 1 + Math.floor(random() * 6) },
    ]);
    const others = run.final.filter((each) => each !== row && each.key !== changed?.key);
    return { ...run, final: changed ? [...others, changed] : others };
  }
  if (kind < 0.6) {
    const key = 1 + Math.floor(random() * 5);
    const row: FinalRow = { type: 'row', table: TABLE, key, value: anyValue(), version: 1 };
    return { ...run, final: [...run.final.filter((each) => each.key !== key), row] };
  }
  if (run.lines.length === 0) return run;
  const at = Math.floor(random() * run.lines.length);
  return { ...run, lines: run.lines.with(at, spoiltLine(run.lines[at]!, random, anyValue)) };
}

function spoiltLine(line: RegisterLine, random: () => number, anyValue: () => number): RegisterLine {
  const isRead = line.f === 'read';
  if (line.type === 'ok' && isRead) {
    const { version: _version, ...rest } = line;
    if (random() < 0.4) return { ...rest, value: null };
    return { ...rest, value: anyValue(), ...(random() < 0.7 && { version: 1 + Math.floor(random() * 4) }) };
  }
  if (line.type === 'ok' && line.f !== 'insert' && random() < 0.4)
    return { ...line, matched: line.matched === 0 ? 1 : 0 };
  if (line.type === 'invoke') return line;
  return { ...line, type: random() < 0.5 ? 'fail' : line.type === 'ok' ? 'info' : 'ok' };
}

test('the findings in a run equal those of the model, by invariant and key', () => {
  const red = new Set<string>();
  fc.assert(
    fc.property(seed, steps, fc.integer({ min: 1, max: 6 }), (number, length, changes) => {
      const random = randomOf(number);
      let run = registerRun(random, length);
      for (let change = 0; change < changes; change++) run = spoilt(run, random);
      const expected = judgeRegister(run);
      for (const each of expected) red.add(each.split(' ')[0]!);
      expect(judge(run)).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
  expect([...red].toSorted()).toEqual([
    'monotonic',
    'no-duplicate',
    'no-lost-write',
    'no-phantom',
    'no-resurrected-row',
  ]);
});

const TABLE_LINE: DraftLine = { type: 'table', table: TABLE, kind: 'rows', rows: 1 };
const done = (changes: object): DraftLine[] => {
  const operation = { process: 1, f: 'update', table: TABLE, key: 1, value: 7, ...changes } as const;
  return [
    { ...operation, type: 'invoke' },
    { ...operation, type: 'ok' },
  ];
};
const resultsOf = (lines: readonly DraftLine[], row: Partial<FinalRow>) =>
  judgeLines([TABLE_LINE, ...lines], finalStateOf([{ type: 'row', table: TABLE, key: 1, value: 7, ...row }]));

test('a version of 0 means lost updates, and a row without a version cannot be judged', () => {
  expect(resultsOf(done({ matched: 1 }), { version: 2 }).results.get('no-lost-write')!.verdict).toBe('pass');
  expect(resultsOf(done({ matched: 1 }), { version: 0 }).findings).toContain(`no-lost-write ${TABLE} 1`);
  expect(resultsOf(done({ matched: 1 }), { version: 2 ** 32 + 2 }).findings).toContain(`no-duplicate ${TABLE} 1`);
  expect(resultsOf(done({ matched: 1 }), {}).results.get('no-lost-write')).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringContaining('does not count its updates'),
  });
});

test('a read of version 0 after version 2 goes back', () => {
  const read = (version: number) => done({ f: 'read', value: 7, version });
  const { findings } = resultsOf([...done({ matched: 1 }), ...read(2), ...read(0)], { version: 2 });
  expect(findings).toContain(`monotonic ${TABLE} 1`);
});

test('writes that matched no row leave nothing to judge', () => {
  const missed = [...done({ key: 9, matched: 0 }), ...done({ key: 9, f: 'delete', value: null, matched: 0 })];
  const { results } = resultsOf(missed, { value: -1, version: 1 });
  expect([results.get('no-lost-write')!.verdict, results.get('no-resurrected-row')!.verdict]).toEqual([
    'unknown',
    'unknown',
  ]);
});
