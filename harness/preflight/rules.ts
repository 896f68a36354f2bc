import { closest } from 'fastest-levenshtein';
import { usage } from '../errors.ts';
import type { Rule } from './rule.ts';
import { BINLOG_RULES, OTHER_BINLOG_RULES } from './rules/binlog.ts';
import { CHARACTER_SET_RULES } from './rules/character-sets.ts';
import { COVERAGE_RULES } from './rules/coverage.ts';
import { DATE_RULES } from './rules/dates.ts';
import { FOREIGN_KEY_RULES } from './rules/foreign-keys.ts';
import { GENERATED_KEY_RULES } from './rules/generated-keys.ts';
import { GRANT_RULES } from './rules/grants.ts';
import { MARIADB_RULE } from './rules/mariadb.ts';
import { MEMBER_RULES } from './rules/members.ts';
import { NAME_RULES } from './rules/names.ts';
import { ROUTINE_AND_TRIGGER_RULES } from './rules/routines-and-triggers.ts';
import { ROW_RULES } from './rules/rows.ts';
import { SERVER_MODE_RULES } from './rules/server-modes.ts';
import { SIZE_RULES } from './rules/sizes.ts';
import { TABLE_RULES } from './rules/tables.ts';
import { TARGET_RULES } from './rules/target.ts';
import { TIMESTAMP_RULES } from './rules/timestamps.ts';

/** All rules, in the order in which a person should fix what they find: the server first, then its tables. */
export const RULES: readonly Rule[] = [
  MARIADB_RULE,
  ...BINLOG_RULES,
  ...OTHER_BINLOG_RULES,
  ...SERVER_MODE_RULES,
  ...GRANT_RULES,
  ...TABLE_RULES,
  ...GENERATED_KEY_RULES,
  ...MEMBER_RULES,
  ...FOREIGN_KEY_RULES,
  ...ROW_RULES,
  ...DATE_RULES,
  ...TIMESTAMP_RULES,
  ...NAME_RULES,
  ...CHARACTER_SET_RULES,
  ...ROUTINE_AND_TRIGGER_RULES,
  ...SIZE_RULES,
  ...TARGET_RULES,
  ...COVERAGE_RULES,
];

/** What `preflight.accept` of a config may name. */
export const RULE_IDS: readonly string[] = RULES.map(({ id }) => id);

/** @throws usage for an unknown id, with the closest one. */
export function knownRules(ids: readonly string[], where: string): void {
  const unknown = ids.filter((id) => !RULE_IDS.includes(id));
  if (unknown.length === 0) return;
  throw usage({
    what: 'Preflight has no such rule.',
    expected: 'the id of a finding',
    seen: unknown.map((id) => `${id}; is it ${closest(id, [...RULE_IDS])}?`).join('\n'),
    where,
  });
}
