import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { ESTIMATE, FAILED, PASSED, UNKNOWN, WITH_TRANSACTIONS } from '../report/golden/results.ts';
import type { RunResult } from '../report/verdict.ts';
import type { RecordedRun } from './recorded-run.ts';
import { INVARIANTS } from '../history/invariants.ts';
import { SeriesBuilder } from './series.ts';
import { page } from './write-page.ts';

const HOSTILE = '<script>alert("x")</script>';

function recorded(result: RunResult): RecordedRun {
  const windows = [
    { fromMs: 0, toMs: 1_000, stepMs: 250 },
    ...result.cutovers.map(() => ({ fromMs: 0, toMs: 50, stepMs: 10 })),
  ];
  const [series, ...cutovers] = new SeriesBuilder(windows).series();
  return {
    run: {
      index: 0,
      time: 0,
      type: 'run',
      version: 1,
      fixture: 'commerce',
      seed: 42,
      profile: 'rehearsal',
      tables: [],
      plannedSteps: ['copy', 'vdiff', 'vdiff', 'cancel'],
      again: `npm start -- --seed 42 ${HOSTILE}`,
      required: [],
      flags: { vtgate: ['--enable-buffer'] },
      config: { source: { file: HOSTILE } },
    },
    steps: [{ name: 'copy', title: HOSTILE, fromMs: 0, toMs: 500, verdict: 'fail', error: HOSTILE }],
    faults: [{ name: HOSTILE, fromMs: 100, toMs: 200 }],
    notes: [HOSTILE],
    samples: [
      {
        atMs: 100,
        streams: [{ workflow: HOSTILE, state: 'Running', rowsCopied: 5, lagMs: 0 }],
        replicas: [{ server: HOSTILE, lagMs: null }],
      },
    ],
    runbook: [{ name: 'complete', about: HOSTILE, commands: [HOSTILE], back: [] }],
    lastCompared: { vdiff: new Map(), checksums: new Map() },
    copied: new Map([[HOSTILE, { rows: 10, ms: 5 }]]),
    series: series!,
    cutovers,
  };
}

test.each([
  ['go', PASSED],
  ['no-go', FAILED],
  ['unknown', UNKNOWN],
])('a page says %s, and what else the run found', (word, result) => {
  const text = page(recorded(result), result);
  expect(text).toContain(`<strong class="${word}">${word.toUpperCase()}</strong>`);
  for (const { rule, what } of result.preflight) {
    expect(text).toContain(rule);
    expect(text).toContain(what);
  }
  for (const { id } of result.invariants) expect(text).toContain(id);
  for (const { table } of result.tables) expect(text).toContain(`>${table}<`);
  expect(text).toContain('There is no way back from here.');
  expect(text).toContain('--enable-buffer');
  expect(text.includes('behind their due times before cutover 1')).toBe(result === FAILED);
});

test.each([
  ['go', PASSED, ['Before the real cutover', '1 table never inserted into', 'Follow the runbook']],
  [
    'no-go',
    FAILED,
    ['Look at which part of the switch', 'Find out what makes the rows differ', 'npm start -- --seed 42'],
  ],
  ['unknown', UNKNOWN, ['etcd did not answer', 'not run: copy, vdiff, cancel', 'npm start -- --seed 42']],
])('a page of a %s leads with three things to do, before everything else about the run', (_, result, said) => {
  const text = page(recorded(result), result);
  const [, before = '', section = ''] = /^([^]*?)<section id="next">([^]*?)<\/section>/.exec(text) ?? [];
  expect(section.match(/<li>/g)).toHaveLength(3);
  for (const each of said) expect(section).toContain(each);
  expect(before).toContain('id="verdict"');
  expect(before.match(/<section/g) ?? []).toHaveLength(result.decision.thresholds.length > 0 ? 1 : 0);
});

test('invariants are listed with their claims, and those not judged with the reason', () => {
  const text = page(recorded(FAILED), FAILED);
  const sections = [...text.matchAll(/<section id="([a-z-]+)">/g)].map(([, id]) => id);
  expect(sections.slice(0, 5)).toEqual(['thresholds', 'next', 'exercised', 'invariants', 'failed-statements']);
  const of = (id: string) => new RegExp(`<section id="${id}">([^]*?)</section>`).exec(text)?.[1] ?? '';
  for (const claim of Object.values(INVARIANTS)) expect(of('invariants')).toContain(claim.slice(1));
  expect(of('exercised')).toMatch(/monotonic[^]*no read on the primary/);
  expect(of('exercised')).toContain('vdiff (1 of 2), cancel');
});

test('the policy allows the one script of the page, by its hash', () => {
  const text = page(recorded(PASSED), PASSED);
  const scripts = [...text.matchAll(/<script>([^]*?)<\/script>/g)];
  expect(scripts).toHaveLength(1);
  const hash = createHash('sha256').update(scripts[0]![1]!).digest('base64');
  expect(text).toContain(`script-src 'sha256-${hash}'`);
  expect(text).toContain('data-by="12582912"');
});

