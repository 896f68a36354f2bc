import type { FinalRow, OperationLine, OperationName, TableLine } from '../../history/lines.ts';

/** What is sent for an operation. */
export type OperationRequest = Pick<OperationLine, 'f' | 'table' | 'key' | 'value'> &
  Partial<Pick<OperationLine, 'to' | 'tablet'>>;
/** What the acknowledgement of an operation says. */
export type OperationResponse = Partial<Pick<OperationLine, 'key' | 'value' | 'version' | 'matched'>>;

/** A table on a server that works correctly: what is sent takes effect when it is applied. */
export interface HealthyTable {
  readonly line: Omit<TableLine, 'index' | 'time'>;
  next(random: () => number): OperationRequest;
  apply(sent: OperationRequest): OperationResponse;
  finalRows(): Iterable<FinalRow>;
}

/** Values are unique in a run. */
export class Values {
  #last = 0;

  next(): number {
    return ++this.#last;
  }
}

/** Keys that can be picked at random, and taken out. */
class Keys {
  readonly #keys: number[] = [];
  readonly #places = new Map<number, number>();

  get size(): number {
    return this.#keys.length;
  }

  add(key: number): void {
    this.#places.set(key, this.#keys.length);
    this.#keys.push(key);
  }

  pick(random: () => number): number {
    return this.#keys[Math.floor(random() * this.#keys.length)]!;
  }

  remove(key: number): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    const last = this.#keys.pop()!;
    this.#places.delete(key);
    if (last === key) return;
    this.#keys[place] = last;
    this.#places.set(last, place);
  }
}

export class HealthyRows implements HealthyTable {
  readonly line;
  readonly #table: string;
  readonly #values: Values;
  readonly #live = new Keys();
  /** The value of each key. A version of 0 means that there is no row. */
  readonly #value: number[] = [];
  readonly #version: number[] = [];
  #last: number;

  constructor(table: string, rows: number, values: Values) {
    this.line = { type: 'table', table, kind: 'rows', rows } as const;
    this.#table = table;
    this.#values = values;
    this.#last = rows;
    for (let key = 1; key <= rows; key++) this.#set(key, -key, 1);
  }

