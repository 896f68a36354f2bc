import path from 'node:path';
import picomatch from 'picomatch';
import { usage } from '../errors.ts';
import { changesInWords, withFidelity } from '../fidelity/page.ts';
import { readValueCases } from '../fidelity/value-case.ts';
import { Recorder } from '../history/recorder.ts';
import { openArtifacts, readIfThere, writeWhole } from '../report/artifacts.ts';
import { tryFidelity } from '../run/fidelity.ts';
import type { Screen } from './screen.ts';

export interface FidelityCommandOptions {
  readonly only?: string;
  /** The folder in which the run makes its own, and where `fidelity.json` is written. */
  readonly artifacts: string;
  /** The page whose table is written anew, if all cases were taken. */
  readonly table: string;
}

const CASES = path.resolve(import.meta.dirname, '../../scenarios/fidelity/cases');

/**
 * Takes the values of all cases there, back and there again, and writes what happened to each.
 *
 * @returns whether everything happened as declared.
 * @throws usage if no case is chosen, or one is not in the right form; unknown if this MySQL can run none of them.
 */
export async function fidelity(options: FidelityCommandOptions, screen: Screen, signal: AbortSignal): Promise<boolean> {
  const all = await readValueCases(CASES);
  const isChosen = picomatch(options.only ?? '*');
  const cases = all.filter(({ name }) => isChosen(name));
  if (cases.length === 0) {
    const names = all.map(({ name }) => name).join(', ');
    throw usage({ what: 'No case has that name.', expected: names, seen: options.only ?? '', where: '--only' });
  }
  const recorder = new Recorder();
  const artifacts = await openArtifacts(path.resolve(options.artifacts));
  const result = await screen.show(recorder, async () => await tryFidelity({ cases, recorder, artifacts, signal }));
  await writeWhole(path.join(options.artifacts, 'fidelity.json'), `${JSON.stringify(result, null, 2)}\n`);
  if (cases.length === all.length) {
    const page = (await readIfThere(options.table)) ?? '';
    await writeWhole(options.table, withFidelity(page, result, cases));
  }
  for (const change of changesInWords(result)) screen.print(`${change}\n`);
  for (const { name, needs } of result.leftOut) screen.print(`${name}: left out, because it needs MySQL ${needs}\n`);
  const { surprises } = result;
  screen.print(surprises.length === 0 ? 'everything as declared\n' : `not as declared:\n${surprises.join('\n')}\n`);
  return surprises.length === 0;
}
