import { isOutOfResources } from '../errors.ts';
import { isOfRows } from '../error-classes.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { FaultLine } from '../history/lines.ts';
import { aroundCutovers, type CutoverSpan } from '../history/around-cutovers.ts';
import type { FailureCause, ResourceTrouble, StatementFailure } from '../history/workload-findings.ts';
import { NEVER, type CompletedOperation } from './operation.ts';

/**
 * An error that is about the rows, and that a statement meets only after the first switch, counts if at least this many
 * would have been due before the switch at the same rate: by chance alone, five would be absent once in 150 times.
 */
const DUE_BEFORE = 5;
/**
 * A statement that failed before the switch, or directly on the source, may fail this many times as often later,
 * because tables fill and some hours are busier. Without a bound, one chance failure would excuse any number of them.
 */
const MOST_GROWTH = 10;

/** What failed, and what each failure counts against. */
export interface FoundFailures {
  /** Most frequent first. */
  readonly statements: readonly StatementFailure[];
  /**
   * For each switch of writes, the statements that failed around it, except those for which a server lacked resources.
   */
  readonly perCutover: readonly number[];
  /** Likewise, the failed attempts at transactions after which the application tried again. */
  readonly retriedPerCutover: readonly number[];
  readonly resources: ResourceTrouble | null;
}

/** Times as `[due, ended]`, in nanoseconds. */
type Span = readonly [number, number];

/** Failures of one statement with the same error and, for duplicate keys, the same key. */
interface Group {
  readonly statement: string;
  readonly error: string;
  readonly lacksResources: boolean;
  message: string;
  /** At the rate of the run; `spans` also has those of its burst. */
  readonly failed: Counts;
  readonly spans: Span[];
  /** Of attempts after which the application tried again. */
  readonly retried: Span[];
}

/** How often a statement ran, or failed, at the rate of the run. */
interface Counts {
  /** Directly on the source MySQL, bypassing Vitess. */
  direct: number;
  /** Before the first switch of writes, when the source MySQL executed everything. */
  before: number;
  all: number;
}

const NONE: Counts = { direct: 0, before: 0, all: 0 };

/**
 * Counts the operations that failed, as users of the application saw them: if a transaction was tried again, only the
 * last attempt counts, and the others are reported beside it. A failure belongs to a switch of writes if the statement
 * was due or under way around that switch, no matter when it ended; all others belong to the run as a whole.
 */
export class Failures {
  readonly #groups = new Map<string, Group>();
  readonly #ran = new Map<string, Counts>();
  readonly #endpoints: { readonly atNs: number; readonly isSource: boolean }[] = [];
  readonly #cutovers: CutoverSpan[] = [];
  /** From when a fault struck until everything was normal again. */
  readonly #faults: { readonly from: number; to: number }[] = [];
  #firstSwitchNs = Infinity;
  /** What had been counted when the way in which writes are done last changed. */
  #counted: ReadonlyMap<Counts, Counts> = new Map();
  #resources: ResourceTrouble | null = null;

  line(line: OtherLine): void {
    if (line.type === 'step' && line.name === 'switchWrites' && line.event === 'start') {
      this.#firstSwitchNs = Math.min(this.#firstSwitchNs, line.time);
    }
    if (line.type === 'step' && line.name === 'writes' && line.event === 'start') this.#mark();
    if (line.type === 'fault') this.#fault(line);
    if (line.type !== 'observation') return;
    if (line.of === 'capacity') this.#leaveOutBurst();
    if (line.of === 'endpoint') this.#endpoints.push({ atNs: line.time, isSource: line.to === 'source' });
    if (line.of === 'cutover') this.#cutovers.push(line);
  }

