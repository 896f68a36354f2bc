import type { ConnectionOptions, ResultSetHeader } from 'mysql2/promise';
import { withConnection } from '../cluster/mysql-endpoint.ts';
import { trouble } from '../errors.ts';
import type { Progress } from '../history/steps.ts';
import type { Digest } from '../traffic/digests.ts';
import { compareSides, textOf, type StatementOutcome } from './compare-sides.ts';
import { outcomeOfError } from './statement-outcome.ts';
import type { TrialSides } from './try-statements.ts';

/**
 * The outcome of a digest: both sides run it alike, or with answers that change at each call; vtgate refuses it, or
 * answers differently; the source itself refuses it; or it was not tried, because it cannot be rolled back.
 */
export type DigestFinding = 'alike' | 'changing' | 'different' | 'refused' | 'not tried';

export interface TriedDigest extends Omit<Digest, 'samples'> {
  readonly found: DigestFinding;
  /**
   * Whether the source returned or changed rows for the sample that counts; null if it did not run it, or the statement
   * is not about rows. Without rows, it is only known that both sides run it.
   */
  readonly hasRows: boolean | null;
  /** What each side answered, if it matters. */
  readonly source: string | null;
  readonly vtgate: string | null;
}

const TIMEOUT_MS = 30_000;
const affected = (rows: number) => `${rows} row(s) affected`;
const NO_ROW_AFFECTED = affected(0);
/** A source may refuse one statement because of its values, or find no row for them, and accept another. */
const MOST_SAMPLES = 3;

/**
 * Runs a sample of each digest directly on the source and through vtgate, in transactions that are rolled back.
 *
 * @throws `unknown` if a server lacked the resources to run one.
 */
export async function tryDigests(
  digests: readonly Digest[],
  sides: TrialSides,
  onProgress: (progress: Progress) => void,
): Promise<TriedDigest[]> {
  const tried: TriedDigest[] = [];
  for (const [at, digest] of digests.entries()) {
    tried.push(await tryDigest(digest, sides));
    onProgress({ done: at + 1, total: digests.length, unit: 'digests' });
  }
  return tried;
}

/** Looks for a sample that both sides run and that finds rows, because without them no values are compared. */
async function tryDigest({ samples, ...digest }: Digest, sides: TrialSides): Promise<TriedDigest> {
  const { kind } = digest;
  const untried = { ...digest, found: 'not tried', hasRows: null, source: null, vtgate: null } as const;
  if (kind === 'other' || kind === 'transaction') return untried;
  let refused: TriedDigest | undefined;
  let ran: TriedDigest | undefined;
  for (const sql of samples.slice(0, MOST_SAMPLES)) {
    const run = kind === 'session' ? runAlone : runRolledBack;
    const compared = await compareSides(
      async () => await run(sql, sides.source),
      async () => await run(sql, sides.vtgate),
    );
    const { found, source } = compared;
    const hasRows = kind === 'session' ? null : hasRowsIn(source);
    if ('vtgate' in compared) refuseExhausted(digest.text, source, compared.vtgate);
    const said = 'vtgate' in compared ? textsOf(source, compared.vtgate) : {};
    const told = { ...untried, found, hasRows, ...said };
    if (found === 'different' || hasRows === true) return told;
    if (found === 'refused') refused ??= told;
    else ran ??= told;
  }
  return ran ?? refused ?? untried;
}

/** Returns null for what was not run, because an error says nothing about rows. */
function hasRowsIn(outcome: StatementOutcome): boolean | null {
  if (!('gave' in outcome)) return null;
  return outcome.gave !== '[]' && outcome.gave !== NO_ROW_AFFECTED;
}

/** Rows are shown only if both sides have some and they differ. */
function textsOf(source: StatementOutcome, vtgate: StatementOutcome): Pick<TriedDigest, 'source' | 'vtgate'> {
  if (!('gave' in source)) return { source: textOf(source), vtgate: textOf(vtgate) };
  if (!('gave' in vtgate)) return { source: 'it runs', vtgate: textOf(vtgate) };
  const names = [namesIn(source.gave), namesIn(vtgate.gave)] as const;
  const [a, b] = [withoutNames(source.gave), withoutNames(vtgate.gave)];
  if (a === null || a !== b) return { source: textOf(source), vtgate: textOf(vtgate) };
  return { source: `columns ${names[0]}`, vtgate: `the same values, in columns ${names[1]}` };
}

function rowsIn(gave: string): readonly object[] {
  if (!gave.startsWith('[')) return [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made of rows by runRolledBack
  return JSON.parse(gave) as readonly object[];
}

function namesIn(gave: string): string {
  return Object.keys(rowsIn(gave)[0] ?? {}).join(', ');
}

/** Returns the values of rows in order; null for anything that is not rows. */
function withoutNames(gave: string): string | null {
  const rows = rowsIn(gave);
  return rows.length === 0 ? null : JSON.stringify(rows.map((row) => Object.values(row) as unknown[]));
}

function refuseExhausted(text: string, ...outcomes: readonly StatementOutcome[]): void {
  const lacking = outcomes.find((outcome) => 'error' in outcome && outcome.cause === 'resources');
  if (lacking === undefined) return;
  throw trouble({
    what: 'A server lacked the resources to run a statement of the log.',
    seen: textOf(lacking),
    where: text,
    next: 'Give the servers more disk, memory or connections, and run again.',
  });
}

async function runRolledBack(sql: string, endpoint: ConnectionOptions): Promise<StatementOutcome> {
  return await withConnection({ ...endpoint, charset: 'utf8mb4' }, async (connection) => {
    await connection.query('START TRANSACTION');
    try {
      const [result] = await connection.query<ResultSetHeader>({ sql, timeout: TIMEOUT_MS });
      return { gave: Array.isArray(result) ? JSON.stringify(result) : affected(result.affectedRows) };
    } catch (error) {
      return outcomeOfError(error);
    } finally {
      await connection.rollback().catch(() => undefined);
    }
  });
}

/** SET and SHOW are about the server that answers, so only whether it runs them is compared. */
async function runAlone(sql: string, endpoint: ConnectionOptions): Promise<StatementOutcome> {
  return await withConnection({ ...endpoint, charset: 'utf8mb4' }, async (connection) => {
    try {
      await connection.query({ sql, timeout: TIMEOUT_MS });
      return { gave: 'it runs' };
    } catch (error) {
      return outcomeOfError(error);
    }
  });
}
