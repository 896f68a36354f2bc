import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ValueDigests } from '../track-record/results.ts';
import { LEGS } from './legs.ts';
import { SOURCE_ZONE } from './source.ts';
import { readValueCases, type ValueCase } from './value-case.ts';

const VALUE_CASES = path.resolve(import.meta.dirname, '../../scenarios/fidelity/cases');

/** Enough to tell versions of a case apart. */
const DIGEST_DIGITS = 12;

/** What only people read. */
const PROSE = new Set(['about', 'reason', 'report']);
const COMMENTS = /^-- .*\n/gm;

/** @throws usage if a case is not in the right form. */
export async function digestValueCases(): Promise<ValueDigests> {
  const cases = await readValueCases(VALUE_CASES);
  return new Map(cases.map((each) => [each.name, digestOf(each)]));
}

/** Returns a digest of a case's files, the legs and the zone: of what is tried, what must be seen, and in which versions. */
export function digestOf(valueCase: ValueCase): string {
  const { sql, onTarget, ...rest } = valueCase;
  // What comments say to the harness is among the rest.
  const statements = [sql, onTarget.sql].map((text) => text.replace(COMMENTS, ''));
  const decisive = { ...rest, statements, legs: LEGS, zone: SOURCE_ZONE };
  const text = JSON.stringify(decisive, (key, value: unknown) => {
    if (PROSE.has(key)) return undefined;
    return value instanceof Set || value instanceof Map ? [...value] : value;
  });
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS);
}
