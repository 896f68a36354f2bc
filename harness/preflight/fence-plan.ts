import type { ConnectionOptions } from 'mysql2/promise';
import type { Ownership } from '../cluster/servers.ts';
import { openForReading } from '../schema/read.ts';
import type { RuleFinding } from './rule-finding.ts';
import { accountAsSql } from './grants.ts';
import { SYSTEM_USERS } from './system-users.ts';
import { readVariables } from './variables.ts';
import { readLogins, type Login } from './writers.ts';

/** The account for repairing a server, whose connections are also left alone. */
const NOT_LOCKED = ['root'];

export interface FenceOptions {
  /** Accounts, as `user` or `user@host`, that stay open although they may write. */
  readonly except: readonly string[];
}

/** What a fence does with every account of a source that is not Vitess', MySQL's or this run's own. */
export interface FencePlan {
  /** Accounts that may write to the tables that move. */
  readonly locked: readonly Login[];
  /** Accounts that may also write, and that the config exempts. */
  readonly excepted: readonly Login[];
  /** Accounts that may not write. */
  readonly open: readonly Login[];
}

/**
 * Returns which accounts a fence locks: only those that may write to the tables that move. An account that was already
 * locked does not belong to the fence, which must not unlock it.
 */
export function planFence(
  logins: readonly Login[],
  { madeForRun, ofVitess }: Pick<Ownership, 'madeForRun' | 'ofVitess'>,
  ownUser: string,
  { except }: FenceOptions,
): FencePlan {
  const never = new Set([...SYSTEM_USERS, ...NOT_LOCKED, ...madeForRun, ...ofVitess, ownUser]);
  const applications = logins.filter(({ user, isLocked }) => !isLocked && !never.has(user));
  const writers = applications.filter(({ by }) => by !== null);
  return {
    locked: writers.filter((login) => !isExcepted(login, except)),
    excepted: writers.filter((login) => isExcepted(login, except)),
    open: applications.filter(({ by }) => by === null),
  };
}

/** Describes the plan for a person, with a line for each part. */
export function describeFence({ locked, excepted, open }: FencePlan): string[] {
  return [
    `locked out of the source MySQL: ${locked.map((login) => `${nameOf(login)} (${login.by})`).join(', ') || 'no account'}`,
    ...(excepted.length === 0
      ? []
      : [
          `warning: left alone by fence.except, and may write: ${excepted.map((login) => `${nameOf(login)} (${login.by})`).join(', ')}`,
        ]),
    ...(open.length === 0
      ? []
      : [`left alone, as they may not write to the tables that move: ${open.map(describeOpen).join(', ')}`]),
  ];
}

function describeOpen(login: Login): string {
  return login.perhapsBy === null ? nameOf(login) : `${nameOf(login)} (but perhaps by ${login.perhapsBy})`;
}

export function isExcepted({ user, host }: Pick<Login, 'user' | 'host'>, except: readonly string[]): boolean {
  return except.includes(user) || except.includes(`${user}@${host}`);
}

export function nameOf({ user, host }: Pick<Login, 'user' | 'host'>): string {
  return `${user}@${host}`;
}

/** The inputs that decide which accounts a fence on a running source would lock. */
export interface FenceQuestion extends FenceOptions {
  readonly tables: readonly string[];
  /** Vitess' accounts. */
  readonly ofVitess: readonly string[];
}

/**
 * Returns what a fence would do, using a read-only connection of its own.
 *
 * @param source the source, with the database that will move.
 * @returns null if the account may not read others' grants.
 */
export async function readFencePlan(source: ConnectionOptions, question: FenceQuestion): Promise<FencePlan | null> {
  await using connection = await openForReading(source, 'the source');
  const { read } = connection;
  const logins = await readLogins(read, question.tables, await readVariables(read));
  if (logins === null) return null;
  return planFence(logins, { madeForRun: [], ofVitess: question.ofVitess }, source.user ?? '', question);
}

const WHY =
  'SwitchWrites stops writes in vttablet only: what is written straight to the source afterwards is lost. A fence locks who may write to the tables that move.';

/** Describes the plan for a person who is still preparing. */
export async function fenceFindings(
  source: ConnectionOptions,
  question: FenceQuestion,
): Promise<readonly RuleFinding[]> {
  const plan = await readFencePlan(source, question);
  const about = { rule: 'fence', where: 'the source', why: WHY, table: null };
  if (plan === null) {
    const mend = `GRANT SELECT ON mysql.* TO ${accountAsSql(`${source.user}@%`)}`;
    return [{ ...about, severity: 'warning', what: 'who would be locked could not be read', mend }];
  }
  const [locked = '', ...rest] = describeFence(plan);
  return [
    { ...about, severity: 'note', what: `would be ${locked}`, mend: null },
    ...rest.map((what): RuleFinding => ({
      ...about,
      severity: what.startsWith('warning') ? 'warning' : 'note',
      what,
      mend: null,
    })),
  ];
}
