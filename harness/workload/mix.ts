import { usage } from '../errors.ts';
import type { WorkloadKind } from '../history/lines.ts';
import type { Kind, Operation } from './kinds/kind.ts';
import { PlacedRandom, stream } from './random.ts';
import type { KindWeights } from './tables.ts';

const KINDS: readonly WorkloadKind[] = ['rows', 'append', 'bank', 'ids', 'sql'];

/** Several kinds in one sequence of operations; the next kind depends only on the seed and the index. */
export class Mix implements Kind {
  readonly #random = new PlacedRandom();
  readonly #choice;
  readonly #parts: readonly { readonly kind: Kind; readonly until: number }[];
  readonly #sum: number;

  /** @throws usage if no kind has a share. */
  constructor(seed: number, weights: KindWeights, make: (name: WorkloadKind) => Kind) {
    this.#choice = stream(seed, 'kind');
    let sum = 0;
    this.#parts = chosenKinds(weights).map(([name, weight]) => ({ kind: make(name), until: (sum += weight) }));
    this.#sum = sum;
  }

  plan(index: number): Operation {
    this.#random.at(this.#choice, index);
    const point = this.#random.next() * this.#sum;
    const part = this.#parts.find(({ until }) => point < until) ?? this.#parts.at(-1)!;
    return part.kind.plan(index);
  }
}

/** @throws usage if there is no share, or an invalid one. */
function chosenKinds(weights: KindWeights): [WorkloadKind, number][] {
  const all = KINDS.map((name) => [name, weights[name] ?? 0] as [WorkloadKind, number]).filter(
    ([, weight]) => weight !== 0,
  );
  if (all.length > 0 && all.every(([, weight]) => Number.isFinite(weight) && weight > 0)) return all;
  throw usage({
    what: 'A workload needs at least one kind with a share above 0.',
    seen: JSON.stringify(weights),
    next: 'Name kinds as { rows: 40, bank: 15 }.',
  });
}
