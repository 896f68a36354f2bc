import { findEngine } from '../../docker/engine.ts';
import { sweepAll } from '../cluster/sweep.ts';
import { Recorder } from '../history/recorder.ts';
import { untilAborted } from '../run/interruption.ts';
import { setUp } from '../run/set-up.ts';
import type { CommandSurface } from './command-surface.ts';

/** Finds or builds the images, and prints their names. */
export async function images({ screen, ending }: CommandSurface): Promise<void> {
  const recorder = new Recorder();
  const found = await screen.show(
    recorder,
    async () => await ending.during(async () => await untilAborted(ending.signal, async () => await setUp(recorder))),
  );
  for (const [name, image] of Object.entries(found.images)) screen.print(`${name.padEnd(8)}${image}\n`);
}

/** Removes what runs have left on the engine, and prints how much that was. */
export async function clean({ screen }: CommandSurface): Promise<void> {
  const engine = await findEngine();
  const nothing = { containers: 0, networks: 0, volumes: 0 };
  const { containers, networks, volumes } = engine ? await sweepAll(engine.docker) : nothing;
  screen.print(`removed ${containers} container(s), ${networks} network(s) and ${volumes} volume(s)\n`);
}
