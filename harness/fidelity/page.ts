import { linkedReports, markdownTable } from '../markdown.ts';
import { reaches } from '../vitess-version.ts';
import type { CaseResult, ColumnResult } from './declared.ts';
import type { LegOutcome } from './judge-leg.ts';
import { DIRECTIONS, LEGS, nameOfLeg, TOUCHED } from './legs.ts';
import { readableChange } from './readable-change.ts';
import type { FidelityResult } from './result.ts';
import { inVersion, type DeclaredChange, type DeclaredStop, type ValueCase } from './value-case.ts';

const HEADING = '## What ran';

const STOPS = 'the stream stops';

/** How an outcome is shown in the table. */
const MARKS: Readonly<Record<LegOutcome['kind'], string>> = {
  equal: '=',
  changed: '≠',
  refused: '✗',
  'not reached': '·',
};

/** Returns the page with everything after its introduction updated. */
export function withFidelity(page: string, result: FidelityResult, cases: readonly ValueCase[]): string {
  const [before = ''] = page.split(`\n${HEADING}\n`);
  const parts = [
    HEADING,
    settings(result),
    definitions(result),
    '## What changes, and what stops',
    findings(result, cases),
    ...(result.surprises.length === 0 ? [] : ['## Otherwise than declared', listOf(result.surprises)]),
    '## The table',
    ...tablesOf(result),
  ];
  return `${before.trimEnd()}\n\n${parts.join('\n\n')}\n`;
}

function settings({ on, vitess, experimentalFlags, variables, leftOut }: FidelityResult): string {
  const without = leftOut.map(({ name, needs }) => `\`${name}\` needs MySQL ${needs}`).join(', ');
  return markdownTable([
    ['setting', 'source', 'target'],
    ['day', on, on],
    ['Vitess', vitess, vitess],
    ['`--vreplication-experimental-flags`', experimentalFlags.source, experimentalFlags.target],
    ...variables.map(({ name, source, target }) => [`\`${name}\``, code(source), code(target)]),
    ...(without === '' ? [] : [['left out', without, '']]),
  ]);
}

/** Says how many definitions were compared, and that they are the same, unless the surprises name one. */
function definitions({ cases }: FidelityResult): string {
  const outcomes = cases.flatMap((each) => each.definitions);
  const tables = new Set(outcomes.map(({ table }) => table));
  const changed = new Set(outcomes.filter(({ change }) => change !== null).map(({ table }) => table));
  const all = new Set(cases.flatMap(({ columns }) => columns.map(({ table }) => table)));
  const others = [...all]
    .filter((table) => !tables.has(table))
    .map(code)
    .join(', ');
  const without = others === '' ? '' : ` Those of ${others} were not, because the copy stopped.`;
  const otherwise = [...changed].map(code).join(', ');
  const same = otherwise === '' ? 'They were the same everywhere.' : `They were the same but for ${otherwise}.`;
  return `The definitions of ${tables.size} tables, which are what \`SHOW CREATE TABLE\` says without the value of \`AUTO_INCREMENT\` (and with a question mark for an emoji in a member of ENUM or SET), were compared on both sides after the copy and at the end with what the source had before. ${same}${without}`;
}

function listOf(texts: readonly string[]): string {
  return texts.map((text) => `- ${text.replaceAll('\n', ' ')}`).join('\n');
}

