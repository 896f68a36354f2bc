import { comparedFigures, figureText, type ComparedFigure } from './compared-figures.ts';
import type { Decision } from './decision.ts';
import { formatCount } from './format.ts';
import { DECISION_STYLE, type Paint } from './paint.ts';
import { right, table } from './table.ts';
import type { RunResult } from './verdict.ts';

/** Two saved runs side by side. */
export interface RunComparison {
  readonly verdicts: { readonly before: Decision['verdict']; readonly after: Decision['verdict'] };
  /** Whether the second run is worse: it has a worse verdict, or does not keep a limit that the first kept. */
  readonly isWorse: boolean;
  /** What got worse, one sentence each; invariants that are no longer judged are listed too, and do not count. */
  readonly worse: readonly string[];
  /** How the runs themselves differ, which may explain different figures: subject, size, versions, speed. */
  readonly differs: readonly string[];
  readonly figures: readonly ComparedFigure[];
}

const RANK: Readonly<Record<Decision['verdict'], number>> = { go: 0, unknown: 1, 'no-go': 2 };

/**
 * If the servers of two runs handled this much more or less in a burst, the machines were not comparable.
 */
const OTHER_SPEED = 0.25;
/** Tables grow a little while they are loaded and written to; a greater difference is another size. */
const OTHER_SIZE = 0.05;

/** Compares a run with an earlier one. */
export function compareRuns(before: RunResult, after: RunResult): RunComparison {
  const worse = [...verdictWorse(before, after), ...limitsLost(before, after)];
  return {
    verdicts: { before: before.decision.verdict, after: after.decision.verdict },
    isWorse: worse.length > 0,
    worse: [...worse, ...invariantsLost(before, after)],
    differs: differencesOf(before, after),
    figures: comparedFigures(before, after),
  };
}

function verdictWorse({ decision: was }: RunResult, { decision: is }: RunResult): string[] {
  if (RANK[is.verdict] <= RANK[was.verdict]) return [];
  const [first] = is.reasons;
  return [`the verdict was ${was.verdict} and is ${is.verdict}${first === undefined ? '' : `: ${first}`}`];
}

function limitsLost({ decision: was }: RunResult, { decision: is }: RunResult): string[] {
  const kept = new Set(was.thresholds.filter(({ met }) => met === true).map(({ id }) => id));
  return is.thresholds.flatMap(({ id, title, met, measured, limit, unit, excuse }) => {
    if (!kept.has(id) || met === true) return [];
    if (measured === null) return [`${title} was within its limit and was not measured`];
    const excused = excuse === undefined ? '' : `, not judged, as ${excuse}`;
    return [`${title} was within its limit and is not: ${formatCount(measured)} ${unit}, limit ${limit}${excused}`];
  });
}

/** The verdict covers the invariants that a run requires; this reports on the others. */
function invariantsLost(before: RunResult, after: RunResult): string[] {
  const held = new Set(before.invariants.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id));
  const lost = after.invariants.filter(({ id, verdict }) => held.has(id) && verdict !== 'pass');
  return lost.map(({ id, verdict }) => `${id} held and ${verdict === 'fail' ? 'is broken' : 'was not judged'}`);
}

function differencesOf(before: RunResult, after: RunResult): string[] {
  const isOtherSize = apart(rowsOf(before), rowsOf(after)) > OTHER_SIZE;
  const speeds = [before.capacity?.perSecond, after.capacity?.perSecond] as const;
  const [was, is] = speeds;
  const isOtherSpeed = was !== undefined && is !== undefined && apart(was, is) > OTHER_SPEED;
  const versions = Object.keys({ ...before.versions, ...after.versions }).flatMap((program) =>
    pair(program, versionOf(before, program), versionOf(after, program)),
  );
  return [
    ...pair('subject', before.fixture, after.fixture),
    ...pair('tables that move', before.tables.length, after.tables.length),
    ...(isOtherSize ? pair('rows', formatCount(rowsOf(before)), formatCount(rowsOf(after))) : []),
    ...pair('profile', before.profile, after.profile),
    ...versions,
    ...pair('cutovers', before.cutovers.length, after.cutovers.length),
    ...pair('VDiffs', before.vdiffs.length, after.vdiffs.length),
    ...limitsChanged(before, after),
    ...(isOtherSpeed
      ? [
          `operations a second in a burst: ${formatCount(was)} and ${formatCount(is)}; the machines are not as fast, or were not as idle`,
        ]
      : []),
  ];
}

function pair(what: string, was: string | number, is: string | number): string[] {
  return was === is ? [] : [`${what}: ${was} and ${is}`];
}

function rowsOf({ tables }: RunResult): number {
  return tables.reduce((sum, each) => sum + each.rows, 0);
}

function limitsChanged({ decision: was }: RunResult, { decision: is }: RunResult): string[] {
  const all = new Map([...was.thresholds, ...is.thresholds].map(({ id, title }) => [id, title]));
  return [...all].flatMap(([id, title]) => {
    const [old, now] = [limitOf(was, id), limitOf(is, id)];
    return old === now ? [] : [`limit of ${title}: ${old} and ${now}`];
  });
}

function limitOf({ thresholds }: Decision, id: string): number | 'none' {
  return thresholds.find((each) => each.id === id)?.limit ?? 'none';
}

function versionOf({ versions }: RunResult, program: string): string {
  return Object.entries(versions ?? {}).find(([name]) => name === program)?.[1] ?? 'not known';
}

/** Returns how far two amounts are apart, as a share of the greater; 0 if both are 0. */
function apart(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(a, b, Number.MIN_VALUE);
}

/** Returns text for a person: the figures side by side, how the runs differ, and what got worse. */
export function comparisonText({ verdicts, figures, differs, worse }: RunComparison, paint: Paint): string {
  const styles = { worse: 'red', better: 'green', same: 'dim' } as const;
  const rows = figures.map((figure) => [
    figure.title,
    right(figureText(figure, figure.before)),
    right(figureText(figure, figure.after)),
    figure.change === null ? '' : paint(styles[figure.change], figure.change),
  ]);
  const verdict = [
    'verdict',
    right(paint(DECISION_STYLE[verdicts.before], verdicts.before)),
    right(paint(DECISION_STYLE[verdicts.after], verdicts.after)),
    '',
  ];
  const blocks = [
    table(['figure', right('before'), right('after'), 'change'], [verdict, ...rows], paint),
    listOf('The runs are not of the same kind:', differs),
    worse.length === 0 ? ['No limit was lost, and the verdict is no worse.'] : listOf('What got worse:', worse),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function listOf(head: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [head, ...items.map((item) => `  - ${item}`)];
}
