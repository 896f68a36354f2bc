import { trouble } from '../errors.ts';
import { LAST_INSERT_ID } from '../fixture/check-steps.ts';
import type { Value } from '../workload/generate.ts';
import { Session, type WriteEndpoint } from '../workload/session.ts';
import { stepStatement, type Statement, type Transaction } from '../workload/statement-planner.ts';
import { savedFrom, type StepAnswer } from '../workload/step-answer.ts';
import type { StatementOutcome } from './compare-sides.ts';
import { outcomeOfError } from './statement-outcome.ts';

const TIMEOUT_MS = 30_000;
/** The flag with which a server says that a transaction is open (MySQL manual, “Server Status Flags”). */
const IN_TRANSACTION = 1;

/** What a transaction did on one side. */
export interface TriedTransaction {
  /** What each step returned, one per line; an error names its step. */
  readonly outcome: StatementOutcome;
  /** The statements that were run, with their values. */
  readonly ran: readonly Statement[];
  /** The step, from 1, after which nothing was tried, because it found nothing to save; null if all were tried. */
  readonly cutAt: number | null;
}

/** Runs the steps of a transaction on one side, and rolls back. */
export async function runTransaction(transaction: Transaction, endpoint: WriteEndpoint): Promise<TriedTransaction> {
  const ran: Statement[] = [];
  let session: Session | undefined;
  try {
    session = await Session.open(endpoint, TIMEOUT_MS);
    return { ...(await runSteps(transaction, session, ran)), ran };
  } catch (error) {
    const outcome = outcomeOfError(error);
    const told = 'error' in outcome ? { ...outcome, error: `step ${ran.length}: ${outcome.error}` } : outcome;
    return { outcome: told, ran, cutAt: null };
  } finally {
    await session?.rollback();
    await session?.close();
  }
}

async function runSteps(
  transaction: Transaction,
  session: Session,
  ran: Statement[],
): Promise<Omit<TriedTransaction, 'ran'>> {
  const known = new Map<string, Value>(transaction.parameters);
  const gave: string[] = [];
  await session.step('BEGIN');
  for (const [at, { saves }] of transaction.steps.entries()) {
    const statement = stepStatement(transaction, at, known);
    ran.push(statement);
    const answer = await session.step(statement.sql, statement.values);
    if (session.endpoint.name === 'source') refuseEnded(answer);
    gave.push(`step ${at + 1}: ${textOf(answer)}`);
    const saved = savedFrom(saves, answer, answer.done?.insertId ?? 0);
    if (saved === null && statement.kind !== 'read') {
      throw trouble({ what: `it saves ${LAST_INSERT_ID}, and the server generated no number` });
    }
    if (saved === null) {
      gave.push('there is nothing to save, so the application rolls back');
      return { outcome: { gave: gave.join('\n') }, cutAt: at + 1 };
    }
    for (const [name, value] of saved) known.set(name, value);
  }
  return { outcome: { gave: gave.join('\n') }, cutAt: null };
}

function textOf({ rows, done }: StepAnswer): string {
  return rows.length > 0 || done === null ? JSON.stringify(rows) : `${done.affectedRows} row(s) affected`;
}

/** Refuses a statement that ends the transaction, such as a call of a procedure that commits. */
function refuseEnded({ done }: StepAnswer): void {
  if (done === null || (done.serverStatus & IN_TRANSACTION) !== 0) return;
  throw trouble({ what: 'it ends the transaction, so what came before it is committed' });
}