/** Returns a row for each declared change or stop, with what was seen of it, or since when it is mended. */
function findings({ vitess, cases: results }: FidelityResult, cases: readonly ValueCase[]): string {
  const header = ['case', 'what', 'when', 'becomes', 'VDiff', 'why', 'report', 'preflight'];
  const rows = cases.flatMap((each) => {
    const result = results.find(({ name }) => name === each.name);
    if (result === undefined) return [];
    const { changes, stops } = inVersion(each, vitess);
    return [
      ...alike(changes).map(([change, ...others]) => [
        caseLink(each.name),
        `\`${change.column}\``,
        legsInWords(change.on),
        examples(result, [change, ...others]),
        opinion(result, change.column.split('.')[0]!),
        ...why(change),
      ]),
      ...stops.map((stop) => [caseLink(each.name), STOPS, legsInWords(stop.on), saying(stop), STOPS, ...why(stop)]),
      ...alike(each.changes.filter(isMended)).map(([change, ...others]) => [
        caseLink(each.name),
        `\`${change.column}\``,
        legsInWords(change.on),
        mendedIn(change, arrives(result, [change, ...others])),
        opinion(result, change.column.split('.')[0]!),
        ...why(change),
      ]),
      ...each.stops
        .filter(isMended)
        .map((stop) => [
          caseLink(each.name),
          STOPS,
          legsInWords(stop.on),
          mendedIn(stop, goesOn(result, stop)),
          '',
          ...why(stop),
        ]),
    ];
  });
  return markdownTable([header, ...rows]);

  function isMended({ mended }: { readonly mended: readonly string[] }): boolean {
    return reaches(vitess, mended);
  }
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
function goesOn({ columns }: CaseResult, { on }: DeclaredStop): boolean {
  return columns.every(({ legs }) => {
    const taken = legs.filter(({ leg }) => on.has(leg));
    return taken.length === on.size && taken.every(({ kind }) => kind === 'equal' || kind === 'changed');
  });
}

function tablesOf({ cases }: FidelityResult): string[] {
  const header = ['column', 'type', 'values', ...LEGS.map(nameOfLeg), 'VDiff'];
  return cases.flatMap((each) => [
    `### ${each.name}`,
    `${each.about} ([values](../scenarios/fidelity/cases/${each.name}/values.sql))`,
    markdownTable([header, ...each.columns.filter(isShown).map((column) => row(each, column))]),
  ]);
}

/** Leaves out the column that shows whether a change arrived at all, unless one did not. */
function isShown({ column, legs }: ColumnResult): boolean {
  return column !== TOUCHED || legs.some(({ kind }) => kind === 'changed');
}

function row(
  result: CaseResult,
  { table: name, column, type, isNullable, inKey, values, legs }: ColumnResult,
): string[] {
  const more = [isNullable ? 'NULL' : 'NOT NULL', ...(inKey ? ['key'] : [])];
  return [
    `\`${name}.${column}\``,
    `${shortened(type)}, ${more.join(', ')}`,
    String(values),
    ...legs.map(({ kind }) => MARKS[kind]),
    opinion(result, name),
  ];
}

/** Returns what VDiff said about a table, with the directions in which it was asked if it was not all of them. */
function opinion({ vdiffs }: CaseResult, table: string): string {
  const asked = vdiffs.filter((each) => each.table === table);
  if (asked.length === 0) return 'not asked';
  const differing = asked.filter(({ mismatchedRows }) => mismatchedRows > 0);
  if (differing.length === 0) {
    const directions = new Set(asked.map(({ direction }) => direction));
    return directions.size === DIRECTIONS.length ? 'equal' : `${[...directions].join(', ')}: equal`;
  }
  return differing.map(({ direction, mismatchedRows }) => `${direction}: ${mismatchedRows} rows differ`).join('; ');
}

/** Returns why something happens, in three cells. */
function why({ reason, report, rule }: Pick<DeclaredChange, 'reason' | 'report' | 'rule'>): string[] {
  return [reason, linkedReports(report), `\`${rule}\``];
}

/** How many of the changed values are shown. */
const MOST_EXAMPLES = 2;

/** Groups the changes of a column that happen on the same legs for the same reason. */
function alike(changes: readonly DeclaredChange[]): (readonly [DeclaredChange, ...DeclaredChange[]])[] {
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

/** Returns what changed, what stopped, and what VDiff found, for a person at a terminal. */
export function changesInWords({ cases }: FidelityResult): string[] {
  return cases.flatMap(({ columns, vdiffs }) => [
    ...columns.flatMap(changesOfColumn),
    ...vdiffs
      .filter(({ mismatchedRows }) => mismatchedRows > 0)
      .map(({ table, direction, mismatchedRows, rowsCompared, samples }) =>
        [`${table}, ${direction}, by VDiff: ${mismatchedRows} of ${rowsCompared} rows differ`, ...samples].join('; '),
      ),
  ]);
}

function changesOfColumn({ table, column, legs }: ColumnResult): string[] {
  return legs.flatMap((leg) => {
    if (leg.kind === 'refused') return [`${table}.${column}, ${leg.leg}: ${leg.message}`];
    if (leg.kind !== 'changed') return [];
    return leg.changes.map((change) => {
      const { from, to } = readableChange(change);
      return `${table}.${column}, value ${change.row}, ${leg.leg}: ${from} → ${to}`;
    });
  });
}

function caseLink(name: string): string {
  return `[${name}](#${name})`;
}

function shortened(type: string): string {
  return type.length <= 60 ? type : `${type.slice(0, 57)}…`;
}

function code(text: string): string {
  return text === '' ? 'empty' : `\`${text.replaceAll('`', "'")}\``;
}
