import type { ConnectionOptions, ResultSetHeader } from 'mysql2/promise';
import { withConnection } from '../cluster/mysql-endpoint.ts';
import { failure, messageOf, usage } from '../errors.ts';
import type { Statement } from '../workload/plan.ts';

/** What a statement gave on one side: rows, or how many it changed; or why it was refused. */
type Outcome = { readonly gave: string } | { readonly error: string; readonly isOfRows: boolean };

/** Errors that the rows bring about, with which the same statement gets through another time: ER_DUP_ENTRY and locks. */
const OF_ROWS = [1062, 1205, 1213];

/** The application's connections to both sides. */
export interface TrialSides {
  readonly source: ConnectionOptions;
  readonly vtgate: ConnectionOptions;
}

const TIMEOUT_MS = 30_000;
/** As often it is looked whether the source gives the same twice, while others write. */
const ATTEMPTS = 5;

/**
 * Runs each statement once straight on the source and once through vtgate, in a transaction that is rolled back.
 *
 * @throws usage that names every statement which the source itself refuses; `fail` that names every one which only vtgate
 *   refuses, or which gives something else there.
 */
export async function tryStatements(statements: readonly Statement[], sides: TrialSides): Promise<void> {
  const wrong: { readonly statement: Statement; readonly source: Outcome; readonly vtgate: Outcome }[] = [];
  for (const statement of statements) {
    const outcomes = await compare(statement, sides);
    if (outcomes !== null) wrong.push({ statement, ...outcomes });
  }
  const refused = wrong.filter(({ source }) => isRefused(source));
  if (refused.length > 0) {
    throw usage({
      what: `The source refuses ${refused.length} of ${statements.length} statements of the workload.`,
      seen: refused.map(({ statement, source }) => `${statement.statement}: ${textOf(source)}`).join('\n'),
      where: refused.map(({ statement }) => statement.sql).join('\n'),
      next: 'Correct them in the workload; nothing was changed.',
    });
  }
  if (wrong.length === 0) return;
  throw failure({
    what: `vtgate does not run ${wrong.length} of ${statements.length} statements of the workload as the source does.`,
    expected: wrong.map(({ statement, source }) => `${statement.statement}: ${textOf(source)}`).join('\n'),
    seen: wrong.map(({ statement, vtgate }) => `${statement.statement}: ${textOf(vtgate)}`).join('\n'),
    where: wrong.map(({ statement }) => statement.sql).join('\n'),
    next: 'Change these statements in the application before it goes through vtgate.',
  });
}

/** Null where both sides did the same, and not because neither can. Others may write meanwhile, so that the source is asked again where they differ. */
async function compare(
  statement: Statement,
  { source, vtgate }: TrialSides,
): Promise<{ source: Outcome; vtgate: Outcome } | null> {
  let before = await run(statement, source);
  for (let attempt = 1; ; attempt++) {
    const through = await run(statement, vtgate);
    if (textOf(before) === textOf(through)) return isRefused(before) ? { source: before, vtgate: through } : null;
    const after = await run(statement, source);
    const isSettled = textOf(before) === textOf(after);
    if (isSettled || attempt === ATTEMPTS) return isSettled ? { source: after, vtgate: through } : null;
    before = after;
  }
}

async function run({ sql, values }: Statement, endpoint: ConnectionOptions): Promise<Outcome> {
  return await withConnection({ ...endpoint, charset: 'utf8mb4' }, async (connection) => {
    await connection.beginTransaction();
    try {
      const [result] = await connection.query<ResultSetHeader>({ sql, values: [...values], timeout: TIMEOUT_MS });
      return { gave: Array.isArray(result) ? JSON.stringify(result) : `${result.affectedRows} row(s) affected` };
    } catch (error) {
      return { error: withoutPlace(messageOf(error)), isOfRows: OF_ROWS.includes(errnoOf(error)) };
    } finally {
      await connection.rollback().catch(() => undefined);
    }
  });
}

function isRefused(outcome: Outcome): boolean {
  return 'error' in outcome && !outcome.isOfRows;
}

function errnoOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'errno' in error ? Number(error.errno) : 0;
}

/** vtgate adds which tablet said it, and the statement, to what MySQL says. */
function withoutPlace(message: string): string {
  const [said = message] = message
    .replace(/^target: [^:]+: vttablet: (rpc error: code = \w+ desc = )?/, '')
    .split(/ \(errno /);
  return said;
}

function textOf(outcome: Outcome): string {
  const text = 'gave' in outcome ? outcome.gave : outcome.error;
  return text.length <= 300 ? text : `${text.slice(0, 300)}… (${text.length} characters)`;
}
