import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { outcomeOf } from '../errors.ts';
import { Vtctl, type VtctlCommand, type VtctldAnswer } from './vtctl.ts';

const LOOK: VtctlCommand = { args: ['VDiff', 'show'], method: 'VDiffShow', request: {} };
const COMMAND: VtctlCommand = { args: ['MoveTables', 'create'], method: 'MoveTablesCreate', request: {} };
const ANSWER = z.object({ it: z.string() });
const GIVEN = { answer: { it: 'is' } };
const LOST = { status: 'UNKNOWN', message: 'initial packet read failed: EOF (errno 2013) (sqlstate HY000)' };
const GONE = { status: 'UNKNOWN', message: "Table 'a' doesn't exist (errno 1146) (sqlstate 42S02)" };
const SILENT = { status: 'UNAVAILABLE', message: 'connection refused' };

/** Asks a vtctld that gives these answers, one after another. @returns what it was asked, and what came of it. */
async function ask(command: VtctlCommand, answers: readonly VtctldAnswer[]) {
  const left = [...answers];
  const sent: string[] = [];
  const vtctl = new Vtctl({ server: null, call: async () => left.shift()! }, (line) => void sent.push(line));
  const ended = await vtctl.query(ANSWER, command).catch((error: unknown) => outcomeOf(error));
  return { sent: sent.length, ended };
}

test.each([
  ['that is answered is asked once', LOOK, [GIVEN], 1, GIVEN.answer],
  ['that meets a lost connection is asked again', LOOK, [LOST, LOST, GIVEN], 3, GIVEN.answer],
  ['that meets one again and again says nothing about the migration', LOOK, [LOST, LOST, LOST], 3, 'unknown'],
  ['that meets another error is not asked again', LOOK, [GONE], 1, 'fail'],
  ['that vtctld does not answer is not asked again', LOOK, [SILENT], 1, 'unknown'],
] as const)('a look %s', async (_, command, answers, sent, ended) => {
  expect(await ask(command, answers)).toEqual({ sent, ended });
});

test('a VDiff that cannot begin because of a connection says nothing about the migration', async () => {
  expect(await ask({ ...LOOK, method: 'VDiffCreate' }, [LOST])).toEqual({ sent: 1, ended: 'unknown' });
});

test('a command is sent once, whatever it meets, because it may have been carried out', async () => {
  expect(await ask(COMMAND, [LOST])).toEqual({ sent: 1, ended: 'fail' });
});

test('a refusal is returned at once, and so is that there is none', async () => {
  const answers = [LOST, GIVEN];
  const vtctl = new Vtctl({ server: null, call: async () => answers.shift()! });
  expect(await vtctl.refusal(LOOK)).toBe(LOST.message);
  expect(await vtctl.refusal(LOOK)).toBeNull();
});
