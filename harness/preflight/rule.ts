import type { Table } from '../schema/database.ts';
import type { Facts } from './facts.ts';
import type { RuleFinding, Severity } from './rule-finding.ts';

/** How MoveTables treats foreign keys; `copied` is what it does without a flag. */
export type ForeignKeyHandling = 'copied' | 'atomic-copy' | 'dropped';

/** What can be left out of a rehearsal. */
export type LeftOut = 'views' | 'triggers' | 'routines' | 'events';

/** A constraint that is already broken by rows of the source. */
export interface BrokenConstraint {
  readonly table: string;
  /** The constraint, such as `foreign key corder_customer`. */
  readonly constraint: string;
  readonly rows: number;
  /** The key of one of them. */
  readonly key: string;
}

/** The facts that the rules judge. */
export interface Context {
  readonly source: Facts;
  /** The target's MySQL; null if there is none yet. */
  readonly target: Facts | null;
  /** Names of the tables that move. */
  readonly tables: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly foreignKeys: ForeignKeyHandling;
  /** Names of the keyspaces, if they are known. */
  readonly keyspaces: readonly string[];
  /** Vitess' own database on the source. */
  readonly sidecar: string;
  /** The shortest time for which binary logs must be kept, in seconds. */
  readonly retentionSeconds: number;
  /** Empty if this was not checked. */
  readonly broken: readonly BrokenConstraint[];
}

/** What a rule found; the rest of a finding comes from the rule. */
export interface RuleViolation {
  readonly what: string;
  /** By default the source. */
  readonly where?: string;
  readonly mend: string | null;
  readonly table?: string;
  /** Present if it differs from the rule's. */
  readonly severity?: Severity;
}

export interface Rule {
  /** The id in kebab case, with which a config accepts a blocker or a warning. */
  readonly id: string;
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Why it matters, with its source: a section of the manual, a file of Vitess 24.0.1, or an issue. */
  readonly why: string;
  readonly judge: (context: Context) => readonly RuleViolation[];
}

/**
 * Returns the findings of all rules, in the rules' order.
 *
 * @param accepted ids of rules whose blockers and warnings the user accepts; they become notes that say so.
 */
export function judge(
  rules: readonly Rule[],
  context: Context,
  accepted: readonly string[] = [],
): readonly RuleFinding[] {
  return rules.flatMap((rule) =>
    rule.judge(context).map((seen) => {
      const severity = seen.severity ?? rule.severity;
      const isAccepted = severity !== 'note' && accepted.includes(rule.id);
      return {
        rule: rule.id,
        severity: isAccepted ? 'note' : severity,
        what: isAccepted ? `${seen.what} (a ${severity} that the config accepts)` : seen.what,
        where: seen.where ?? placeOf(context.source, seen.table),
        why: rule.why,
        mend: seen.mend,
        table: seen.table ?? null,
      };
    }),
  );
}

/**
 * Returns the tables of the source that move. Tables that do not exist are left out, and so are those whose columns the
 * account may not see, because they cannot be judged; `not-seen` reports them.
 */
export function movingTables({ source, tables }: Context): readonly Table[] {
  return source.database.tables.filter(({ name, columns }) => tables.includes(name) && columns.length > 0);
}

/** Returns the place in words, such as `the source, commerce.customer`. */
export function placeOf({ where, database }: Facts, table?: string): string {
  if (table !== undefined) return `${where}, ${database.name}.${table}`;
  return where;
}
