import type { ConnectionOptions } from 'mysql2/promise';
import { failure } from '../errors.ts';
import { openForReading, type Read, type ReadingOptions } from '../schema/read.ts';
import type { NamedAccount } from './accounts.ts';
import type { DocumentRows } from './documents.ts';
import { readFacts, type Facts } from './facts.ts';
import { SEVERITIES, type RuleFinding } from './rule-finding.ts';
import { judge, type BrokenConstraint, type ForeignKeyHandling, type LeftOut } from './rule.ts';
import { RULES } from './rules.ts';
import type { Hidden } from './unread.ts';

/** How long Vitess keeps its own binary logs, in seconds (config/mycnf/mysql84.cnf of Vitess 24.0.1). */
const RETENTION_SECONDS = 259_200;

/**
 * Vitess' own database on a MySQL, unless its keyspace names another (go/constants/sidecar/name.go of Vitess 24.0.1).
 */
const SIDECAR = '_vt';

/** How to judge a source. */
export interface PreflightOptions {
  /** Ids of rules whose blockers and warnings are accepted. */
  readonly accept?: readonly string[];
  readonly leftOut?: readonly LeftOut[];
  readonly foreignKeys?: ForeignKeyHandling;
  /** Accounts of Vitess whose grants are judged; the connection's own if there are none. */
  readonly accounts?: readonly NamedAccount[];
  /** Vitess' own database on the source; `_vt` unless its keyspace names another. */
  readonly sidecar?: string;
  /** The shortest time for which binary logs must be kept, in seconds. */
  readonly retentionSeconds?: number;
  /** The rows whose JSON documents are checked; by default those at both ends of a table. */
  readonly documents?: DocumentRows;
}

/** What moves, and where to. */
export interface Moving extends PreflightOptions {
  readonly tables: readonly string[];
  /** The rehearsal's own tables, which are not judged. */
  readonly ours?: readonly string[];
  readonly keyspaces: readonly string[];
  /** Constraints of these tables that rows already break; none if this was not checked. */
  readonly broken?: readonly BrokenConstraint[];
  /** What could not be seen where the schema was read, if that was elsewhere. */
  readonly hidden?: readonly Hidden[];
}

/** The MySQLs that preflight reads. */
export interface JudgedServers {
  /** How to connect to the source, with the database that will move. */
  readonly source: ConnectionOptions;
  /** How to connect to the target, with its keyspace's database once that exists; null if no MySQL can be queried. */
  readonly target: ConnectionOptions | null;
}

/** What both MySQLs say about themselves. */
export interface ServerFacts {
  readonly source: Facts;
  readonly target: Facts | null;
}

/**
 * Judges a source, and how its target treats it, by every rule.
 *
 * @throws trouble if a server does not answer.
 */
export async function preflight(servers: JudgedServers, moving: Moving): Promise<readonly RuleFinding[]> {
  const { source, target } = await readServers(servers, moving);
  const { ours = [], hidden = [] } = moving;
  const seen = without(source, ours);
  return judgeFacts({ source: { ...seen, hidden: [...seen.hidden, ...hidden] }, target }, moving);
}

/**
 * Reads everything that the rules need, over read-only connections of its own.
 *
 * @throws trouble if a server does not answer.
 */
export async function readServers(
  { source, target }: JudgedServers,
  options: Pick<PreflightOptions, 'accounts' | 'documents'>,
  reading: ReadingOptions = {},
): Promise<ServerFacts> {
  await using here = await openForReading(source, 'the source', reading);
  const facts = await readSource(here.read, options);
  if (target === null) return { source: facts, target };
  await using there = await openForReading(target, 'the target', reading);
  return { source: facts, target: await readTarget(there.read) };
}

function without(facts: Facts, names: readonly string[]): Facts {
  const { database } = facts;
  return { ...facts, database: { ...database, tables: database.tables.filter(({ name }) => !names.includes(name)) } };
}

export async function readSource(
  read: Read,
  { accounts = [], documents = 'ends' }: Pick<PreflightOptions, 'accounts' | 'documents'>,
): Promise<Facts> {
  return await readFacts(read, { where: 'the source', accounts, documents });
}

/** @param read a connection to the database that Vitess has for the target keyspace, or to none before it exists. */
export async function readTarget(read: Read): Promise<Facts> {
  return await readFacts(read, { where: 'the target', looksForRows: true, accounts: null });
}

export function judgeFacts({ source, target }: ServerFacts, moving: Moving): readonly RuleFinding[] {
  const { tables, keyspaces, leftOut = [], foreignKeys = 'copied', broken = [] } = moving;
  const { sidecar = SIDECAR, retentionSeconds = RETENTION_SECONDS } = moving;
  const context = { source, target, tables, keyspaces, sidecar, leftOut, foreignKeys, retentionSeconds, broken };
  return judge(RULES, context, moving.accept);
}

/** @throws `fail` naming every blocker and how to fix it. */
export function refuseBlockers(findings: readonly RuleFinding[]): void {
  const blockers = findings.filter(({ severity }) => severity === 'blocker');
  if (blockers.length === 0) return;
  throw failure({
    what: 'The source cannot be migrated as it is.',
    expected: 'no blocker in preflight',
    seen: blockers.map(({ rule, what }) => `${rule}: ${what}`).join('\n'),
    where: [...new Set(blockers.map(({ where }) => where))].join('\n'),
    next: [
      ...blockers.flatMap(({ mend }) => mend ?? []),
      'To go on despite a known finding, put its id into preflight.accept of the config.',
    ].join('\n'),
  });
}

/** Returns the number of findings in words, such as `1 blocker, 2 warnings`. */
export function countOf(findings: readonly RuleFinding[]): string {
  const told = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return told.join(', ') || 'nothing found';
}