  next(random: () => number): OperationRequest {
    const kind = random();
    const table = this.#table;
    if (kind < 0.22 || this.#live.size === 0) {
      return { f: 'insert', table, key: ++this.#last, value: this.#values.next() };
    }
    const key = this.#live.pick(random);
    if (kind < 0.58) return { f: 'update', table, key, value: this.#values.next() };
    if (kind < 0.66) return { f: 'delete', table, key, value: null };
    return { f: 'read', table, key, value: null };
  }

  apply({ f, key: given, value }: OperationRequest): OperationResponse {
    const key = Number(given);
    const version = this.#version[key] ?? 0;
    if (f === 'read') return version > 0 ? { value: this.#value[key]!, version } : {};
    if (f === 'insert') {
      this.#set(key, Number(value), 1);
      return { matched: 1 };
    }
    if (version === 0) return { matched: 0 };
    if (f === 'update') this.#set(key, Number(value), version + 1);
    else this.#remove(key);
    return { matched: 1 };
  }

  *finalRows(): Generator<FinalRow> {
    for (let key = 1; key <= this.#last; key++) {
      const version = this.#version[key] ?? 0;
      if (version > 0) yield { type: 'row', table: this.#table, key, value: this.#value[key]!, version };
    }
  }

  #set(key: number, value: number, version: number): void {
    if (version === 1) this.#live.add(key);
    this.#value[key] = value;
    this.#version[key] = version;
  }

  #remove(key: number): void {
    this.#version[key] = 0;
    this.#live.remove(key);
  }
}

export class HealthyAppend implements HealthyTable {
  readonly line;
  readonly #values: Values;
  readonly #there: number[] = [];

  constructor(table: string, values: Values) {
    this.line = { type: 'table', table, kind: 'append', rows: 0 } as const;
    this.#values = values;
  }

  next(): OperationRequest {
    return { f: 'append', table: this.line.table, key: null, value: this.#values.next() };
  }

  apply({ value }: OperationRequest): OperationResponse {
    this.#there.push(Number(value));
    return {};
  }

  *finalRows(): Generator<FinalRow> {
    for (const value of this.#there) yield { type: 'row', table: this.line.table, key: null, value };
  }
}

export class HealthyBank implements HealthyTable {
  readonly line;
  readonly #balances: number[];
  readonly #transfers: number[];

  constructor(table: string, rows: number, balance: number) {
    this.line = { type: 'table', table, kind: 'bank', rows, balance } as const;
    this.#balances = Array.from({ length: rows }, () => balance);
    this.#transfers = Array.from({ length: rows }, () => 0);
  }

  next(random: () => number): OperationRequest {
    const { table, rows } = this.line;
    if (random() < 0.2) return { f: 'read', table, key: null, value: null };
    const from = Math.floor(random() * rows);
    const to = (from + 1 + Math.floor(random() * (rows - 1))) % rows;
    return { f: 'transfer', table, key: from + 1, to: to + 1, value: 1 + Math.floor(random() * 9) };
  }

  apply({ f, key, to, value }: OperationRequest): OperationResponse {
    if (f === 'read') return { value: [...this.#balances] };
    for (const [account, amount] of [
      [Number(key) - 1, -Number(value)],
      [to! - 1, Number(value)],
    ] as const) {
      this.#balances[account]! += amount;
      this.#transfers[account]!++;
    }
    return {};
  }

  *finalRows(): Generator<FinalRow> {
    for (const [account, value] of this.#balances.entries()) {
      yield { type: 'row', table: this.line.table, key: account + 1, value, version: this.#transfers[account]! };
    }
  }
}

/** Tables with auto_increment: `ids`, and `sql` with statements of its own. */
export class HealthyIds implements HealthyTable {
  readonly line;
  readonly #values: Values;
  readonly #insert: OperationName;
  readonly #live = new Keys();
  readonly #there = new Map<number, number>();
  #last: number;

  constructor(table: string, kind: 'ids' | 'sql', values: Values) {
    const rows = kind === 'sql' ? 1000 : 0;
    this.line = { type: 'table', table, kind, rows, ...(kind === 'sql' && { keyColumn: 'id' }) } as const;
    this.#values = values;
    this.#insert = kind === 'sql' ? 'insert' : 'generate';
    this.#last = rows;
  }

  next(random: () => number): OperationRequest {
    const { table } = this.line;
    if (random() < 0.9 || this.#live.size === 0) {
      return { f: this.#insert, table, key: null, value: this.#values.next() };
    }
    return { f: 'delete', table, key: this.#live.pick(random), value: null };
  }

  apply({ f, key, value }: OperationRequest): OperationResponse {
    if (f !== 'delete') {
      const id = ++this.#last;
      this.#there.set(id, Number(value));
      this.#live.add(id);
      return { key: id };
    }
    this.#live.remove(Number(key));
    return { matched: this.#there.delete(Number(key)) ? 1 : 0 };
  }

  *finalRows(): Generator<FinalRow> {
    for (const [key, value] of this.#there) yield { type: 'row', table: this.line.table, key, value };
  }
}

/** How an application identifies its rows if the server does not: large numbers, UUIDs, parts of one key. */
const SENT_KEYS = [
  '9007199254740992',
  '9007199254740993',
  '18446744073709551615',
  '-9223372036854775808',
  '0x00112233445566778899aabbccddeeff',
  '0x00112233445566778899aabbccddeefe',
  '7,north',
  '7,north%2Ceast',
  0,
  -3,
] as const;

/** `sql` with keys that the statements send, and send again after a delete. */
export class HealthySentKeys implements HealthyTable {
  readonly line;
  readonly #values: Values;
  readonly #there = new Set<number | string>();

  constructor(table: string, values: Values) {
    this.line = { type: 'table', table, kind: 'sql', rows: 0, keyColumn: 'id' } as const;
    this.#values = values;
  }

  next(random: () => number): OperationRequest {
    const key = SENT_KEYS[Math.floor(random() * SENT_KEYS.length)]!;
    const { table } = this.line;
    return random() < 0.6
      ? { f: 'insert', table, key, value: this.#values.next() }
      : { f: 'delete', table, key, value: null };
  }

  apply({ f, key }: OperationRequest): OperationResponse {
    const isThere = this.#there.has(key!);
    if (f === 'insert') this.#there.add(key!);
    else this.#there.delete(key!);
    return { matched: isThere === (f === 'delete') ? 1 : 0 };
  }

  *finalRows(): Generator<FinalRow> {
    for (const key of this.#there) yield { type: 'row', table: this.line.table, key, value: null };
  }
}
