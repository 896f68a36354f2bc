import { markdownTable } from '../markdown.ts';
import type { CaseResult, ColumnResult } from './declared.ts';
import { findings } from './findings.ts';
import type { LegOutcome } from './judge-leg.ts';
import { LEGS, nameOfLeg, TOUCHED } from './legs.ts';
import { code, opinion } from './page-cells.ts';
import { readableChange } from './readable-change.ts';
import type { FidelityResult } from './result.ts';
import type { ValueCase } from './value-case.ts';

const HEADING = '## What ran';

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

function shortened(type: string): string {
  return type.length <= 60 ? type : `${type.slice(0, 57)}…`;
}
