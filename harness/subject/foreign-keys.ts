import type { Config } from '../config/config.ts';
import type { ForeignKeyHandling } from '../preflight/rule.ts';
import type { Database } from '../schema/database.ts';

/**
 * Returns how the foreign keys of the tables that move are copied: an atomic copy takes all tables of a keyspace, or
 * none.
 */
export function handlingOf(
  asked: Config['foreignKeys'],
  { tables }: Database,
  moving: readonly string[],
): ForeignKeyHandling | 'none' {
  const chosen = tables.filter(({ name }) => moving.includes(name));
  if (chosen.every(({ foreignKeys }) => foreignKeys.length === 0)) return 'none';
  if (asked !== 'auto') return asked;
  return chosen.length === tables.length ? 'atomic-copy' : 'copied';
}
