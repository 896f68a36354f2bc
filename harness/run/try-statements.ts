import type { ConnectionOptions, ResultSetHeader } from 'mysql2/promise';
import { withConnection } from '../cluster/mysql-endpoint.ts';
import { failure, isOutOfResources, messageOf, trouble, usage } from '../errors.ts';
import type { Statement } from '../workload/statement-planner.ts';
import { compareSides, textOf, type ErrorCause, type StatementOutcome, type OutcomePair } from './compare-sides.ts';

/**
 * Errors caused by the rows, with which the same statement succeeds another time: ER_DUP_ENTRY, locks, and a foreign key
 * whose row is not there yet or is still referred to.
 */
const OF_ROWS = [1062, 1205, 1213, 1451, 1452];

/** The application's connections to both sides. */
export interface TrialSides {
  readonly source: ConnectionOptions;
  readonly vtgate: ConnectionOptions;
}

/** ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION */
const READ_ONLY_TRANSACTION = 1792;

const TIMEOUT_MS = 30_000;

/** Who wrote the statements: a person, or the harness, which derived them from the schema. */
export type StatementAuthor = 'person' | 'harness';

/** What the trial found if it found nothing wrong, by the names of the statements. */
export interface Tried {
  readonly alike: readonly string[];
  /** Statements whose answer changes at each call: all that is known is that both sides run them. */
  readonly changing: readonly string[];
}

type Wrong = OutcomePair & { readonly statement: Statement };

/**
 * Runs each statement straight on the source and through vtgate, in transactions that are rolled back.
 *
 * @throws usage that names every statement that the source itself refuses, `unknown` if the harness wrote them; `fail` that names every statement that only
 *   vtgate refuses, or that returns something else there; `unknown` where a server lacked the resources to run one.
 */
export async function tryStatements(
  statements: readonly Statement[],
  sides: TrialSides,
  author: StatementAuthor = 'person',
): Promise<Tried> {
  const refused: Wrong[] = [];
  const different: Wrong[] = [];
  const ran = { alike: [] as string[], changing: [] as string[] };
  for (const statement of statements) {
    // A statement that is said to read, and writes, would be a write that nobody judges.
    const source = async () => await run(statement, sides.source, statement.kind === 'read' ? 'READ ONLY' : '');
    const vtgate = async () => await run(statement, sides.vtgate);
    const compared = await compareSides(source, vtgate);
    if (compared.found === 'refused') refused.push({ statement, ...compared });
    else if (compared.found === 'different') different.push({ statement, ...compared });
    else ran[compared.found].push(statement.statement);
  }
  throwWhatIsWrong(statements.length, { refused, different }, author);
  return ran;
}

/** Describes what was tried, such as `3 run alike`, with the names of the statements whose answers say nothing. */
export function describeTried({ alike, changing }: Tried): string {
  const told = `${alike.length} run alike`;
  return changing.length === 0
    ? told
    : `${told}; both sides run ${changing.join(', ')} too, whose answers change from call to call and are not compared`;
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
    expected: different.map(({ statement, source }) => `${statement.statement}: ${textOf(source)}`).join('\n'),
    seen: different.map(({ statement, vtgate }) => `${statement.statement}: ${textOf(vtgate)}`).join('\n'),
    where: different.map(({ statement }) => statement.sql).join('\n'),
    next: 'Change these statements in the application before it goes through vtgate.',
  });
}

function refusedBySource(tried: number, refused: readonly Wrong[], author: StatementAuthor) {
  const facts = {
    seen: refused.map(({ statement, source }) => `${statement.statement}: ${textOf(source)}`).join('\n'),
    where: refused.map(({ statement }) => statement.sql).join('\n'),
  };
  if (author === 'harness') {
    return trouble({
      what: `The source refuses ${refused.length} of ${tried} statements that the harness derived from the schema: a fault of the harness, not of the schema.`,
      ...facts,
      next: 'Give the application’s own statements in workload.statements, which go in their place; and please report the schema.',
    });
  }
  return usage({
    what: `The source refuses ${refused.length} of ${tried} statements of the workload.`,
    ...facts,
    next: 'Correct them in the workload; nothing was changed.',
  });
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
      if (errnoOf(error) === READ_ONLY_TRANSACTION)
        return { error: 'its kind is read, and it writes', cause: 'statement' };
      return { error: withoutPlace(messageOf(error)), cause: causeOf(error) };
    } finally {
      await connection.rollback().catch(() => undefined);
    }
  });
}

function causeOf(error: unknown): ErrorCause {
  if (isOutOfResources(messageOf(error))) return 'resources';
  return OF_ROWS.includes(errnoOf(error)) ? 'rows' : 'statement';
}

function lacksResources(outcome: StatementOutcome): boolean {
  return 'error' in outcome && outcome.cause === 'resources';
}

function both({ statement, source, vtgate }: Wrong): string {
  return `${statement.statement}: ${textOf(source)} on the source, ${textOf(vtgate)} through vtgate`;
}

function errnoOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'errno' in error ? Number(error.errno) : 0;
}

/** Strips what vtgate adds to MySQL's message: the tablet that said it, and the statement. */
function withoutPlace(message: string): string {
  const [said = message] = message
    .replace(/^target: [^:]+: vttablet: (rpc error: code = \w+ desc = )?/, '')
    .split(/ \(errno /);
  return said;
}