  completed(operation: CompletedOperation): void {
    const { statement, outcome, completed, invokedAt, error = '', message = '' } = operation;
    // Operations in flight when the run ended did not fail.
    if (completed === NEVER) return;
    // While something is broken on purpose, neither the failures nor the number of operations says anything about a
    // rate.
    if (this.#isFaulted(operation)) return;
    const isBefore = invokedAt < this.#firstSwitchNs;
    const isDirect = statement !== undefined && this.#isDirect(invokedAt);
    if (statement !== undefined && !operation.isRetried) count(this.#ranOf(statement), isBefore, isDirect);
    if (outcome === 'ok') return;
    const lacksResources = isOutOfResources(`${error} ${message}`);
    if (lacksResources) this.#resources = { count: (this.#resources?.count ?? 0) + 1, message };
    if (statement === undefined) return;
    const group = this.#groupOf(statement, error, message, lacksResources);
    group.message = message;
    const span: Span = [operation.dueAt, operation.completedAt];
    if (operation.isRetried) {
      group.retried.push(span);
      return;
    }
    count(group.failed, isBefore, isDirect);
    group.spans.push(span);
  }

  end(): FoundFailures {
    const around = aroundCutovers(this.#cutovers).map(({ fromMs, toMs }): Span => [fromMs * 1e6, toMs * 1e6]);
    const groups = [...this.#groups.values()].toSorted((a, b) => b.spans.length - a.spans.length);
    const counted = groups.filter(({ lacksResources }) => !lacksResources);
    const perCutover = (all: readonly Span[]) =>
      around.map((cutover) => all.filter((span) => overlap(span, cutover)).length);
    return {
      statements: groups.map((group) => this.#described(group, around)),
      perCutover: perCutover(counted.flatMap(({ spans }) => spans)),
      retriedPerCutover: perCutover(counted.flatMap(({ retried }) => retried)),
      resources: this.#resources,
    };
  }

  #fault({ event, time }: FaultLine): void {
    if (event === 'strike') this.#faults.push({ from: time, to: Infinity });
    const last = this.#faults.at(-1);
    if (event === 'heal' && last !== undefined) last.to = time;
  }

  /** What fails while something is broken on purpose is reported with the fault. */
  #isFaulted({ dueAt, completedAt }: CompletedOperation): boolean {
    return this.#faults.some(({ from, to }) => dueAt <= to && completedAt >= from);
  }

  #isDirect(invokedAt: number): boolean {
    // This is called for every statement, so it must not create a function each time.
    for (let at = this.#endpoints.length - 1; at >= 0; at--) {
      const { atNs, isSource } = this.#endpoints[at]!;
      if (atNs <= invokedAt) return isSource;
    }
    return false;
  }

  #ranOf(statement: string): Counts {
    let ran = this.#ran.get(statement);
    if (!ran) this.#ran.set(statement, (ran = { ...NONE }));
    return ran;
  }

  #mark(): void {
    this.#counted = new Map(this.#allCounts().map((counts) => [counts, { ...counts }]));
  }

  /**
   * A burst sends as much as the servers can sustain, so its failures say nothing about the rate of the rest of the
   * run.
   */
  #leaveOutBurst(): void {
    for (const counts of this.#allCounts()) Object.assign(counts, this.#counted.get(counts) ?? NONE);
  }

  #allCounts(): Counts[] {
    return [...this.#ran.values(), ...[...this.#groups.values()].map(({ failed }) => failed)];
  }

  #groupOf(statement: string, error: string, message: string, lacksResources: boolean): Group {
    const key = error === 'duplicate-key' ? (/for key '([^']*)'/.exec(message)?.[1] ?? '') : '';
    const id = [statement, error, key, lacksResources].join('\0');
    const group = this.#groups.get(id) ?? {
      statement,
      error,
      lacksResources,
      message,
      failed: { ...NONE },
      spans: [],
      retried: [],
    };
    this.#groups.set(id, group);
    return group;
  }

  #described(group: Group, cutovers: readonly Span[]): StatementFailure {
    const { statement, error, message, spans, retried } = group;
    const around = spans.filter((span) => cutovers.some((cutover) => overlap(span, cutover)));
    return {
      statement,
      error,
      message,
      count: spans.length,
      aroundSwitches: around.length,
      ...(retried.length === 0 ? {} : { retried: retried.length }),
      cause: this.#causeOf(group),
    };
  }

  #causeOf(group: Group): FailureCause {
    if (group.lacksResources) return 'resources';
    // The source MySQL also fails like that on its own, without Vitess.
    const { direct, before, all } = group.failed;
    // Only the burst met this error, because too much was sent at once.
    if (all === 0) return 'application';
    if (direct > 0 && this.#due(group, 'direct') <= MOST_GROWTH * direct) return 'application';
    if (!isOfRows(group.error)) return 'migration';
    const due = this.#due(group, 'before');
    return due < DUE_BEFORE || due <= MOST_GROWTH * before ? 'application' : 'migration';
  }

  /**
   * Returns how many failures would have been due in a part of the run, had the statement failed as often as in the
   * rest of it.
   */
  #due({ statement, failed }: Group, part: 'direct' | 'before'): number {
    const ran = this.#ranOf(statement);
    const rest = ran.all - ran[part];
    return rest === 0 ? 0 : ((failed.all - failed[part]) * ran[part]) / rest;
  }
}

function count(counts: Counts, isBefore: boolean, isDirect: boolean): void {
  counts.all += 1;
  if (isBefore) counts.before += 1;
  if (isDirect) counts.direct += 1;
}

function overlap([from, to]: Span, [begin, end]: Span): boolean {
  return from <= end && to >= begin;
}
