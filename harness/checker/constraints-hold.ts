import type { InvariantId } from '../history/invariants.ts';
import type { ConstraintObservation } from '../history/observations.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { RunChecker } from './checker.ts';
import { LastLook } from './last-look.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './sentence.ts';

type Violation = ConstraintObservation['violations'][number];

/**
 * Judges `constraints-hold`: no row on either side breaks a foreign key, a unique key or an enforced CHECK that it did
 * not break before the migration.
 */
export class ConstraintsHold implements RunChecker {
  readonly ids: readonly InvariantId[] = ['constraints-hold'];
  readonly #ledger: Ledger;
  readonly #last = new LastLook('constraints-hold', 'look at constraints');
  /** What was already broken on the source before the migration, and is therefore broken on both sides. */
  readonly #before = new Map<string, Violation>();
  readonly #notSeenBefore = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type !== 'observation' || line.of !== 'constraints') return;
    if (line.before === true) {
      for (const violation of line.violations) this.#before.set(nameOf(violation), violation);
      for (const constraint of line.tooSlow ?? []) this.#notSeenBefore.add(nameOf(constraint));
      return;
    }
    this.#last.at(line.index);
    this.#ledger.judgedMany('constraints-hold', line.compared);
    for (const { table, constraint } of line.tooSlow ?? []) {
      this.#ledger.cannot('constraints-hold', `${constraint} of ${table} took too long to check`);
    }
    for (const violation of line.violations) this.#judge(violation, line.index);
  }

  end(lastWrite: number): void {
    this.#last.end(lastWrite, this.#ledger);
  }

  #judge(violation: Violation, index: number): void {
    const { side, table, constraint, rows: all } = violation;
    const name = nameOf(violation);
    if (this.#notSeenBefore.has(name)) {
      const reason = `${counted(all, 'row')} of ${table} on the ${side} break ${constraint}; whether they did so before the migration took too long to check`;
      this.#ledger.cannot('constraints-hold', reason);
      return;
    }
    const { rows, key } = since(violation, this.#before.get(name));
    if (rows === 0) return;
    const more = rows === all ? '' : ` that did not break it before, of ${all} in all`;
    const what = `on the ${side}, ${constraint} is broken by ${counted(rows, 'row')}${more}`;
    this.#ledger.find('constraints-hold', { table, key, what, index, weight: rows });
  }
}

/**
 * Returns which rows are broken now that were not before: by key if all keys are known, otherwise only how many,
 * because long lists of keys are cut.
 */
function since(now: Violation, before: Violation | undefined): { readonly rows: number; readonly key: string } {
  if (before === undefined) return now;
  const more = Math.max(0, now.rows - before.rows);
  if (now.keys === undefined || before.keys === undefined) return { rows: more, key: now.key };
  const known = new Set(before.keys);
  const added = now.keys.filter((key) => !known.has(key));
  return { rows: Math.max(added.length, more), key: added[0] ?? now.key };
}

function nameOf({ table, constraint }: Pick<Violation, 'table' | 'constraint'>): string {
  return JSON.stringify([table, constraint]);
}
