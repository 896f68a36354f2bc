import type { InvariantId, InvariantResult } from '../history/invariants.ts';

/** A violation that a scenario has planted. */
export interface Expectation {
  readonly id: InvariantId;
  /** The table that a finding must name. */
  readonly table?: string;
  /** The key that a finding must name, in that table if one is given. */
  readonly key?: number | string;
  /** How many findings there must be; at least one by default. */
  readonly count?: number;
}

/** Returns how the verdicts on invariants differ from what was planted, one sentence per difference. */
export function differencesFrom(expected: readonly Expectation[], results: readonly InvariantResult[]): string[] {
  const planned = new Set(expected.map(({ id }) => id));
  const failed = results.filter(({ verdict }) => verdict === 'fail');
  return [
    ...failed.filter(({ id }) => !planned.has(id)).map((result) => `${describe(result)} (expected none)`),
    ...expected.flatMap((expectation) => {
      const result = results.find(({ id }) => id === expectation.id);
      return result !== undefined && isMetBy(expectation, result)
        ? []
        : [`${result === undefined ? expectation.id : describe(result)} (expected ${JSON.stringify(expectation)})`];
    }),
  ];
}

function isMetBy({ table, key, count }: Expectation, { verdict, count: found, findings }: InvariantResult): boolean {
  if (verdict !== 'fail' || (count !== undefined && found !== count)) return false;
  return findings.some(
    (finding) =>
      (table === undefined || finding.table === table) && (key === undefined || String(finding.key) === String(key)),
  );
}

function describe({ id, verdict, count, findings, reason }: InvariantResult): string {
  const places = findings.map(({ table, key, what }) => `${table ?? ''} ${key ?? ''}: ${what}`);
  return [`${id}: ${verdict}, ${count} finding(s)`, ...(reason === undefined ? [] : [reason]), ...places].join('; ');
}
