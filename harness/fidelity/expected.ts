import { z } from 'zod';
import type { When } from '../vitess-version.ts';
import { LEGS, nameOfLeg } from './legs.ts';

/** `all`, or the words that names of legs begin with, such as `there`, `back inserted` or `back inserted alone`. */
const ON = z
  .array(z.enum(['all', ...LEGS.map(nameOfLeg).flatMap(beginningsOf)]))
  .min(1)
  .transform((names) => new Set(LEGS.map(nameOfLeg).filter((leg) => names.some((name) => covers(name, leg)))));

function beginningsOf(name: string): string[] {
  const words = name.split(' ');
  return words.map((_, at) => words.slice(0, at + 1).join(' '));
}

function covers(name: string, leg: string): boolean {
  return name === 'all' || leg === name || leg.startsWith(`${name} `);
}

const WHY = {
  /** Why it happens, and where that was read. */
  reason: z.string(),
  /** The report in Vitess' tracker, such as `vitessio/vitess#19880`, or `none found`. */
  report: z.string(),
  /** The rule of preflight that warns of it. */
  rule: z.string(),
  /** The bug of the catalogue that this shows; it happens in versions with that bug, or in all if none is named. */
  bug: z.string().optional(),
  /** The bug of the catalogue that hides this, so that it happens in versions without that bug. */
  unless: z.string().optional(),
};

const CHANGE = z.strictObject({
  /** The column, such as `booking.doc`. */
  column: z.string(),
  /** The rows of the reference, by id. */
  rows: z.array(z.int()).min(1),
  /** `…` stands for anything, in these two and in `says`. */
  from: z.string(),
  to: z.string(),
  on: ON,
  /** What VDiff says about the table whenever it is asked, so that all changes of a table have the same value here. */
  vdiff: z.enum(['equal', 'differs']),
  ...WHY,
});
const STOP = z.strictObject({
  /** The tables at each of which the stream stops; by default all of the case. */
  tables: z.array(z.string()).min(1).optional(),
  /** What the error says; several texts if versions of Vitess differ. */
  says: z.union([z.string().transform((text) => [text]), z.array(z.string()).min(2)]),
  on: ON,
  ...WHY,
});
/** The target's definition of a table, after the copy and at the end. */
const DEFINITION = z.strictObject({
  table: z.string(),
  /** The lines that are gone on the target, and those that it has in their place. */
  from: z.string(),
  to: z.string(),
  ...WHY,
});

const CHANGES = z
  .array(CHANGE)
  .refine(
    (changes) =>
      [...Map.groupBy(changes, ({ column }) => column.split('.')[0])].every(([, ofTable]) =>
        ofTable.every((a) => ofTable.every((b) => a.vdiff === b.vdiff || neverMeet(a, b) || neverMeet(b, a))),
      ),
    'expected one opinion of VDiff for each table in each version',
  );

/** Whether no version of Vitess has both: one happens where a bug is there, the other where it is not. */
function neverMeet(
  { bug }: Pick<z.output<typeof CHANGE>, 'bug'>,
  { unless }: { readonly unless?: string | undefined },
) {
  return bug !== undefined && bug === unless;
}

/** The form of `expected.yaml`. */
export const EXPECTED = z.strictObject({
  changes: CHANGES.default([]),
  stops: z.array(STOP).default([]),
  definitions: z.array(DEFINITION).default([]),
});

/** A value that arrives as another one, on every leg that is named, and in every row. */
export type DeclaredChange = z.output<typeof CHANGE> & When;
/** A stream that stops, on every leg that is named, and at each table by itself. */
export type DeclaredStop = z.output<typeof STOP> & When;

/** Returns the tables of a case at each of which the stream stops. */
export function stoppingTables({ tables: own }: DeclaredStop, all: readonly string[]): readonly string[] {
  return own ?? all;
}

/** A table that the target defines otherwise. */
export type DeclaredDefinition = z.output<typeof DEFINITION> & When;
