/**
 * The role of a statement in a workload. `session`: it sets or shows something of its session, and can be tried.
 * `transaction`: it begins or ends one. `other`: it cannot be tried without doing harm, such as DDL, which commits.
 */
export type StatementKind = 'read' | 'insert' | 'update' | 'delete' | 'call' | 'session' | 'transaction' | 'other';

const KINDS: Readonly<Record<string, StatementKind>> = {
  SELECT: 'read',
  TABLE: 'read',
  VALUES: 'read',
  DO: 'read',
  INSERT: 'insert',
  REPLACE: 'insert',
  UPDATE: 'update',
  DELETE: 'delete',
  CALL: 'call',
  SHOW: 'session',
  EXPLAIN: 'session',
  DESCRIBE: 'session',
  DESC: 'session',
  HELP: 'session',
  BEGIN: 'transaction',
  START: 'transaction',
  COMMIT: 'transaction',
  ROLLBACK: 'transaction',
  SAVEPOINT: 'transaction',
  RELEASE: 'transaction',
  XA: 'transaction',
};

const FIRST_WORD = /^(?:[\s(]|\/\*(?![!+])[^]*?\*\/|--\s[^\n]*(?:\n|$)|#[^\n]*(?:\n|$))*([a-z]+)/i;
/** Forms of SET that affect others, or accounts. */
const SETS_MORE = /^\W*SET\s+(?:GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|DEFAULT\s+ROLE|RESOURCE|@@GLOBAL\.|@@PERSIST)/i;

/** Returns the first word of a statement in capitals; empty if it does not begin with a word. */
export function firstWord(sql: string): string {
  return FIRST_WORD.exec(sql)?.[1]?.toUpperCase() ?? '';
}

/** @param sql the statement, without comments. */
export function kindOf(sql: string): StatementKind {
  const word = firstWord(sql);
  if (word === 'WITH') return kindOfWith(sql);
  if (word !== 'SET') return KINDS[word] ?? 'other';
  if (SETS_MORE.test(sql)) return 'other';
  return AUTOCOMMIT.test(sql) ? 'transaction' : 'session';
}

/** Returns the kind of what follows common table expressions, by the first such word outside parentheses. */
function kindOfWith(sql: string): StatementKind {
  let depth = 0;
  for (const [part] of sql.matchAll(/[()]|\b(?:select|update|delete)\b/gi)) {
    if (part === '(') depth++;
    else if (part === ')') depth--;
    else if (depth === 0) return KINDS[part.toUpperCase()] ?? 'read';
  }
  return 'read';
}

const AUTOCOMMIT = /\bautocommit`?\s*:?=\s*'?(0|1|on|off|false|true)\b/i;

/** What a statement does to the transaction of its connection; `partly` rolls back a part of it. */
export type TransactionChange = 'begin' | 'commit' | 'rollback' | 'partly' | 'autocommit' | 'no autocommit';

/** @returns null for a statement that changes nothing about it. */
export function transactionChange(sql: string, kind: StatementKind): TransactionChange | null {
  // DDL and similar statements always commit.
  if (kind === 'other')
    return ['USE', 'KILL', 'FLUSH', 'XA', 'HANDLER', 'SET', ''].includes(firstWord(sql)) ? null : 'commit';
  if (kind !== 'transaction') return null;
  switch (firstWord(sql)) {
    case 'BEGIN':
      return 'begin';
    case 'START':
      return /^\W*START\s+TRANSACTION\b/i.test(sql) ? 'begin' : null;
    case 'COMMIT':
      return 'commit';
    case 'ROLLBACK':
      return /^\W*ROLLBACK\s+(?:WORK\s+)?TO\b/i.test(sql) ? 'partly' : 'rollback';
    case 'SET': {
      const [, value = ''] = AUTOCOMMIT.exec(sql) ?? [];
      return /^(?:1|on|true)$/i.test(value) ? 'autocommit' : 'no autocommit';
    }
    default:
      return null;
  }
}
