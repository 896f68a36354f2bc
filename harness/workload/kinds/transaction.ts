import type { ExecutedStatement } from '../../history/lines.ts';
import { NotAcknowledged } from '../outcome.ts';
import { generatedBy, handedOutKey, sentKey, type RowNaming } from '../row-naming.ts';
import { serverOf } from '../server-sql.ts';
import type { Session } from '../session.ts';
import { stepStatement, type Statement, type Transaction } from '../statement-planner.ts';
import { savedFrom } from '../step-answer.ts';
import type { Done, Operation } from './kind.ts';

/** Receives every row that a committed transaction inserted, with the number that the server generated, or 0. */
type Inserted = (statement: Statement, insertId: number | string) => void;

/**
 * Returns one of the application's transactions: its steps between BEGIN and COMMIT, each of which waits for the answer
 * to the one before, as an application does. A transaction that only reads is an operation `read`.
 *
 * @param namings how each step names its row.
 */
export function transactionOperation(
  index: number,
  planned: Transaction,
  namings: readonly (RowNaming | null)[],
  inserted: Inserted,
): Operation {
  const { name, steps, retry } = planned;
  const write = steps.find(({ kind }) => kind !== 'read');
  const { table } = write ?? steps[0]!;
  return {
    index,
    kind: 'sql',
    f: write === undefined ? 'read' : 'transaction',
    table,
    key: null,
    value: null,
    statement: name,
    ...(retry === undefined ? {} : { retry }),
    send: async (session) => {
      const seen = new Seen(planned, namings);
      const server = await between(session, seen, table);
      if (server === null) return { matched: 0 };
      try {
        await session.commit();
      } catch (error) {
        if (error instanceof NotAcknowledged) error.executed = seen.executed;
        throw error;
      }
      for (const [statement, insertId] of seen.inserts) inserted(statement, insertId);
      const done: Done = { server };
      return write === undefined ? done : { ...done, executed: seen.executed };
    },
  };
}

/**
 * Begins, runs every step, and asks which server has executed them. It asks last, because a read before the steps would
 * fix the snapshot that they see. If this query is refused, so is the transaction: vtgate itself ends a transaction
 * after some errors, and then answers its COMMIT with success.
 *
 * @returns the server, or null if a row was missing and the transaction was rolled back.
 */
async function between(session: Session, seen: Seen, table: string): Promise<string | null> {
  try {
    await session.step('BEGIN');
    for (let at = 0; at < seen.steps; at += 1) {
      if (await seen.step(session, at)) continue;
      await session.rollback();
      return null;
    }
    const { rows } = await session.step(serverOf(table));
    return String(rows[0]?.[0]);
  } catch (error) {
    await session.rollback();
    throw error;
  }
}

/** What a transaction has done and saved so far. */
class Seen {
  readonly executed: ExecutedStatement[] = [];
  readonly inserts: [Statement, number | string][] = [];
  readonly #planned: Transaction;
  readonly #namings: readonly (RowNaming | null)[];
  readonly #known;

  constructor(planned: Transaction, namings: readonly (RowNaming | null)[]) {
    this.#planned = planned;
    this.#namings = namings;
    this.#known = new Map(planned.parameters);
  }

  get steps(): number {
    return this.#planned.steps.length;
  }

  /** Runs a step. @returns false if there was no row or generated number to save. */
  async step(session: Session, at: number): Promise<boolean> {
    const statement = stepStatement(this.#planned, at, this.#known);
    const naming = this.#namings[at] ?? null;
    const answer = await session.step(statement.sql, statement.values);
    const insertId = generatedBy(naming, answer.done?.insertId ?? 0);
    this.#did(statement, naming, answer.done?.affectedRows ?? 0, insertId);
    const saved = savedFrom(this.#planned.steps[at]!.saves, answer, insertId);
    for (const [name, value] of saved ?? []) this.#known.set(name, value);
    return saved !== null;
  }

  #did(statement: Statement, naming: RowNaming | null, matched: number, insertId: number | string): void {
    const { kind: f, table } = statement;
    if (f === 'insert') this.inserts.push([statement, insertId]);
    const key = naming === null ? null : keyOf(naming, statement, insertId);
    const isAdded = f === 'insert' && matched > 0;
    this.executed.push({ f, table, key, ...(f === 'read' || isAdded ? {} : { matched }) });
  }
}

function keyOf(naming: RowNaming, statement: Statement, insertId: number | string): number | string | null {
  const handedOut = statement.kind === 'insert' ? handedOutKey(naming, statement, insertId) : null;
  return handedOut ?? sentKey(naming, statement);
}
