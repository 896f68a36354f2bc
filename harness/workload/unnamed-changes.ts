import type { StatementShape, WorkloadFile } from '../fixture/generators.ts';
import { tokens, type Token } from '../fixture/sql.ts';
import { primaryKey, type Database, type Table } from '../schema/database.ts';
import type { KeyColumn, TableKey } from './exact-key.ts';
import { isWord, keyParametersOf } from './statement-keys.ts';

/** Statements that can change rows of one table without the history naming them; see `TableLine`. */
export interface UnnamedChanges {
  readonly removedBy: ReadonlySet<string>;
  readonly rekeyedBy: ReadonlySet<string>;
}

type Keys = ReadonlyMap<string, TableKey | null>;

/**
 * Returns which statements can remove rows, or change their keys, without naming them: through a WHERE clause on other
 * columns, and through the effects of foreign keys and triggers, across any number of tables.
 */
export function unnamedChanges(
  { statements, transactions = {} }: WorkloadFile,
  database: Pick<Database, 'tables' | 'triggers'>,
  keys: Keys,
): ReadonlyMap<string, UnnamedChanges> {
  const found = new Map(
    database.tables.map(({ name }) => [name, { removedBy: new Set<string>(), rekeyedBy: new Set<string>() }] as const),
  );
  // The effects of a transaction's step are listed under the transaction's name.
  const all = [
    ...Object.entries(statements),
    ...Object.entries(transactions).flatMap(([name, { steps }]) => steps.map((step) => [name, step] as const)),
  ];
  for (const [name, statement] of all) {
    if (statement.kind === 'read') continue;
    const consequences = new Consequences(database);
    consequences.of(statement, keys);
    for (const table of consequences.removed) found.get(table)?.removedBy.add(name);
    for (const table of consequences.rekeyed) found.get(table)?.rekeyedBy.add(name);
  }
  return found;
}

/** What one statement can do to rows that it does not name. */
class Consequences {
  readonly removed = new Set<string>();
  readonly rekeyed = new Set<string>();
  readonly #database: Pick<Database, 'tables' | 'triggers'>;
  /** Effects whose own consequences are known; a cycle of foreign keys ends here. */
  readonly #seen = new Set<string>();

  constructor(database: Pick<Database, 'tables' | 'triggers'>) {
    this.#database = database;
  }

  of(statement: StatementShape, keys: Keys): void {
    const { sql, table } = statement;
    const all = tokens(sql, 'a statement of the workload');
    const is = (...words: readonly string[]) => isWord(...words)(all[0]);
    // A procedure, for example, can do anything.
    if (!is('INSERT', 'REPLACE', 'UPDATE', 'DELETE')) return this.#anything();
    const key = keys.get(table) ?? null;
    const names = key?.columns.map((column) => column.name) ?? [];
    const values = names.length === 0 ? null : keyParametersOf(statement, names);
    // Only the server knows which values of a text column match a number.
    const isExact = ({ name, form }: KeyColumn) => form === 'integer' || typeof values?.get(name) === 'string';
    const isNamed = values !== null && (key?.columns.every(isExact) ?? false);
    this.#fire(table);
    if (is('REPLACE')) this.#replace(table);
    if (is('DELETE')) {
      for (const each of this.#targets(all, table)) {
        if (!isNamed) this.removed.add(each);
        this.#remove(each);
      }
    }
    if (is('UPDATE')) {
      const columns = namesOf(all.slice(all.findIndex(isWord('SET')), lastWhere(all)));
      for (const each of this.#targets(all, table)) this.#update(each, columns);
    }
    if (!is('INSERT', 'REPLACE')) return;
    const onDuplicate = all.findLastIndex(isWord('DUPLICATE'));
    if (onDuplicate >= 0) this.#update(table, namesOf(all.slice(onDuplicate)));
    // The server never reuses the numbers that it generates; anything else may be reused.
    const handedOut = key?.handedOut ?? null;
    const isHandedOut = handedOut !== null && !namesOf(all).has(handedOut.toLowerCase());
    if (!isNamed && !isHandedOut) this.rekeyed.add(table);
  }

  #anything(): void {
    for (const { name } of this.#database.tables) {
      this.removed.add(name);
      this.rekeyed.add(name);
    }
  }

  /** Returns the statement's table, or every table in it if it is about more than one. */
  #targets(all: readonly Token[], table: string): readonly string[] {
    const isOne = isWord('WHERE', 'SET', 'ORDER', 'LIMIT')(all[all.findIndex(({ text }) => text === table) + 1]);
    if (isOne || all.at(-1)?.text === table) return [table];
    const named = namesOf(all);
    return this.#database.tables.map(({ name }) => name).filter((name) => named.has(name.toLowerCase()));
  }

  /** Removes every row that has the same values in any unique key. */
  #replace(table: string): void {
    const isUniqueElsewhere = this.#table(table)?.indexes.some(({ name, unique }) => unique && name !== 'PRIMARY');
    if (isUniqueElsewhere !== false) this.rekeyed.add(table);
    this.#remove(table);
  }

  #remove(table: string): void {
    if (this.#isSeen(`remove ${table}`)) return;
    this.#fire(table);
    for (const { child, key } of this.#children(table)) {
      if (key.rules.startsWith('ON DELETE CASCADE')) {
        this.removed.add(child);
        this.#remove(child);
      } else if (key.rules.startsWith('ON DELETE SET')) {
        this.#update(child, lowered(key.columns));
      }
    }
  }

  #update(table: string, columns: ReadonlySet<string>): void {
    if (this.#isSeen(`update ${table} ${[...columns].toSorted().join()}`)) return;
    this.#fire(table);
    const own = this.#table(table);
    if (own === undefined || primaryKey(own).some((name) => columns.has(name.toLowerCase()))) this.rekeyed.add(table);
    for (const { child, key } of this.#children(table)) {
      const isTouched = key.parentColumns.some((name) => columns.has(name.toLowerCase()));
      if (isTouched && /ON UPDATE (?:CASCADE|SET)/.test(key.rules)) this.#update(child, lowered(key.columns));
    }
  }

  /** A trigger can do anything to the tables that it names. */
  #fire(table: string): void {
    for (const { body } of this.#database.triggers.filter((trigger) => trigger.table === table)) {
      if (!/\b(?:delete|update|replace|call)\b/i.test(body)) continue;
      const named = namesOf(tokens(body, 'a trigger'));
      for (const { name } of this.#database.tables) {
        if (!named.has(name.toLowerCase()) && !named.has('call')) continue;
        this.rekeyed.add(name);
        this.#remove(name);
      }
    }
  }

  #children(parent: string) {
    return this.#database.tables.flatMap(({ name: child, foreignKeys }) =>
      foreignKeys
        .filter(({ parentSchema, parentTable }) => parentSchema === null && parentTable === parent)
        .map((key) => ({ child, key })),
    );
  }

  #table(name: string): Table | undefined {
    return this.#database.tables.find((table) => table.name === name);
  }

  #isSeen(effect: string): boolean {
    const isSeen = this.#seen.has(effect);
    this.#seen.add(effect);
    return isSeen;
  }
}

function lastWhere(all: readonly Token[]): number {
  const where = all.findLastIndex(isWord('WHERE'));
  return where < 0 ? all.length : where;
}

function namesOf(all: readonly Token[]): Set<string> {
  return lowered(all.flatMap(({ kind, text }) => (kind === 'word' || kind === 'name' ? [text] : [])));
}

function lowered(names: readonly string[]): Set<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}
