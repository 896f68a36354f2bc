import path from 'node:path';
import { planImages } from '../../docker/plan.ts';
import { PROFILES } from '../cluster/profile.ts';
import { Recorder } from '../history/recorder.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { whereItFailed } from '../report/collect.ts';
import { layOutFailure } from '../report/failure.ts';
import { summarize } from '../report/summary.ts';
import { perform, type Performed } from '../run/perform.ts';
import { kindsOf, plannedSteps, rehearsalStory, requiredInvariants, type Rehearsal } from '../run/rehearsal.ts';
import type { Screen } from './screen.ts';

export interface RehearseOptions {
  readonly seed: number;
  /** The folder in which each run makes its own. */
  readonly artifacts: string;
  /** The command that runs the same again. */
  readonly again: string;
  /** The config that asked for it, if there is one. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Runs a rehearsal, and shows its progress and its result.
 *
 * @param signal aborted when the person wants the run to end; it then ends with what it has learned so far.
 */
export async function rehearse(
  rehearsal: Rehearsal,
  options: RehearseOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<Performed> {
  const { seed, again, config } = options;
  const { subject, cluster, thresholds, production, existing } = rehearsal;
  // An impossible setting is reported before anything is created.
  await planImages(rehearsal.images);
  const artifacts = await openArtifacts(path.resolve(options.artifacts));
  const recorder = new Recorder();
  const steps = plannedSteps(rehearsal);
  const profile = cluster.profile ?? 'rehearsal';
  const { result, thrown, wayBack, troubles } = await screen.show(recorder, async () => {
    const flags = existing ? 'servers that run already' : `profile ${profile}: ${PROFILES[profile].about}`;
    recorder.note(`seed ${seed}; ${flags}`);
    const sizes = production === undefined ? {} : { production };
    const asked = { thresholds, again, ...sizes, ...(config === undefined ? {} : { config }) };
    const where = { cluster, existing, imageSettings: rehearsal.images, artifacts };
    const what = { subject, seed, recorder, signal, asked, kinds: kindsOf(rehearsal), ...where };
    return await perform({ ...what, plannedSteps: steps, required: requiredInvariants(rehearsal) }, async (run) => {
      await rehearsalStory(run, rehearsal);
    });
  });
  const shown = path.relative(process.cwd(), artifacts.path) || artifacts.path;
  const { colour } = screen;
  const step = whereItFailed(recorder.events, steps.length);
  await screen.conclude(
    [
      summarize(result, { again, artifacts: shown, colour }),
      ...(thrown === undefined ? [] : [layOutFailure(thrown, { step, seed, again, artifacts: shown, colour })]),
      ...troubles.map((each) => layOutFailure(each, { colour })),
      ...(wayBack === null ? [] : [`${wayBack}\n`]),
    ]
      .map((part) => `\n${part}`)
      .join(''),
  );
  return { result, thrown, wayBack, troubles };
}
