import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import type { ConnectionOptions } from 'mysql2/promise';
import { messageOf } from '../errors.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Artifacts } from '../report/artifacts.ts';
import { plainLines } from '../report/plain-lines.ts';
import { CostMeter } from './cost-meter.ts';
import { Sampler } from './sampler.ts';
import { Standstill } from '../workload/standstill.ts';

/** Everything that watches a run, from before its first server is started until its servers have ended. */
export class Instruments implements AsyncDisposable {
  readonly cost = new CostMeter();
  readonly #recorder: Recorder;
  readonly #stepLog: WriteStream;
  #watching: { readonly sampler: Sampler; readonly standstill: Standstill } | undefined;

  constructor(recorder: Recorder, artifacts: Artifacts) {
    this.#recorder = recorder;
    const file = path.join(artifacts.path, 'steps.log');
    this.#stepLog = createWriteStream(file);
    this.#stepLog.on('error', (error) => artifacts.failed(file, error));
    recorder.listen(plainLines((text) => this.writeStep(text)));
  }

  /** Adds text to `steps.log`. */
  writeStep(text: string): void {
    this.#stepLog.write(text);
  }

  /** Starts to watch the streams of these workflows, and this process. */
  watch(workflows: readonly string[]): void {
    const recorder = this.#recorder;
    const sampler = new Sampler(
      workflows,
      (sample) => recorder.observed(sample),
      (error) =>
        recorder.observed({ of: 'problem', verdict: 'unknown', what: `The sampler broke: ${messageOf(error)}` }),
    );
    const standstill = new Standstill(
      () => recorder.now(),
      (seen) => recorder.observed(seen),
    );
    this.#watching = { sampler, standstill };
  }

  /**
   * Adds a server whose streams are watched.
   *
   * @param sidecar Vitess’ own database there.
   */
  sample(name: string, endpoint: ConnectionOptions, sidecar: string): void {
    this.#watching?.sampler.add(name, endpoint, sidecar);
  }

  /** Stops watching; what is reported from now on still goes to `steps.log`. */
  async stopWatching(): Promise<void> {
    this.#watching?.standstill[Symbol.dispose]();
    await this.#watching?.sampler[Symbol.asyncDispose]();
    this.#watching = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stopWatching();
    } finally {
      this.#stepLog.end();
    }
  }
}
