import {
  INVARIANT_IDS,
  NOTHING_TO_JUDGE,
  type Finding,
  type InvariantId,
  type InvariantResult,
  type ShownFinding,
} from '../history/invariants.ts';

export type FindingSink = (id: InvariantId, finding: Finding) => void;

type Which = ShownFinding['which'][number];

/** What was found against one invariant, in constant memory. */
class InvariantAccount {
  judged = 0;
  count = 0;
  reasons = new Set<string>();
  #first: Finding | null = null;
  #worst: Finding | null = null;
  #last: Finding | null = null;

  find(finding: Finding): void {
    this.count++;
    if (!this.#first || placeOf(finding) < placeOf(this.#first)) this.#first = finding;
    if (!this.#worst || finding.weight > this.#worst.weight) this.#worst = finding;
    if (!this.#last || placeOf(finding) >= placeOf(this.#last)) this.#last = finding;
  }

  /** The first, worst and last finding, each once, in order of time. */
  kept(): { finding: Finding; which: Which[] }[] {
    const kept: { finding: Finding; which: Which[] }[] = [];
    const candidates = { first: this.#first, worst: this.#worst, last: this.#last };
    for (const which of ['first', 'worst', 'last'] as const) {
      const finding = candidates[which];
      if (!finding) continue;
      const same = kept.find((each) => each.finding === finding);
      if (same) same.which.push(which);
      else kept.push({ finding, which: [which] });
    }
    return kept.toSorted((a, b) => order(placeOf(a.finding), placeOf(b.finding)));
  }
}

/** What all checkers report, by invariant. */
export class Ledger {
  readonly #sink: FindingSink;
  readonly #accounts = new Map(INVARIANT_IDS.map((id) => [id, new InvariantAccount()]));

  constructor(sink: FindingSink = () => undefined) {
    this.#sink = sink;
  }

  /** Records that one thing was looked at. */
  judged(id: InvariantId): void {
    this.#of(id).judged++;
  }

  /**
   * Records that this many things were looked at, according to a line. A line without a number must not count as one
   * look.
   */
  judgedMany(id: InvariantId, count: number): void {
    this.#of(id).judged += count;
  }

  find(id: InvariantId, finding: Finding): void {
    this.#of(id).find(finding);
    this.#sink(id, finding);
  }

  /**
   * Records that something that had to be judged could not be: the invariant is `unknown`, unless it is broken
   * elsewhere.
   */
  cannot(id: InvariantId, reason: string): void {
    this.#of(id).reasons.add(reason);
  }

  /** @param around returns the lines of the history around a finding. */
  results(around: (finding: Finding) => readonly string[] = () => []): InvariantResult[] {
    return INVARIANT_IDS.map((id) => {
      const account = this.#of(id);
      const findings = account.kept().map(({ finding, which }) => ({ ...finding, which, around: around(finding) }));
      const { judged, count } = account;
      if (count > 0) return { id, verdict: 'fail', judged, count, findings };
      const reasons = [...account.reasons];
      // A count that is not a number, as when a line lacks the field, counts as none.
      if (!(judged > 0) && reasons.length === 0) reasons.push(NOTHING_TO_JUDGE);
      if (reasons.length > 0) return { id, verdict: 'unknown', judged, count, findings, reason: reasons.join('; ') };
      return { id, verdict: 'pass', judged, count, findings };
    });
  }

  /** Returns the findings whose surroundings are needed. */
  kept(): Finding[] {
    return [...this.#accounts.values()].flatMap((account) => account.kept().map(({ finding }) => finding));
  }

  #of(id: InvariantId): InvariantAccount {
    return this.#accounts.get(id)!;
  }
}

/** Findings that only show at the end come after every line. */
function placeOf({ index }: Finding): number {
  return index ?? Infinity;
}

function order(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
