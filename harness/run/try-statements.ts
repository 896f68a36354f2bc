import type { ConnectionOptions, ResultSetHeader } from 'mysql2/promise';
import { withConnection } from '../cluster/mysql-endpoint.ts';
import { failure, trouble, usage } from '../errors.ts';
import { tokens } from '../fixture/sql.ts';
import { isWord } from '../workload/statement-keys.ts';
import type { Statement, Transaction } from '../workload/statement-planner.ts';
import { compareSides, textOf, type StatementOutcome, type OutcomePair } from './compare-sides.ts';
import { outcomeOfError } from './statement-outcome.ts';
import { runTransaction } from './try-transaction.ts';

/** The application's connections to both sides. */
export interface TrialSides {
  readonly source: ConnectionOptions;
  readonly vtgate: ConnectionOptions;
}

const TIMEOUT_MS = 30_000;

/** Who wrote the statements: a person, or the harness, which derives them from the schema. */
export type StatementAuthor = 'person' | 'harness';

/** The result of a trial that found nothing wrong, by the names of the statements. */
export interface Tried {
  readonly alike: readonly string[];
  /** Statements whose answer changes at each call, so that it is only known that both sides run them. */
  readonly changing: readonly string[];
  /** Parts of transactions that were not tried, because a row whose values they save was not there. */
  readonly leftOut: readonly string[];
}

interface Wrong extends OutcomePair {
  readonly name: string;
  readonly sql: string;
}

/** A statement or a transaction that can be run on both sides. */
interface Trial {
  readonly name: string;
  readonly source: () => Promise<StatementOutcome>;
  readonly vtgate: () => Promise<StatementOutcome>;
  /** Returns what to report about two outcomes that differ. */
  readonly wrong: (pair: OutcomePair) => Wrong;
  /** Returns what the trial left out; null if nothing. */
  readonly leftOut: () => string | null;
}

/**
 * Runs each statement and each transaction directly on the source and through vtgate, in transactions that are rolled
 * back.
 *
 * @throws usage naming every statement that the source itself refuses, or `unknown` if the harness wrote them; `fail`
 *   naming every statement that only vtgate refuses, or that returns something else there; `unknown` if a server lacked
 *   the resources to run one. For a transaction, the error names the step.
 */
export async function tryStatements(
  statements: readonly (Statement | Transaction)[],
  sides: TrialSides,
  author: StatementAuthor = 'person',
): Promise<Tried> {
  const refused: Wrong[] = [];
  const different: Wrong[] = [];
  const ran = { alike: [] as string[], changing: [] as string[], leftOut: [] as string[] };
  for (const statement of statements) {
    const trial = statement.kind === 'transaction' ? ofTransaction(statement, sides) : ofStatement(statement, sides);
    const compared = await compareSides(trial.source, trial.vtgate);
    if (compared.found === 'refused') refused.push(trial.wrong(compared));
    else if (compared.found === 'different') different.push(trial.wrong(compared));
    else ran[compared.found].push(trial.name);
    const leftOut = trial.leftOut();
    if (leftOut !== null) ran.leftOut.push(leftOut);
  }
  throwWhatIsWrong(statements.length, { refused, different }, author);
  return ran;
}

function ofStatement(statement: Statement, sides: TrialSides): Trial {
  const { statement: name, sql, kind } = statement;
  return {
    name,
    source: async () => await run(statement, sides.source, kind === 'read' ? readingMode(sql) : ''),
    vtgate: async () => await run(statement, sides.vtgate),
    wrong: (pair) => ({ name, sql, ...pair }),
    leftOut: () => null,
  };
}

function ofTransaction(transaction: Transaction, sides: TrialSides): Trial {
  const { name, steps } = transaction;
  let cutAt: number | null = null;
  return {
    name,
    source: async () => {
      const tried = await runTransaction(transaction, { name: 'source', options: sides.source });
      ({ cutAt } = tried);
      if ('error' in tried.outcome) return tried.outcome;
      for (const [at, statement] of tried.ran.entries()) {
        if (statement.kind !== 'read') continue;
        const alone = await run(statement, sides.source, readingMode(statement.sql));
        if ('error' in alone && alone.cause === 'statement')
          return { ...alone, error: `step ${at + 1}: ${alone.error}` };
      }
      return tried.outcome;
    },
    vtgate: async () => (await runTransaction(transaction, { name: 'vtgate', options: sides.vtgate })).outcome,
    wrong: (pair) => {
      const [source, vtgate] = firstDifference(pair.source, pair.vtgate);
      const at = Math.max(1, ...[source, vtgate].map((each) => Number(/^step (\d+)/.exec(textOf(each))?.[1] ?? 0)));
      return { name, sql: steps[at - 1]?.sql ?? '', source, vtgate };
    },
    leftOut: () => (cutAt === null || cutAt === steps.length ? null : `${name} after step ${cutAt}`),
  };
}

