import { findOrStartEngine, type Engine } from '../../docker/engine.ts';
import { ensureImages, type ImageListener } from '../../docker/images.ts';
import type { Images, ImageSettings } from '../../docker/plan.ts';
import { sweepLeftovers } from '../cluster/sweep.ts';
import type { Recorder } from '../history/recorder.ts';

/** The things that every run needs before it starts a cluster. */
export interface SetUp {
  readonly docker: Engine['docker'];
  readonly images: Images;
}

/**
 * Finds or starts an engine, removes what was left on it by runs whose process is gone, and finds or builds the images.
 * Each part that takes time is recorded.
 */
export async function setUp(recorder: Recorder, settings: ImageSettings = {}): Promise<SetUp> {
  // Ryuk's image cannot be built from packages, and our own reaper needs no image: see docs/decisions/0004.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const engine = await recorder.step(
    'engine',
    'container engine',
    async ({ progress }) => await findOrStartEngine((detail) => progress({ done: 0, total: 0, unit: 'lines', detail })),
    ({ version, origin }) => `${version}, ${origin}`,
  );
  await sweepLeftovers(engine.docker);
  const listener: ImageListener = { part: async (title, body) => await recorder.step('image', title, body) };
  const images = await ensureImages(engine, listener, settings);
  return { docker: engine.docker, images };
}
