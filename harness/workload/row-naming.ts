import type { StatementShape } from '../fixture/generators.ts';
import { exactInsertId, exactKey, type KeyColumn, type TableKey } from './exact-key.ts';
import type { Value } from './generate.ts';
import { keyParametersOf, type KeyValue } from './statement-keys.ts';
import type { Statement } from './statement-planner.ts';

/** How a statement names its row. */
export interface RowNaming {
  readonly key: TableKey;
  /**
   * Parameters or whole numbers for the columns of the key; null if it does not certainly name one row. An insert may
   * lack the parameter for the column that the server generates.
   */
  readonly parameters: ReadonlyMap<string, KeyValue> | null;
}

/**
 * Returns how a statement names its row; null if it reads, or if the keys of its table do not have exactly one form.
 */
export function rowNaming(statement: StatementShape, key: TableKey | null): RowNaming | null {
  if (key === null || statement.kind === 'read') return null;
  return { key, parameters: parametersOf(statement, key) };
}

function parametersOf(statement: StatementShape, key: TableKey): ReadonlyMap<string, KeyValue> | null {
  const names = key.columns.map(({ name }) => name);
  const all = keyParametersOf(statement, names);
  if (all !== null || statement.kind !== 'insert') return all;
  const sent = names.filter((name) => name !== key.handedOut);
  return keyParametersOf(statement, sent);
}

function isHandedOut({ handedOut }: TableKey): (column: KeyColumn) => boolean {
  return ({ name }) => name === handedOut;
}

/** Returns the key from the statement's own values, or null if it also depends on the server. */
export function sentKey({ key, parameters }: RowNaming, statement: Statement): number | string | null {
  if (parameters === null) return null;
  const values = sentValues({ key, parameters }, statement);
  const wish = values[key.columns.findIndex(isHandedOut(key))];
  // AUTO_INCREMENT may treat 0 as a request for a number, depending on the server's sql_mode.
  return statement.kind === 'insert' && Number(wish) === 0 ? null : exactKey(key, values);
}

function sentValues({ key, parameters }: RowNaming, statement: Statement): readonly (Value | undefined)[] {
  return key.columns.map(({ name }) => {
    const value = parameters?.get(name) ?? '';
    return typeof value === 'number' ? value : statement.parameters.get(value);
  });
}

/**
 * Returns the key with the value that the server generated. An upsert that updates an existing row returns an insert id
 * that is not reliable.
 */
export function handedOutKey(
  naming: RowNaming,
  statement: Statement,
  insertId: number | string,
): number | string | null {
  const { key } = naming;
  if (key.handedOut === null || insertId === 0 || /\bON\s+DUPLICATE\b/i.test(statement.sql)) return null;
  const sent = sentValues(naming, statement);
  return exactKey(
    key,
    key.columns.map((column, at) => (isHandedOut(key)(column) ? insertId : sent[at])),
  );
}

/** Returns the exact number that the server generated, or 0 for none. */
export function generatedBy(naming: RowNaming | null, insertId: number | string): number | string {
  return exactInsertId(insertId, naming?.key.columns.find(isHandedOut(naming.key)));
}
