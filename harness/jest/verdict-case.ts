import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { usage } from '../errors.ts';
import { roundtrip } from './roundtrip.ts';

/** The exit status for each word that a rehearsal ends with. */
export const EXIT_CODES = { GO: 0, 'NO-GO': 1, UNKNOWN: 2, USAGE: 64 } as const;

/** The contents of a case's `expected.yaml`. In its texts, `…` stands for anything on the same line. */
const EXPECTED = z.strictObject({
  /** One sentence: what this case is about, and why this is the right answer. */
  claim: z.string(),
  /** The word that the command ends with; its exit status follows from it. */
  answer: z.enum(['GO', 'NO-GO', 'UNKNOWN', 'USAGE']),
  /** Texts that the output must contain. */
  says: z.array(z.string()).default([]),
  /** Texts that it must not contain. */
  neverSays: z.array(z.string()).default([]),
});

/** One folder of `scenarios/verdict/cases/`: a config with its SQL, and the answer that it must get. */
export interface VerdictCase extends z.output<typeof EXPECTED> {
  readonly folder: string;
}

/** @throws usage if `expected.yaml` is missing or invalid. */
export async function readVerdictCase(folder: string): Promise<VerdictCase> {
  const file = path.join(folder, 'expected.yaml');
  const expected = EXPECTED.safeParse(parse(await readFile(file, 'utf8')));
  if (expected.success) return { ...expected.data, folder };
  throw usage({
    what: 'The expected answer of a case cannot be read.',
    seen: z.prettifyError(expected.error),
    where: file,
  });
}

/** What a rehearsal of the case's config answered. */
export interface VerdictAnswer {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** Rehearses the case's config as a person would, with the command. */
export async function answerOf({ folder }: VerdictCase): Promise<VerdictAnswer> {
  return await roundtrip(['rehearse', '--config', path.join(folder, 'roundtrip.config.yaml'), '--seed', '5']);
}

/** Turns a text of `expected.yaml` into a pattern. */
export function asPattern(text: string): RegExp {
  const parts = text.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(parts.join('.*'));
}
