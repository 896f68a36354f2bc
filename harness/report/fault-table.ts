import { z } from 'zod';
import { markdownTable, withSection } from '../markdown.ts';
import type { FaultResult } from './verdict.ts';
import { faultSchema } from './verdict-schema.ts';
import { formatDuration } from './format.ts';

/** The outcome of a fault at a point, and how to see it again. */
export interface TriedFault extends FaultResult {
  /** A description for a person of what is struck, and how it is mended. */
  readonly about: string;
  /** A description of the moment for a person. */
  readonly when: string;
  /** Invariants that did not hold in the run to which it belongs. */
  readonly invariantsBroken: readonly string[];
  /** Whether both sides of that run were compared at rest, and were equal. */
  readonly isCompared: boolean;
  /** The folder of that run. */
  readonly run: string;
  readonly again: string;
}

/** Returns a table in Markdown. */
export function faultTable(tried: readonly TriedFault[]): string {
  const header = [
    'fault',
    'point',
    'outcome',
    'brought back by',
    'longest time without a write',
    'normal after',
    'errors',
    'invariants',
  ];
  return markdownTable([header, ...tried.map(row)]);
}

function row(tried: TriedFault): string[] {
  const { fault, point, outcome, recoveredBy, writeGapMs, normalAfterMs, errors, invariantsBroken, wrong } = tried;
  const { isCompared, struck } = tried;
  const classes = Object.entries(errors).map(([name, count]) => `${count} ${name}`);
  return [
    `\`${fault}\``,
    `\`${point}\``,
    wrong.length === 0 ? outcome : `${outcome}: ${wrong.join('; ')}`,
    recoveredBy.map((command) => `\`${command}\``).join(', ') || 'nothing',
    writeGapMs === null ? '' : formatDuration(writeGapMs),
    normalAfterMs === null ? '' : formatDuration(normalAfterMs),
    classes.join(', ') || 'none',
    struck === null ? '' : invariantsBroken.join(', ') || (isCompared ? 'held' : 'not compared at rest'),
  ];
}

/** The fault with which nothing is struck. */
const CONTROL = 'nothing';

const HEADING = '## The table';

/**
 * Returns the page with its table updated; the table is its last part.
 *
 * @param known how many pairs there are to strike, including controls.
 */
export function withTable(page: string, tried: readonly TriedFault[], known: number): string {
  const controls = tried.filter(({ fault }) => fault === CONTROL).length;
  const struck = tried.filter(({ struck: blow }) => blow !== null).length;
  const said = `${struck - controls} of ${known - controls} pairs were struck; \`npm run faults -- --only 'FAULT/POINT'\` strikes one again.`;
  return withSection(page, HEADING, `${said}\n\n${faultTable(tried)}`);
}

const triedFaults = z.array(
  faultSchema.extend({
    about: z.string(),
    when: z.string(),
    invariantsBroken: z.array(z.string()),
    isCompared: z.boolean(),
    run: z.string(),
    again: z.string(),
  }),
);

/** @throws ZodError for a `faults.json` in another form. */
export function parseTried(json: unknown): readonly TriedFault[] {
  return triedFaults.parse(json);
}