test('the page names each statement that failed, and each table to which something was never done', () => {
  const text = page(recorded(PASSED), PASSED);
  for (const { statement, error } of PASSED.failures!.statements) {
    expect(text).toContain(statement);
    expect(text).toContain(error);
  }
  expect(text).toContain('running with the --super-read-only option');
  const [, section = ''] = /<section id="exercised">([^]*?)<\/section>/.exec(text) ?? [];
  expect(section).toMatch(/corder<[^]*inserted into, updated, deleted from, read</);
  expect(section).toMatch(/customer<[^]*>updated</);
  const { failures: _, exercised: __, ...rest } = PASSED;
  const old = page(recorded(rest), rest);
  expect(old).not.toContain('id="failed-statements"');
  expect(old).toContain('or they were not counted');
});

test('the page has a line for each server that used CPU, and says where that is not known', () => {
  const text = page(recorded(PASSED), PASSED);
  const rows = [...text.matchAll(/<tr>\s*<td class="left">([^<]+)<\/td>\s*<td class="right">([^<]+)<\/td>/g)];
  const cells = new Map(rows.map(([, name, seconds]) => [name, seconds]));
  for (const [server, seconds] of Object.entries(PASSED.cost!.cpuSeconds.servers!)) {
    expect(Number(cells.get(server))).toBeCloseTo(seconds!, 0);
  }
  expect(cells.get('all')).toBe('103');
  expect(cells.get('application')).toBe('3.1');
  expect(text).toContain('The harness and its questions are 12 % of it.');
  const gone = page(recorded(FAILED), FAILED);
  expect(gone).toContain('at least 29');
  expect(gone).toContain('The harness’ share of it is not known.');
  const { cost: _, ...before } = PASSED;
  expect(page(recorded(before), before)).not.toContain('what it cost');
});

test('an estimate is on the page with everything that it assumes, if there is one', () => {
  const result = { ...PASSED, estimate: ESTIMATE };
  const text = page(recorded(result), result);
  expect(text).toContain('<section id="estimate">');
  for (const { title, assumptions } of ESTIMATE.quantities) {
    for (const said of [title, ...assumptions]) expect(text).toContain(said);
  }
  expect(text).toContain('<span class="fail">never</span>');
  expect(page(recorded(PASSED), PASSED)).not.toMatch(/id="estimate"|#estimate/);
});

test('no name that somebody else chose becomes markup', () => {
  const [quantity] = ESTIMATE.quantities;
  const estimate = { quantities: [{ ...quantity!, from: HOSTILE, assumptions: [HOSTILE] }], missing: [] };
  const named = {
    ...PASSED,
    estimate,
    fixture: HOSTILE,
    reasons: [HOSTILE],
    tables: [{ table: HOSTILE, rows: 1, bytes: 1 }],
    failures: {
      ...PASSED.failures!,
      statements: PASSED.failures!.statements.map((each) => ({ ...each, statement: HOSTILE, message: HOSTILE })),
    },
    exercised: PASSED.exercised!.map((each) => ({ ...each, table: HOSTILE })),
  };
  const text = page(recorded(named), named);
  expect(text.match(/<script/g)).toHaveLength(1);
  expect(text).not.toContain(HOSTILE);
  expect(text).toContain('&lt;script&gt;');
});

test('the page requests nothing', () => {
  const text = page(recorded(PASSED), PASSED);
  const addresses = [...text.matchAll(/\b(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]*)/gi)].map(([, address]) => address);
  expect(addresses.length).toBeGreaterThan(3);
  for (const address of addresses) expect(address).toMatch(/^(?:#|data:)/);
  expect(text).not.toMatch(/@import|<link rel="stylesheet"|<img/);
});

test('a run that ended before anything happened has a page too', () => {
  const result = { ...UNKNOWN, totalMs: 0, cutovers: [], tables: [], invariants: [] };
  const empty = { ...recorded(result), steps: [], faults: [], notes: [], samples: [], runbook: [] };
  const text = page(empty, result);
  expect(text).toContain('UNKNOWN');
  expect(text).toContain('not measured');
});

test('transactions have a section, with the errors around each switch as their users saw them and as they were', () => {
  const text = page(recorded(WITH_TRANSACTIONS), WITH_TRANSACTIONS);
  const [, section = ''] = /<section id="transactions">([^]*?)<\/section>/.exec(text) ?? [];
  expect(section).toContain('checkout');
  expect(section).toContain('8 denied-table, 2 deadlock');
  expect(section).toContain('1 (4)');
  expect(page(recorded(PASSED), PASSED)).not.toContain('id="transactions"');
});

test('what was broken on purpose is shown with what brought it back, in its section and at its step of the runbook', () => {
  const fault = {
    fault: 'vtctld.kill',
    point: 'complete/before',
    struck: { atMs: 1, healedAtMs: 2, seen: 'vtctld has ended' },
    outcome: 'recovered',
    recoveredBy: ['etcdctl del --prefix /locks/'],
    said: HOSTILE,
    wrong: [HOSTILE],
    writeGapMs: 19_400,
    errors: { 'denied-table': 3 },
    normalAfterMs: 16_000,
  } as const;
  const result = {
    ...PASSED,
    faults: [fault, { ...fault, struck: null, outcome: 'not-exercised' as const, recoveredBy: [] }],
  };
  const text = page(recorded(result), result);
  expect(text).toContain('<section id="faults">');
  for (const said of ['19.4 s', '3 denied-table', 'stayed half done', 'not exercised']) expect(text).toContain(said);
  expect(text.match(/etcdctl del --prefix \/locks\//g)).toHaveLength(2);
  expect(text).toContain('if this happens');
  expect(text).not.toContain(HOSTILE);
  expect(page(recorded(PASSED), PASSED)).not.toContain('if this happens');
});
