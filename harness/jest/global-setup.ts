import { Recorder } from '../history/recorder.ts';
import { plainLines } from '../report/plain-lines.ts';
import { setUp } from '../run/set-up.ts';

/** Sets up the engine and the images once before the first scenario, and shows the progress. */
export default async function globalSetup(): Promise<void> {
  const recorder = new Recorder();
  recorder.listen(plainLines((text) => process.stderr.write(text)));
  await setUp(recorder);
}
