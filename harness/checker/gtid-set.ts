import { trouble } from '../errors.ts';

/** Transactions `first` to `last`, both included. */
interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

/** `uuid` or `uuid:tag` → intervals in ascending order that do not touch. */
export type GtidSet = ReadonlyMap<string, readonly Interval[]>;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const INTERVAL = /^(\d+)(?:-(\d+))?$/;
const TAG = /^[a-z_][a-z0-9_]{0,31}$/;

/**
 * Parses a GTID set in MySQL's text form, such as `uuid:1-5:7:tag:1-3,\nuuid:…`, with or without Vitess' flavour in
 * front, such as `MySQL56/…`. All intervals after a tag belong to it.
 *
 * @throws `trouble` if the text is not such a set.
 */
export function parseGtidSet(text: string): GtidSet {
  const set = new Map<string, Interval[]>();
  const withoutFlavour = text.replace(/^[A-Za-z0-9]+\//, '');
  for (const part of withoutFlavour.split(',')) {
    const [uuid = '', ...rest] = part.replaceAll(/\s/g, '').toLowerCase().split(':');
    if (uuid === '' && rest.length === 0) continue;
    if (!UUID.test(uuid) || rest.length === 0) throw notASet(text);
    let source = uuid;
    for (const each of rest) {
      const interval = INTERVAL.exec(each);
      if (interval) add(set, source, interval);
      else if (TAG.test(each)) source = `${uuid}:${each}`;
      else throw notASet(text);
    }
  }
  return new Map([...set].map(([source, intervals]) => [source, merged(intervals)]));
}

/** Returns what is in `set` and not in `other`. */
export function gtidsBeyond(set: GtidSet, other: GtidSet): GtidSet {
  const beyond = new Map<string, readonly Interval[]>();
  for (const [source, intervals] of set) {
    const left = intervals.flatMap((interval) => without(interval, other.get(source) ?? []));
    if (left.length > 0) beyond.set(source, left);
  }
  return beyond;
}

/** Returns how many transactions are in it; exact up to Number.MAX_SAFE_INTEGER. */
export function sizeOfGtidSet(set: GtidSet): number {
  let size = 0n;
  for (const intervals of set.values()) for (const { first, last } of intervals) size += last - first + 1n;
  return Number(size);
}

/** Returns the UUIDs of the servers whose transactions are in it. */
export function serversOfGtidSet(set: GtidSet): Set<string> {
  return new Set([...set.keys()].map((source) => source.split(':')[0]!));
}

/** Returns the set in MySQL's text form, with each tag by itself. */
export function formatGtidSet(set: GtidSet): string {
  return [...set].map(([source, intervals]) => [source, ...intervals.map(formatInterval)].join(':')).join(',');
}

function formatInterval({ first, last }: Interval): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

function add(set: Map<string, Interval[]>, source: string, [, first, last = first]: RegExpExecArray): void {
  const interval = { first: BigInt(first!), last: BigInt(last!) };
  // To MySQL, an interval that runs backwards is empty.
  if (interval.last < interval.first) return;
  const known = set.get(source);
  if (known) known.push(interval);
  else set.set(source, [interval]);
}

function merged(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const interval of intervals.toSorted((a, b) => Number(a.first > b.first) - Number(a.first < b.first))) {
    const before = result.at(-1);
    if (!before || interval.first > before.last + 1n) result.push(interval);
    else if (interval.last > before.last) result[result.length - 1] = { first: before.first, last: interval.last };
  }
  return result;
}

function without({ first, last }: Interval, taken: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let from = first;
  for (const each of taken) {
    if (each.last < from) continue;
    if (each.first > last) break;
    if (each.first > from) left.push({ first: from, last: each.first - 1n });
    from = each.last + 1n;
  }
  if (from <= last) left.push({ first: from, last });
  return left;
}

function notASet(text: string): Error {
  return trouble({ what: 'A GTID set cannot be read.', expected: 'uuid:1-5,…', seen: text.slice(0, 200) });
}
