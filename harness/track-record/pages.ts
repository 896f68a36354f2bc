import { linkedReports, markdownTable, withSection } from '../markdown.ts';
import type { BugCatalogue, KnownBug, ShownBy } from './catalogue.ts';
import { releaseOf, WATCHED_ROUND_TRIP, type MatrixResult } from './results.ts';

/** Returns the page of bugs with its two tables updated. */
export function withTrackRecord(
  page: string,
  { bugs, notShown }: BugCatalogue,
  results: readonly MatrixResult[],
): string {
  const columns = results.map(nameOfColumn);
  const shown = markdownTable([
    ['', 'what a user sees', 'effect', 'seen by', 'report', ...columns, 'shown again by'],
    ...Object.entries(bugs).map(([name, bug], at) => [
      String(at + 1),
      bug.sees,
      bug.effect,
      bug.seenBy,
      reportOf(bug),
      ...results.map((result) => standing(name, result)),
      again(bug.shownBy),
    ]),
  ]);
  const tried = markdownTable([
    ['report', 'what it said', ...columns, 'tried by'],
    ...Object.entries(notShown).map(([name, { report, said, shownBy }]) => [
      linkedReports(report),
      said,
      ...results.map((result) => standing(name, result)),
      again(shownBy),
    ]),
  ]);
  const withShown = withSection(page, '## Shown by a test', `${missedByVDiff(Object.values(bugs))}\n\n${shown}`);
  return withSection(withShown, '## Tried, and not shown', tried);
}

/**
 * Returns the page of the matrix with its table updated.
 *
 * @param valueCases the names of all cases of fidelity.
 */
export function withMatrix(
  page: string,
  { bugs, notShown }: BugCatalogue,
  results: readonly MatrixResult[],
  valueCases: readonly string[],
): string {
  const table = markdownTable([
    ['', ...results.map(nameOfColumn)],
    ['round trip', ...results.map((result) => standing(WATCHED_ROUND_TRIP.name, result))],
    ['fidelity', ...results.map((result) => fidelity(result, valueCases))],
    ...Object.keys({ ...bugs, ...notShown }).map((name) => [name, ...results.map((result) => standing(name, result))]),
  ]);
  return withSection(page, '## The table', table);
}

/** The text that is written into each page of `docs/`. */
export const MATRIX_PAGES = { 'matrix.md': withMatrix, 'vitess-bugs.md': withTrackRecord } as const;

/** What ran, on which MySQL, and when. */
function nameOfColumn({ vitess, mysqlImage, cases, bugs }: MatrixResult): string {
  const seen = [...Object.values(cases), ...Object.values(bugs)];
  const told = [...new Set(seen.flatMap(({ mysql }) => mysql ?? []))].toSorted();
  const days = [...new Set(seen.map(({ on }) => on))].toSorted();
  return [
    releaseOf(vitess),
    told.length === 0 ? (mysqlImage ?? 'our MySQL') : `MySQL ${told.join(' and ')}`,
    ...(days.length === 0 ? [] : [[...new Set([days[0], days.at(-1)])].join(' to ')]),
  ].join(', ');
}

function reportOf({ report, since, mended }: KnownBug): string {
  return [
    linkedReports(report),
    ...(since.length > 0 ? [`since ${since.join(' and ')}`] : []),
    ...(mended.length > 0 ? [`mended in ${mended.join(' and ')}`] : []),
  ].join(', ');
}

/** Returns what was stored about a bug or the round trip; what is not as declared stands out. */
function standing(name: string, { bugs }: MatrixResult): string {
  const seen = bugs[name]?.standing ?? 'not run';
  return seen === 'otherwise' ? '**otherwise**' : seen;
}

function fidelity({ cases }: MatrixResult, all: readonly string[]): string {
  const by = Object.groupBy(all, (name) => cases[name]?.standing ?? 'not run');
  if (by['not run']?.length === all.length) return 'not run';
  return [
    `${by['as declared']?.length ?? 0} of ${all.length} cases as declared`,
    ...(by['not run'] === undefined ? [] : [`not run: ${by['not run'].join(', ')}`]),
    ...(by['left out'] === undefined ? [] : [`left out: ${by['left out'].join(', ')}`]),
    ...(by.otherwise === undefined ? [] : [`**otherwise**: ${by.otherwise.join(', ')}`]),
  ].join('; ');
}

/** The command that shows a bug again. */
function again(by: ShownBy): string {
  if ('case' in by) return `\`npm run fidelity -- --only ${by.case}\``;
  return `\`npx jest scenarios/${by.scenario.replace(/\.ts$/, '')}\``;
}

/** Counts what VDiff would have missed among the bugs that a comparison of the two sides could see. */
function missedByVDiff(bugs: readonly KnownBug[]): string {
  const numbered = bugs.map((bug, at) => ({ ...bug, row: at + 1 }));
  const ofData = numbered.filter(({ effect }) => /^(lost|changed|hidden)/.test(effect));
  const ofVtgate = ofData.filter((bug) => bug.ofVtgate);
  const missed = ofData.filter((bug) => !bug.ofVtgate && !bug.seenBy.startsWith('VDiff'));
  return [
    `${ofData.length} of these lose, change or hide data.`,
    `${ofVtgate.length} of them are about what vtgate makes of a statement, where both sides hold the same rows, so there is nothing for VDiff to see: ${rowsOf(ofVtgate)}.`,
    `Of the other ${ofData.length - ofVtgate.length}, VDiff alone would have missed ${missed.length}: ${rowsOf(missed)}.`,
  ].join(' ');
}

function rowsOf(numbered: readonly { readonly row: number }[]): string {
  return numbered.length === 0 ? 'none' : numbered.map(({ row }) => row).join(', ');
}
