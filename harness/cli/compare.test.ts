import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { outcomeOf } from '../errors.ts';
import { FAILED, PASSED } from '../report/golden/results.ts';
import { commands } from './commands.ts';
import { Ending } from './ending.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { Screen } from './screen.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-compare-'));
  for (const [name, result] of Object.entries({ passed: PASSED, failed: FAILED, broken: { verdict: 'pass' } })) {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'verdict.json'), JSON.stringify(result));
  }
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs `roundtrip compare` as a process does, and returns the exit status and what it printed. */
async function compared(before: string, after: string, ...options: string[]) {
  const screen = new Screen(false);
  const print = jest.spyOn(screen, 'print').mockImplementation(() => undefined);
  const finish = jest.fn();
  const program = commands({ screen, ending: new Ending(), finish });
  const folders = [before, after].map((name) => path.join(folder, name));
  await program.parseAsync(['compare', ...folders, ...options], { from: 'user' });
  return { status: finish.mock.calls[0]?.[0], printed: print.mock.calls.map(([text]) => text).join('') };
}

test('the status is 1 if the second run is worse, else 0', async () => {
  expect(await compared('passed', 'failed')).toMatchObject({
    status: 1,
    printed: expect.stringContaining('got worse'),
  });
  expect(await compared('failed', 'passed')).toMatchObject({ status: 0 });
  expect(await compared('passed', 'passed')).toMatchObject({ status: 0 });
});

test('with --json a program can read the same', async () => {
  const { printed } = await compared('passed', 'failed', '--json');
  expect(JSON.parse(printed)).toMatchObject({
    verdicts: { before: 'go', after: 'no-go' },
    isWorse: true,
    figures: expect.arrayContaining([
      expect.objectContaining({ id: 'cutover1.writeGapMs', before: 812, after: 30_000 }),
    ]),
  });
});

test.each(['nowhere', '.', 'broken'])('%s is not a run: status 64', async (name) => {
  const error: unknown = await compared('passed', name).catch((thrown: unknown) => thrown);
  expect(EXIT_CODES[outcomeOf(error)]).toBe(64);
  expect(error).toHaveProperty('facts.where', path.join(folder, name));
});
