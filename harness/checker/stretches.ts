import { msBetween } from './sentence.ts';

/** A part of the time in which writes were on: a switch of writes, or the time between two of them. */
export interface Stretch {
  /** For example `before switchWrites` or `switchWrites (line 120)`. */
  readonly name: string;
  readonly isSwitch: boolean;
  readonly from: number;
  to: number;
  /** The line at which it ended. */
  end: number;
  /** For how many nanoseconds a fault was active in it. */
  faulted: number;
  /** Acknowledged writes by table. */
  readonly acknowledged: Map<string, number>;
  invoked: number;
  /** Operations that were in flight when it began or were invoked in it, and the writes among them. */
  inFlight: number;
  writesInFlight: number;
  /** Acknowledged writes that did not report that they matched no row. */
  effective: number;
}

/** Divides the time in which writes are on by the switches of writes; keeps only counts. */
export class Stretches {
  readonly all: Stretch[] = [];
  /** Switches while no writes were on. */
  switchesWithoutWrites = 0;
  #current: Stretch | null = null;
  #inFlight = 0;
  #writesInFlight = 0;
  #faults = 0;
  #faultedSince = 0;

  get isOn(): boolean {
    return this.#current !== null;
  }

  begin(name: string, isSwitch: boolean, line: number, time: number): void {
    this.end(line, time);
    this.#faultedSince = time;
    const inFlight = { inFlight: this.#inFlight, writesInFlight: this.#writesInFlight };
    const counts = { acknowledged: new Map(), invoked: 0, effective: 0, ...inFlight };
    this.#current = { name, isSwitch, from: time, to: time, end: line, faulted: 0, ...counts };
    this.all.push(this.#current);
  }

  end(line: number, time: number): void {
    const current = this.#current;
    if (!current) return;
    if (this.#faults > 0) current.faulted += time - this.#faultedSince;
    current.to = time;
    current.end = line;
    this.#current = null;
  }

  invoked(isWrite: boolean): void {
    this.#inFlight++;
    if (isWrite) this.#writesInFlight++;
    if (!this.#current) return;
    this.#current.invoked++;
    this.#current.inFlight++;
    if (isWrite) this.#current.writesInFlight++;
  }

  completed(isWrite: boolean): void {
    this.#inFlight--;
    if (isWrite) this.#writesInFlight--;
  }

  /**
   * Counts a write where it was acknowledged, which can be in an earlier stretch than its line.
   *
   * @param isEffective false if it reports that it matched no row.
   */
  acknowledged(table: string, time: number, isEffective: boolean): void {
    const stretch = this.all.findLast(({ from }) => time >= from);
    if (!stretch || (stretch !== this.#current && time > stretch.to)) return;
    stretch.acknowledged.set(table, (stretch.acknowledged.get(table) ?? 0) + 1);
    if (isEffective) stretch.effective++;
  }

  strike(time: number): void {
    if (this.#faults++ === 0) this.#faultedSince = time;
  }

  heal(time: number): void {
    if (this.#faults === 0 || --this.#faults > 0) return;
    if (this.#current) this.#current.faulted += time - this.#faultedSince;
  }
}

/** Returns the milliseconds of a stretch without faults, from `since` on. */
export function healthyMs({ from, to, faulted }: Stretch, since = 0): number {
  return Math.max(0, msBetween(Math.max(from, since), to) - msBetween(0, faulted));
}
