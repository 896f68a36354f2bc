import { linkedReports, markdownTable, withSection } from '../markdown.ts';
import type { BugCatalogue, KnownBug, ShownBy } from './catalogue.ts';
import { outcomeOf, releaseOf, standingOf, type MatrixResult } from './results.ts';

/** The test that takes a migration there, back, and there again under writes. */
export const ROUND_TRIP = {
  scenario: 'migration/round-trip.ts',
  test: 'a round trip under writes keeps both sides equal',
} satisfies ShownBy;

/** Returns the page of bugs with its two tables written anew. */
export function withTrackRecord(
  page: string,
  { bugs, notShown }: BugCatalogue,
  results: readonly MatrixResult[],
): string {
  const columns = results.map(nameOfColumn);
  const shown = markdownTable([
    ['', 'what a user sees', 'effect', 'seen by', 'report', ...columns, 'shown again by'],
    ...Object.values(bugs).map((bug, at) => [
      String(at + 1),
      bug.sees,
      bug.effect,
      bug.seenBy,
      reportOf(bug),
      ...results.map((result) => marked(standingOf(bug, result))),
      again(bug.shownBy),
    ]),
  ]);
  const tried = markdownTable([
    ['report', 'what it said', ...columns, 'tried by'],
    ...Object.values(notShown).map(({ report, said, shownBy }) => [
      linkedReports(report),
      said,
      ...results.map((result) => notShownIn(shownBy, result)),
      again(shownBy),
    ]),
  ]);
  const withShown = withSection(page, '## Shown by a test', `${missedByVDiff(Object.values(bugs))}\n\n${shown}`);
  return withSection(withShown, '## Tried, and not shown', tried);
}

/** Returns the page of the matrix with its table written anew. */
export function withMatrix(page: string, { bugs, notShown }: BugCatalogue, results: readonly MatrixResult[]): string {
  const table = markdownTable([
    ['', ...results.map(nameOfColumn)],
    ['round trip', ...results.map((result) => marked(roundTrip(result)))],
    ['fidelity', ...results.map((result) => marked(fidelity(result)))],
    ...Object.entries(bugs).map(([name, bug]) => [name, ...results.map((result) => marked(standingOf(bug, result)))]),
    ...Object.entries(notShown).map(([name, { shownBy }]) => [
      name,
      ...results.map((result) => notShownIn(shownBy, result)),
    ]),
  ]);
  return withSection(page, '## The table', table);
}

/** What is written into which page of `docs/`. */
export const MATRIX_PAGES = { 'matrix.md': withMatrix, 'vitess-bugs.md': withTrackRecord } as const;

/**
 * Returns what did not run, or came out otherwise than declared.
 *
 * @param isWhole whether the round trip and all values were to run, beside these bugs.
 */
export function notAsDeclared({ bugs, notShown }: BugCatalogue, result: MatrixResult, isWhole: boolean): string[] {
  const tests = Object.entries({ ...bugs, ...notShown }).map(([name, { shownBy }]) => ({ name, shownBy }));
  const told = [...(isWhole ? [{ name: 'round trip', shownBy: ROUND_TRIP }] : []), ...tests]
    .map(({ name, shownBy }) => ({ name, outcome: outcomeOf(shownBy, result) }))
    .filter(({ outcome }) => outcome !== 'as declared')
    .map(({ name, outcome }) => `${name}: ${outcome}`);
  const ofFidelity = isWhole ? (result.fidelity?.surprises ?? ['fidelity: not run']) : [];
  return [...told, ...ofFidelity].map((text) => `${nameOfColumn(result)}: ${text}`);
}

function nameOfColumn({ vitess, mysqlImage, fidelity: ran }: MatrixResult): string {
  return `${releaseOf(vitess)}, ${ran === null ? (mysqlImage ?? 'our MySQL') : `MySQL ${ran.mysql}`}`;
}

function reportOf({ report, since, mended }: KnownBug): string {
  return [
    linkedReports(report),
    ...(since.length > 0 ? [`since ${since.join(' and ')}`] : []),
    ...(mended.length > 0 ? [`mended in ${mended.join(' and ')}`] : []),
  ].join(', ');
}

function roundTrip(result: MatrixResult): string {
  const outcome = outcomeOf(ROUND_TRIP, result);
  return outcome === 'as declared' ? 'passes' : outcome;
}

function fidelity({ fidelity: ran }: MatrixResult): string {
  if (ran === null) return 'not run';
  return ran.surprises.length === 0 ? `${ran.cases.length} cases as declared` : `otherwise`;
}

function notShownIn(by: ShownBy, result: MatrixResult): string {
  const outcome = outcomeOf(by, result);
  return marked(outcome === 'as declared' ? 'not shown' : outcome);
}

/** What is not as declared stands out. */
function marked(standing: string): string {
  return standing === 'otherwise' ? '**otherwise**' : standing;
}

/** The command that shows a bug again. */
function again(by: ShownBy): string {
  if ('case' in by) return `\`npm run fidelity -- --only ${by.case}\``;
  return `\`npx jest scenarios/${by.scenario.replace(/\.ts$/, '')}\``;
}

function missedByVDiff(bugs: readonly KnownBug[]): string {
  const numbered = bugs.map((bug, at) => ({ ...bug, row: at + 1 }));
  const ofData = numbered.filter(({ effect }) => /^(lost|changed|hidden)/.test(effect));
  const missed = ofData.filter(({ seenBy }) => !seenBy.startsWith('VDiff')).map(({ row }) => row);
  return `${ofData.length} of these lose, change or hide data; VDiff alone would have missed ${missed.length} of them: ${missed.join(', ')}.`;
}
