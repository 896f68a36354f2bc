/** How much a finding weighs: a blocker makes the migration fail or lose rows, a warning may, a note is good to know. */
export const SEVERITIES = ['blocker', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that preflight saw, and what to do about it. */
export interface RuleFinding {
  /** The id of the rule, such as `gtid-mode`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly what: string;
  /** Which server, and what on it, such as `the source, commerce.customer`. */
  readonly where: string;
  /** Why it matters, and where that was read. */
  readonly why: string;
  /** How to fix it: a statement if there is one; null if nothing needs to be done. */
  readonly mend: string | null;
  readonly table: string | null;
}
