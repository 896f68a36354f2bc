import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { answerOf, asPattern, EXIT_CODES, readVerdictCase } from '../../harness/jest/verdict-case.ts';

// Claim: schemas and statements of the kind that real teams bring get the right answer, for the right reason. Each
// folder of `cases/` is one case: a config, its SQL, and `expected.yaml` with the answer; no code names it.

const TIMEOUT_MS = 600_000;
const FOLDER = path.join(import.meta.dirname, 'cases');

test.each(readdirSync(FOLDER))(
  '%s',
  async (name) => {
    const expected = await readVerdictCase(path.join(FOLDER, name));
    const { exitCode, output } = await answerOf(expected);
    expect(output).toMatch(new RegExp(`^${expected.answer} {2}`, 'm'));
    for (const text of expected.says) expect(output).toMatch(asPattern(text));
    for (const text of expected.neverSays) expect(output).not.toMatch(asPattern(text));
    expect(exitCode).toBe(EXIT_CODES[expected.answer]);
  },
  TIMEOUT_MS,
);
