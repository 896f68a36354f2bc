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
  /** Shown already, and has what was done before. */
  readonly recorder: Recorder;
}

/** How a rehearsal ended, and where it left what it learned. */
export interface Rehearsed extends Performed {
  readonly artifacts: string;
  /** The step that it ended in, for errors. */
  readonly step: ReturnType<typeof whereItFailed>;
}

/**
 * Runs a rehearsal whose progress is shown already.
 *
 * @param signal aborted when the person wants the run to end; it then ends with what it has learned so far.
 */
export async function rehearse(
  rehearsal: Rehearsal,
  options: RehearseOptions,
  signal: AbortSignal,
): Promise<Rehearsed> {
  const { seed, again, config, recorder } = options;
  const { subject, cluster, thresholds, production, existing } = rehearsal;
  // An impossible setting is reported before anything is created.
  await planImages(rehearsal.images);
  const artifacts = await openArtifacts(path.resolve(options.artifacts));
  const steps = plannedSteps(rehearsal);
  const profile = cluster.profile ?? 'rehearsal';
  const flags = existing ? 'servers that run already' : `profile ${profile}: ${PROFILES[profile].about}`;
  recorder.note(`seed ${seed}; ${flags}`);
  const sizes = production === undefined ? {} : { production };
  const asked = { thresholds, again, ...sizes, ...(config === undefined ? {} : { config }) };
  const where = { cluster, existing, imageSettings: rehearsal.images, engine: rehearsal.engine, artifacts };
  const what = { subject, seed, recorder, signal, asked, kinds: kindsOf(rehearsal), ...where };
  const performed = await perform(
    { ...what, plannedSteps: steps, required: requiredInvariants(rehearsal) },
    async (run) => await rehearsalStory(run, rehearsal),
  );
  const shown = path.relative(process.cwd(), artifacts.path) || artifacts.path;
  return { ...performed, artifacts: shown, step: whereItFailed(recorder.events, steps.length) };
}

/** Prints how a rehearsal ended. */
export async function conclude(
  { result, thrown, wayBack, troubles, artifacts: shown, step }: Rehearsed,
  { seed, again }: RehearseOptions,
  screen: Screen,
): Promise<void> {
  const { colour } = screen;
  const after = { colour, isVerdictShown: true };
  await screen.conclude(
    [
      summarize(result, { again, artifacts: shown, colour }),
      ...(thrown === undefined ? [] : [layOutFailure(thrown, { ...after, step, seed, again, artifacts: shown })]),
      ...troubles.map((each) => layOutFailure(each, after)),
      ...(wayBack === null ? [] : [`${wayBack}\n`]),
    ]
      .map((part) => `\n${part}`)
      .join(''),
  );
}
