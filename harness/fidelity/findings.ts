import { linkedReports, markdownTable } from '../markdown.ts';
import { reaches } from '../vitess-version.ts';
import type { CaseResult } from './declared.ts';
import type { DeclaredChange, DeclaredDefinition, DeclaredStop } from './expected.ts';
import type { LegOutcome } from './judge-leg.ts';
import { DIRECTIONS, LEGS, nameOfLeg } from './legs.ts';
import { code, opinion } from './page-cells.ts';
import { readableChange } from './readable-change.ts';
import type { FidelityResult } from './result.ts';
import { inVersion, type ValueCase } from './value-case.ts';

const STOPS = 'the stream stops';

/** Returns a row for each declared change or stop, with what was seen of it, or since when it is mended. */
export function findings({ vitess, cases: results }: FidelityResult, cases: readonly ValueCase[]): string {
  const header = ['case', 'what', 'when', 'becomes', 'VDiff', 'why', 'report', 'preflight'];
  const rows = cases.flatMap((each) => {
    const result = results.find(({ name }) => name === each.name);
    if (result === undefined) return [];
    const { changes, stops, definitions } = inVersion(each, vitess);
    return [
      ...alike(changes).map((group) => changeRow(result, group, examples(result, group))),
      ...stops.map((stop) => stopRow(result, stop, saying(stop), STOPS)),
      ...definitions.map((one) => definitionRow(result, one)),
      ...alike(each.changes.filter(isMended)).map((group) =>
        changeRow(result, group, mendedIn(group[0], arrives(result, group))),
      ),
      ...each.stops.filter(isMended).map((stop) => stopRow(result, stop, mendedIn(stop, goesOn(result, stop)), '')),
    ];
  });
  return markdownTable([header, ...rows]);

  function isMended({ mended }: { readonly mended: readonly string[] }): boolean {
    return reaches(vitess, mended);
  }
}

/** The changes of a column that happen on the same legs for the same reason. */
type Alike = readonly [DeclaredChange, ...DeclaredChange[]];

function changeRow(result: CaseResult, [change]: Alike, becomes: string): string[] {
  const { column, on } = change;
  const vdiff = opinion(result, column.split('.')[0]!);
  return [caseLink(result.name), `\`${column}\``, legsInWords(on), becomes, vdiff, ...why(change)];
}

function stopRow({ name }: CaseResult, stop: DeclaredStop, becomes: string, vdiff: string): string[] {
  const what = stop.tables === undefined ? STOPS : `${STOPS}: ${stop.tables.map(code).join(', ')}`;
  return [caseLink(name), what, legsInWords(stop.on), becomes, vdiff, ...why(stop)];
}

function definitionRow(result: CaseResult, declared: DeclaredDefinition): string[] {
  const { table, from, to } = declared;
  const what = `the definition of \`${table}\` on the target`;
  const vdiff = opinion(result, table);
  return [caseLink(result.name), what, 'there: copied', `${code(from)} → ${code(to)}`, vdiff, ...why(declared)];
}

function saying({ says }: DeclaredStop): string {
  return says.map(code).join(' or ');
}

/** Says why a row is shown although it is no longer seen, or must not be seen. */
function mendedIn({ mended }: { readonly mended: readonly string[] }, isSeenRight: boolean): string {
  return `${isSeenRight ? 'nothing: ' : 'not seen right, but '}mended in ${mended.join(' and ')}`;
}

/** Whether values arrived unchanged wherever they once changed. */
function arrives({ columns }: CaseResult, changes: readonly DeclaredChange[]): boolean {
  return changes.every(({ column, on, rows }) => {
    const own = columns.find(({ table, column: name }) => `${table}.${name}` === column);
    const taken = own?.legs.filter(({ leg }) => on.has(leg)) ?? [];
    return taken.length === on.size && taken.every((leg) => rows.every((one) => hasArrived(leg, one)));
  });
}

function hasArrived(leg: LegOutcome, wanted: number): boolean {
  return leg.kind === 'equal' || (leg.kind === 'changed' && leg.changes.every((change) => change.row !== wanted));
}

/** Whether the stream continued wherever it once stopped; a value may have changed there. */
function goesOn({ columns }: CaseResult, { tables, on }: DeclaredStop): boolean {
  return columns.every(({ table, legs }) => {
    if (tables?.includes(table) === false) return true;
    const taken = legs.filter(({ leg }) => on.has(leg));
    return taken.length === on.size && taken.every(({ kind }) => kind === 'equal' || kind === 'changed');
  });
}

/** Returns why something happens, in three cells. */
function why({ reason, report, rule }: Pick<DeclaredChange, 'reason' | 'report' | 'rule'>): string[] {
  return [reason, linkedReports(report), `\`${rule}\``];
}

/** How many of the changed values are shown. */
const MOST_EXAMPLES = 2;

function alike(changes: readonly DeclaredChange[]): readonly Alike[] {
  const groups = new Map<string, [DeclaredChange, ...DeclaredChange[]]>();
  for (const change of changes) {
    const key = JSON.stringify([change.column, [...change.on], change.reason]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return [...groups.values()];
}

/** Shows some of what was seen of declared changes. */
function examples({ columns }: CaseResult, changes: readonly DeclaredChange[]): string {
  const seen = changes.flatMap(({ column, on, rows }) =>
    columns
      .filter(({ table, column: own }) => `${table}.${own}` === column)
      .flatMap(({ legs }) => legs.filter(({ leg }) => on.has(leg)))
      .flatMap((leg) => (leg.kind === 'changed' ? leg.changes : []))
      .filter(({ row: value }) => rows.includes(value))
      .map((change) => readableChange(change))
      .map(({ from, to }) => `${code(from)} → ${code(to)}`),
  );
  const [shown, more] = [[...new Set(seen)].slice(0, MOST_EXAMPLES), new Set(seen).size - MOST_EXAMPLES];
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join('; ') || 'not seen';
}

/** Names only the direction if all its legs are meant. */
function legsInWords(on: ReadonlySet<string>): string {
  const words = DIRECTIONS.flatMap((direction) => {
    const all = LEGS.filter((leg) => leg.direction === direction);
    const meant = all.filter((leg) => on.has(nameOfLeg(leg)));
    if (meant.length === 0) return [];
    if (meant.length === all.length) return [`${direction}: all`];
    const paths = meant.map(({ path }) => path).join(', ');
    return [`${direction}: ${paths.replace('inserted alone, inserted together', 'inserted')}`];
  });
  return words.join('; ');
}

function caseLink(name: string): string {
  return `[${name}](#${name})`;
}