/** Returns the first lines of two outcomes that differ; each line is about one step. */
function firstDifference(source: StatementOutcome, vtgate: StatementOutcome): [StatementOutcome, StatementOutcome] {
  if ('error' in source || 'error' in vtgate) return [source, vtgate];
  const [a, b] = [source.gave.split('\n'), vtgate.gave.split('\n')];
  const at = a.findIndex((line, each) => line !== b[each]);
  return [{ gave: a[at] ?? '' }, { gave: b[at] ?? '' }];
}

/** Describes what was tried, such as `3 run alike`, with the names of the statements whose answers say nothing. */
export function describeTried({ alike, changing, leftOut }: Tried): string {
  const cut = leftOut.length === 0 ? '' : `; not tried, as no row was found: ${leftOut.join(', ')}`;
  const told = `${alike.length} run alike`;
  return changing.length === 0
    ? `${told}${cut}`
    : `${told}; both sides run ${changing.join(', ')} too, whose answers change from call to call and are not compared${cut}`;
}

function throwWhatIsWrong(
  tried: number,
  { refused, different }: { readonly refused: readonly Wrong[]; readonly different: readonly Wrong[] },
  author: StatementAuthor,
): void {
  const wrong = [...refused, ...different];
  if (wrong.length === 0) return;
  const exhausted = wrong.filter(({ source, vtgate }) => [source, vtgate].some(lacksResources));
  if (exhausted.length > 0) {
    throw trouble({
      what: `A server lacked the resources to run ${exhausted.length} of ${tried} statements of the workload.`,
      seen: exhausted.map(both).join('\n'),
      next: 'Give the servers more disk, memory or connections, or ask for a lower rate, and rehearse again.',
    });
  }
  if (refused.length > 0) throw refusedBySource(tried, refused, author);
  throw failure({
    what: `vtgate does not run ${different.length} of ${tried} statements of the workload as the source does.`,
    expected: different.map(({ name, source }) => `${name}: ${textOf(source)}`).join('\n'),
    seen: different.map(({ name, vtgate }) => `${name}: ${textOf(vtgate)}`).join('\n'),
    where: different.map(({ sql }) => sql).join('\n'),
    next: 'Change these statements in the application before it goes through vtgate.',
  });
}

function refusedBySource(tried: number, refused: readonly Wrong[], author: StatementAuthor) {
  const facts = {
    seen: refused.map(({ name, source }) => `${name}: ${textOf(source)}`).join('\n'),
    where: refused.map(({ sql }) => sql).join('\n'),
  };
  if (author === 'harness') {
    return trouble({
      what: `The source refuses ${refused.length} of ${tried} statements that the harness derived from the schema, which is a mistake of the harness, not of the schema.`,
      ...facts,
      next: 'Give the application’s own statements in workload.statements, which replace them; and please report the schema.',
    });
  }
  return usage({
    what: `The source refuses ${refused.length} of ${tried} statements of the workload.`,
    ...facts,
    next: 'Correct them in the workload; nothing was changed.',
  });
}

/**
 * A statement of kind `read` runs in a read-only transaction, because a write by it would not be judged. MySQL also
 * refuses SELECT … FOR UPDATE there, although it writes nothing.
 */
function readingMode(sql: string): 'READ ONLY' | '' {
  const all = tokens(sql, 'a statement of the workload');
  return all.some((token, at) => isWord('FOR')(token) && isWord('UPDATE')(all[at + 1])) ? '' : 'READ ONLY';
}

async function run(
  { sql, values }: Statement,
  endpoint: ConnectionOptions,
  mode: 'READ ONLY' | '' = '',
): Promise<StatementOutcome> {
  return await withConnection({ ...endpoint, charset: 'utf8mb4' }, async (connection) => {
    await connection.query(`START TRANSACTION ${mode}`);
    try {
      const [result] = await connection.query<ResultSetHeader>({ sql, values: [...values], timeout: TIMEOUT_MS });
      return { gave: Array.isArray(result) ? JSON.stringify(result) : `${result.affectedRows} row(s) affected` };
    } catch (error) {
      return outcomeOfError(error);
    } finally {
      await connection.rollback().catch(() => undefined);
    }
  });
}

function lacksResources(outcome: StatementOutcome): boolean {
  return 'error' in outcome && outcome.cause === 'resources';
}

function both({ name, source, vtgate }: Wrong): string {
  return `${name}: ${textOf(source)} on the source, ${textOf(vtgate)} through vtgate`;
}
