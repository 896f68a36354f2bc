import type { ColumnGenerator } from '../fixture/generators.ts';
import type { Column } from '../schema/columns.ts';
import { exactRange } from './columns.ts';
import { demandsOf } from './demands.ts';
import type { Draft, RowCounts, SeedOptions } from './draft.ts';

/** The largest number of different values that a column can have, in order; null if there is no such order. */
interface Ordered {
  readonly most: number;
  /** Returns the generator whose value changes with each block of `stride` rows. */
  readonly at: (stride: number) => ColumnGenerator;
}

/**
 * Makes the values of unique keys differ: through one column that never repeats, or through columns that count up like
 * the digits of a number. If there are fewer values than rows, the number of rows is reduced.
 *
 * @returns a note for each reduction.
 */
export function distinct(draft: Draft, countOf: RowCounts, asked: SeedOptions['columns']): string[] {
  const notes: string[] = [];
  const keys = demandsOf(draft.table, undefined).filter(({ kind, columns }) => kind === 'unique' && columns.length > 0);
  for (const { columns, texts } of keys.toSorted((a, b) => a.columns.length - b.columns.length)) {
    if (columns.some((column) => neverRepeats(draft, column) || asked[`${draft.table.name}.${column}`])) continue;
    const most = spread(draft, columns, countOf);
    if (most >= draft.rows) continue;
    // Only the server can tell how many values an expression has.
    if (texts.length > 0 || columns.some((column) => !isPart(draft, column))) continue;
    notes.push(
      `${draft.table.name}: ${most} rows instead of ${draft.rows}, because its key (${columns.join(', ')}) has no more values`,
    );
    draft.rows = most;
  }
  return notes;
}

/** Whether a unique key contains the column itself, and not something that is computed from it. */
function isPart({ table }: Draft, name: string): boolean {
  return table.indexes.some(({ unique, parts }) => unique && parts.some(({ column }) => column === name));
}

function neverRepeats({ columns, rows }: Draft, name: string): boolean {
  const generator = columns.get(name);
  if (generator === undefined) return false;
  if (generator.kind === 'sequence') return generator.stride === undefined;
  if (generator.kind === 'template') return generator.text.includes('{row}') && generator.edges === undefined;
  if (generator.kind === 'time') return generator.stepSeconds !== undefined;
  return generator.kind === 'bytes' && generator.length >= 8 && rows > 0;
}

/** @returns how many rows there can be. */
function spread(draft: Draft, columns: readonly string[], countOf: RowCounts): number {
  const all = columns.flatMap((name) => {
    const column = draft.table.columns.find((each) => each.name === name);
    const ordered = column === undefined ? null : orderedOf(draft, column, countOf);
    return ordered === null ? [] : [{ name, ordered }];
  });
  // If one column is sufficient, the others stay free.
  const alone = all.find(
    ({ name, ordered }) => ordered.most >= draft.rows && draft.columns.get(name)?.kind !== 'reference',
  );
  if (alone !== undefined) {
    draft.columns.set(alone.name, alone.ordered.at(1));
    return draft.rows;
  }
  let stride = 1;
  for (const { name, ordered } of all) {
    draft.columns.set(name, ordered.at(stride));
    stride *= ordered.most;
  }
  return all.length === 0 ? 0 : stride;
}

const DAY = 86_400;

function orderedOf(draft: Draft, column: Column, countOf: RowCounts): Ordered | null {
  const now = draft.columns.get(column.name);
  if (now?.kind === 'reference') {
    const most = countOf(now.table);
    return { most, at: (stride) => ({ ...now, stride, nullFraction: 0 }) };
  }
  if (now?.kind === 'pick') {
    const values = now.values.filter((value) => value !== null);
    return { most: values.length, at: (stride) => ({ kind: 'pick', values, stride, nullFraction: 0 }) };
  }
  const { type, precision, scale } = column;
  const whole =
    exactRange(column)?.[1] ?? (type === 'decimal' ? 10 ** ((precision ?? 1) - (scale ?? 0)) - 1 : undefined);
  if (whole !== undefined || type === 'float' || type === 'double') {
    return { most: Math.min(whole ?? 1e7, 1e9), at: sequence };
  }
  return textOf(column, draft) ?? timesOf(column);
}

function sequence(stride: number): ColumnGenerator {
  return { kind: 'sequence', start: 1, step: 1, nullFraction: 0, ...(stride === 1 ? {} : { stride }) };
}

function textOf({ type, name, length }: Column, { rows }: Draft): Ordered | null {
  if (!/char|text|binary|blob/.test(type)) return null;
  const room = Math.min(length ?? 255, 255);
  const digits = String(rows).length;
  const text =
    /e_?mail/i.test(name) && room >= digits + 17
      ? 'user{row}@example.com'
      : room > digits + name.length
        ? `${name}-{row}`
        : '{row}';
  return { most: room >= digits ? 1e9 : 10 ** room - 1, at: () => ({ kind: 'template', text, nullFraction: 0 }) };
}

function timesOf({ type, fractionDigits }: Column): Ordered | null {
  const from = 946_684_800;
  const of = (form: 'date' | 'datetime' | 'time' | 'year', stepSeconds: number, most: number): Ordered => ({
    most,
    at: () => ({
      kind: 'time',
      form,
      from: form === 'time' ? 0 : form === 'year' ? -2_177_452_800 : from,
      to: from,
      fraction: form === 'datetime' ? (fractionDigits ?? 0) : 0,
      stepSeconds,
      nullFraction: 0,
    }),
  });
  switch (type) {
    case 'date':
      return of('date', DAY, 2_900_000);
    case 'datetime':
      return of('datetime', 1, 1e9);
    case 'timestamp':
      return of('datetime', 1, 1e9);
    case 'time':
      return of('time', 1, DAY);
    case 'year':
      return of('year', 366 * DAY, 250);
    default:
      return null;
  }
}
