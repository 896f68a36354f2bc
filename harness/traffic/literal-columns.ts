import { tokens, type Token } from '../fixture/sql.ts';
import type { Column } from '../schema/columns.ts';
import type { Table } from '../schema/database.ts';
import type { CutStatement } from './literals.ts';

/** The column whose value a literal is, or with which it is compared. */
export interface LiteralColumn {
  readonly table: Table;
  readonly column: Column;
  /** `sent`: in the row of an INSERT; `set`: by SET; `compared`: in a condition. */
  readonly role: 'sent' | 'set' | 'compared';
  /** Whether the comparison is `=` or IN, so that it selects rows by value. */
  readonly isEqual: boolean;
  /** The number of the row in an INSERT of several rows, from 0. */
  readonly row: number;
}

/** The tables of the schema that a statement names, and the columns of its literals, as far as they are clear. */
export interface LiteralColumns {
  readonly tables: readonly Table[];
  /** The column of each literal, in order. */
  readonly columns: readonly (LiteralColumn | null)[];
}

const BEFORE_TABLE = /^(?:into|update|from|join|table|ignore|replace|insert|straight_join|low_priority|,|\.)$/i;
/** Words that stand between a column and the value that it is compared with. */
const COMPARING = /^(?:=|<|>|!|like|in|not|between|regexp|rlike)$/i;

/** Finds the columns of literals from the order of words. A literal in an unusual place has none. */
export function literalColumnsOf(cut: CutStatement, schema: readonly Table[]): LiteralColumns {
  // A colon stands for the literal, because a statement has no other colons except in `:=`.
  const all = tokens(cut.texts.join(' :literal '), 'a statement of a log');
  const literals = all.flatMap(({ text, kind }, at) =>
    text === ':' && kind === 'mark' && isLiteral(all, at) ? [at] : [],
  );
  const named = tablesIn(all, schema);
  const columns: (LiteralColumn | null)[] = literals.map((at) => comparedAt(all, at, named));
  const tables = [...new Set(named.map(({ table }) => table))];
  const [into] = tables;
  if (into !== undefined) {
    for (const [at, sent] of sentColumns(all, literals, into)) columns[at] = sent;
  }
  return { tables, columns };
}

function isLiteral(all: readonly Token[], at: number): boolean {
  return all[at + 1]?.text === 'literal';
}

/** A table that a statement names. */
interface NamedTable {
  readonly table: Table;
  /** Its alias, or any other word that follows it. */
  readonly alias: string | undefined;
}

function tablesIn(all: readonly Token[], schema: readonly Table[]): NamedTable[] {
  return all.flatMap(({ text, kind }, at): NamedTable[] => {
    if (kind !== 'word' && kind !== 'name') return [];
    if (at > 0 && !BEFORE_TABLE.test(all[at - 1]!.text)) return [];
    const table = schema.find(({ name }) => name === text);
    const next = /^as$/i.test(all[at + 1]?.text ?? '') ? at + 2 : at + 1;
    return table === undefined ? [] : [{ table, alias: all[next]?.text }];
  });
}

function comparedAt(all: readonly Token[], at: number, tables: readonly NamedTable[]): LiteralColumn | null {
  let before = at - 1;
  // The literal is within a list, or after BETWEEN … AND.
  while (before > 0 && isBetweenValues(all, before)) before--;
  const operators: string[] = [];
  while (before > 0 && COMPARING.test(all[before]!.text)) operators.push(all[before--]!.text.toLowerCase());
  const name = all[before];
  if (operators.length === 0 || (name?.kind !== 'word' && name?.kind !== 'name')) return null;
  const of = all[before - 1]?.text === '.' ? all[before - 2]?.text : undefined;
  const mayBe = tables.filter(({ table, alias }) => of === undefined || table.name === of || alias === of);
  const owners = new Set(
    mayBe.flatMap(({ table }) => (table.columns.some((each) => isNamed(each, name.text)) ? table : [])),
  );
  const [table] = owners;
  const column = table?.columns.find((each) => isNamed(each, name.text));
  if (table === undefined || column === undefined || owners.size > 1) return null;
  const operator = operators.join(' ');
  const isSet = operator === '=' && isInSet(all, at);
  const isEqual = operator === '=' || operator === 'in';
  return { table, column, role: isSet ? 'set' : 'compared', isEqual, row: 0 };
}

function isNamed(column: Column, name: string): boolean {
  return column.name.toLowerCase() === name.toLowerCase();
}

function isBetweenValues(all: readonly Token[], at: number): boolean {
  const { text, kind } = all[at]!;
  if (kind === 'mark' && (text === '(' || text === ',')) return isLiteralOrIn(all, at);
  if (text === 'literal' && all[at - 1]?.text === ':') return true;
  if (text === ':' && isLiteral(all, at)) return true;
  return /^and$/i.test(text) && /^between$/i.test(all[at - 3]?.text ?? '');
}

/** Whether a parenthesis or comma belongs to the list of IN. */
function isLiteralOrIn(all: readonly Token[], at: number): boolean {
  return all[at]!.text === '(' ? /^in$/i.test(all[at - 1]?.text ?? '') : all[at - 1]?.text === 'literal';
}

/** Whether a place is in the list of SET, or of ON DUPLICATE KEY UPDATE, and not in a condition. */
function isInSet(all: readonly Token[], at: number): boolean {
  for (let before = at - 1; before >= 0; before--) {
    const { text, kind } = all[before]!;
    if (kind !== 'word') continue;
    if (/^(?:where|on|having|when|select|and|or)$/i.test(text)) return false;
    if (/^(?:set|update)$/i.test(text)) return true;
  }
  return false;
}

/** Returns which literals are values in the rows of an INSERT, by their place among the literals. */
function sentColumns(all: readonly Token[], literals: readonly number[], table: Table): Map<number, LiteralColumn> {
  const found = new Map<number, LiteralColumn>();
  const values = all.findIndex(({ kind, text }) => kind === 'word' && /^values?$/i.test(text));
  if (values < 0 || !/^(?:insert|replace)$/i.test(all[0]?.text ?? '')) return found;
  const columns = sentNames(all.slice(0, values), table);
  let [depth, row, place] = [0, -1, 0];
  for (let at = values + 1; at < all.length; at++) {
    const { text, kind } = all[at]!;
    if (kind === 'word' && depth === 0 && text !== 'literal') break;
    if (kind !== 'mark') continue;
    if (text === '(' && depth++ === 0) [row, place] = [row + 1, 0];
    else if (text === ')') depth--;
    else if (text === ',' && depth === 1) place++;
    else if (text === ':' && depth === 1 && isWhole(all, at)) {
      const column = columns[place];
      if (column !== undefined) found.set(literals.indexOf(at), { table, column, role: 'sent', isEqual: false, row });
    }
  }
  return found;
}

/** Whether a value of a row consists only of this literal. */
function isWhole(all: readonly Token[], at: number): boolean {
  return /^[(,]$/.test(all[at - 1]?.text ?? '') && /^[),]$/.test(all[at + 2]?.text ?? '');
}

/** Returns the columns of an INSERT in order, or those of the table if it names none. */
function sentNames(before: readonly Token[], table: Table): (Column | undefined)[] {
  const open = before.findIndex(({ kind, text }) => kind === 'mark' && text === '(');
  if (open < 0) return table.columns.filter(({ isInvisible }) => !isInvisible);
  return before
    .slice(open + 1)
    .filter(({ kind }) => kind !== 'mark')
    .map(({ text }) => table.columns.find((column) => isNamed(column, text)));
}
