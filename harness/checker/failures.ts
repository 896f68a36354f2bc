import { isOutOfResources } from '../errors.ts';
import { isOfRows } from '../history/error-classes.ts';
import type { OtherLine } from '../history/history-reader.ts';
import { CUTOVER_MARGIN_MS } from '../history/observations.ts';
import type { FailureCause, ResourceTrouble, StatementFailure } from '../history/workload-findings.ts';
import { NEVER, type CompletedOperation } from './operation.ts';

/**
 * An error of the rows that a statement meets only after the first switch counts if so many would have been due before
 * it, at the same rate: chance alone keeps five away once in 150 times.
 */
const DUE_BEFORE = 5;
/**
 * A statement that failed before, or straight on the source, may fail so many times as often later: tables fill, and
 * some hours are busier. Beyond that, one failure by chance would excuse any number of them.
 */
const MOST_GROWTH = 10;

/** What failed, and whom it speaks against. */
export interface FoundFailures {
  /** Most frequent first. */
  readonly statements: readonly StatementFailure[];
  /** For each switch of writes: statements that failed around it, but for those that a server had no resources for. */
  readonly perCutover: readonly number[];
  readonly resources: ResourceTrouble | null;
}

/** Times as `[due, ended]`, nanoseconds. */
type Span = readonly [number, number];

/** Failures of one statement with the same error; of duplicate keys, for the same key. */
interface Group {
  readonly statement: string;
  readonly error: string;
  readonly lacksResources: boolean;
  message: string;
  /** Straight on the source MySQL, past Vitess. */
  direct: number;
  /** Before the first switch of writes, when the source MySQL executed everything. */
  before: number;
  readonly spans: Span[];
}

/** How often a statement ran: straight on the source, before the first switch of writes, and in all. */
interface Ran {
  direct: number;
  before: number;
  all: number;
}

/**
 * Counts the operations that failed. A statement's failure belongs to a switch of writes if the statement was due, or
 * under way, around that switch, whenever it ended; all others belong to the run as a whole.
 */
export class Failures {
  readonly #groups = new Map<string, Group>();
  readonly #ran = new Map<string, Ran>();
  readonly #endpoints: { readonly atNs: number; readonly isSource: boolean }[] = [];
  readonly #cutovers: Span[] = [];
  #firstSwitchNs = Infinity;
  #resources: ResourceTrouble | null = null;

  line(line: OtherLine): void {
    if (line.type === 'step' && line.name === 'switchWrites' && line.event === 'start') {
      this.#firstSwitchNs = Math.min(this.#firstSwitchNs, line.time);
    }
    if (line.type !== 'observation') return;
    if (line.of === 'endpoint') this.#endpoints.push({ atNs: line.time, isSource: line.to === 'source' });
    if (line.of === 'cutover') {
      const { startedAtMs, endedAtMs } = line;
      this.#cutovers.push([(startedAtMs - CUTOVER_MARGIN_MS) * 1e6, (endedAtMs + CUTOVER_MARGIN_MS) * 1e6]);
    }
  }

  completed(operation: CompletedOperation): void {
    const { statement, outcome, completed, invokedAt, error = '', message = '' } = operation;
    // What was in flight as the run ended did not fail.
    if (completed === NEVER) return;
    const isBefore = invokedAt < this.#firstSwitchNs;
    const isDirect = statement !== undefined && this.#isDirect(invokedAt);
    if (statement !== undefined) this.#count(statement, isBefore, isDirect);
    if (outcome === 'ok') return;
    const lacksResources = isOutOfResources(`${error} ${message}`);
    if (lacksResources) this.#resources = { count: (this.#resources?.count ?? 0) + 1, message };
    if (statement === undefined) return;
    const group = this.#groupOf(statement, error, message, lacksResources);
    group.message = message;
    if (isBefore) group.before += 1;
    if (isDirect) group.direct += 1;
    group.spans.push([operation.dueAt, operation.completedAt]);
  }

  end(): FoundFailures {
    const groups = [...this.#groups.values()].toSorted((a, b) => b.spans.length - a.spans.length);
    const failed = groups.filter(({ lacksResources }) => !lacksResources).flatMap(({ spans }) => spans);
    return {
      statements: groups.map((group) => this.#described(group)),
      perCutover: this.#cutovers.map((cutover) => failed.filter((span) => overlap(span, cutover)).length),
      resources: this.#resources,
    };
  }

  #isDirect(invokedAt: number): boolean {
    // Asked for every statement, hence without a function made for each.
    for (let at = this.#endpoints.length - 1; at >= 0; at--) {
      const { atNs, isSource } = this.#endpoints[at]!;
      if (atNs <= invokedAt) return isSource;
    }
    return false;
  }

  #count(statement: string, isBefore: boolean, isDirect: boolean): void {
    let ran = this.#ran.get(statement);
    if (!ran) this.#ran.set(statement, (ran = { direct: 0, before: 0, all: 0 }));
    ran.all += 1;
    if (isBefore) ran.before += 1;
    if (isDirect) ran.direct += 1;
  }

  #groupOf(statement: string, error: string, message: string, lacksResources: boolean): Group {
    const key = error === 'duplicate-key' ? (/for key '([^']*)'/.exec(message)?.[1] ?? '') : '';
    const id = [statement, error, key, lacksResources].join('\0');
    const group = this.#groups.get(id) ?? {
      statement,
      error,
      lacksResources,
      message,
      direct: 0,
      before: 0,
      spans: [],
    };
    this.#groups.set(id, group);
    return group;
  }

  #described(group: Group): StatementFailure {
    const { statement, error, message, spans } = group;
    const around = spans.filter((span) => this.#cutovers.some((cutover) => overlap(span, cutover)));
    return {
      statement,
      error,
      message,
      count: spans.length,
      aroundSwitches: around.length,
      cause: this.#causeOf(group),
    };
  }

  #causeOf(group: Group): FailureCause {
    if (group.lacksResources) return 'resources';
    // The source MySQL alone fails like that, without any Vitess.
    if (group.direct > 0 && this.#due(group, 'direct') <= MOST_GROWTH * group.direct) return 'application';
    if (!isOfRows(group.error)) return 'migration';
    const due = this.#due(group, 'before');
    return due < DUE_BEFORE || due <= MOST_GROWTH * group.before ? 'application' : 'migration';
  }

  /** How many failures would have been due in a part of the run, had the statement failed as often as in the rest of it. */
  #due(group: Group, part: 'direct' | 'before'): number {
    const ran = this.#ran.get(group.statement)!;
    const rest = ran.all - ran[part];
    return rest === 0 ? 0 : ((group.spans.length - group[part]) * ran[part]) / rest;
  }
}

function overlap([from, to]: Span, [begin, end]: Span): boolean {
  return from <= end && to >= begin;
}
