import { changedDefinitions, type DefinitionOutcome } from './definitions.ts';
import { stoppingTables, type DeclaredChange, type DeclaredStop } from './expected.ts';
import type { LegOutcome, ValueChange } from './judge-leg.ts';
import { readableChange } from './readable-change.ts';
import type { ValueCase } from './value-case.ts';
import { otherOpinions, unaskedOpinions, type VDiffOpinion } from './vdiff-opinion.ts';

/** The outcomes of a column of a case. */
export interface ColumnResult {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly inKey: boolean;
  /** The number of values with which it was tried. */
  readonly values: number;
  readonly legs: readonly LegOutcome[];
}

/** The outcome of a case. */
export interface CaseResult {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly ColumnResult[];
  readonly vdiffs: readonly VDiffOpinion[];
  readonly definitions: readonly DefinitionOutcome[];
}

/** Returns how a result differs from what is declared: what happened undeclared, and what did not happen. */
export function undeclared(
  result: CaseResult,
  { changes, stops, definitions }: Pick<ValueCase, 'changes' | 'stops' | 'definitions'>,
): string[] {
  const seen = result.columns.flatMap((column) => column.legs.flatMap((leg) => seenOn(column, leg)));
  const tables = [...new Set(result.columns.map(({ table }) => table))];
  const used = new Set<string>();
  const surprises = seen.filter((each) => {
    const declared =
      each.change === null ? stops.filter(isStop(each, tables)) : changes.filter(isChange(each, each.change));
    for (const one of declared) used.add(keyOf(one, each));
    return declared.length === 0;
  });
  const vain = [
    ...stops.flatMap((stop) =>
      stoppingTables(stop, tables).flatMap((table) =>
        [...stop.on]
          .filter((leg) => !used.has(keyOf(stop, { table, leg })))
          .map((leg) => `${table}, ${leg}: no longer stops with “${stop.says.join('” or “')}”`),
      ),
    ),
    ...changes.flatMap((change) =>
      [...change.on].flatMap((leg) =>
        change.rows
          .filter((row) => !used.has(keyOf(change, { table: tableOf(change), leg, change: { row } })))
          .map(
            (row) => `${change.column}, value ${row}, ${leg}: no longer changes from ${change.from} to ${change.to}`,
          ),
      ),
    ),
  ];
  const all = [
    ...surprises.map(describe),
    ...vain,
    ...otherOpinions(result.vdiffs, changes),
    ...unaskedOpinions(result.vdiffs, result.columns),
    ...changedDefinitions(result.definitions, copiedTables(result), definitions),
  ];
  return [...new Set(all)].map((text) => `${result.name}: ${text}`);
}

/** Returns the tables whose copy ended, so that their definitions can be compared. */
function copiedTables({ columns }: CaseResult): string[] {
  const copied = columns.filter(({ legs }) => !legs.some((leg) => leg.kind === 'refused' && leg.step === 'copy'));
  return [...new Set(copied.map(({ table }) => table))];
}

/** Something that is not equal. */
interface Seen {
  readonly table: string;
  readonly column: string;
  readonly leg: string;
  /** Null if the stream stopped. */
  readonly change: ValueChange | null;
  readonly message: string;
}

function seenOn({ table, column }: ColumnResult, outcome: LegOutcome): Seen[] {
  const place = { table, column: `${table}.${column}`, leg: outcome.leg };
  if (outcome.kind === 'refused') return [{ ...place, change: null, message: outcome.message }];
  if (outcome.kind !== 'changed') return [];
  return outcome.changes.map((change) => ({ ...place, change, message: '' }));
}

function keyOf(
  declared: object,
  { table, leg, change }: Pick<Seen, 'table' | 'leg'> & { readonly change?: { readonly row: number } | null },
): string {
  return JSON.stringify([declared, table, leg, change?.row ?? null]);
}

function tableOf({ column }: DeclaredChange): string {
  return column.split('.')[0]!;
}

function isStop({ table, leg, message }: Seen, tables: readonly string[]): (stop: DeclaredStop) => boolean {
  return (stop) =>
    stop.on.has(leg) &&
    stoppingTables(stop, tables).includes(table) &&
    stop.says.some((words) => matches(message, words));
}

function isChange({ column, leg }: Seen, change: ValueChange): (declared: DeclaredChange) => boolean {
  const { from, to } = readableChange(change);
  return (declared) => {
    const isHere = declared.column === column && declared.on.has(leg) && declared.rows.includes(change.row);
    return isHere && matches(from, declared.from) && matches(to, declared.to);
  };
}

/** @param pattern a text in which `…` stands for anything. */
function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('…').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

function describe({ table, column, leg, change, message }: Seen): string {
  if (change === null) return `${table}, ${leg}: stops with “${message}”`;
  const { from, to } = readableChange(change);
  return `${column}, value ${change.row}, ${leg}: changes from ${from} to ${to}`;
}
