/** How serious a finding is: a blocker makes the migration fail or lose rows, a warning may, a note is good to know. */
export const SEVERITIES = ['blocker', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that preflight saw, and what to do about it. */
export interface RuleFinding {
  /** The id of the rule, such as `gtid-mode`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly what: string;
  /** The server, and the object on it, such as `the source, commerce.customer`. */
  readonly where: string;
  /** Why it matters, with the source of that fact. */
  readonly why: string;
  /** How to fix it, preferably with a statement; null if nothing needs to be done. */
  readonly mend: string | null;
  readonly table: string | null;
}
