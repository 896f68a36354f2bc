import type { ConnectionOptions } from 'mysql2/promise';
import { statementSeconds } from '../cluster/cpu.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import type { CostObservation } from '../history/observations.ts';

/** Measures what the run takes of the processors, from when it is made; see docs/decisions/0023. */
export class CostMeter {
  /** Of this process: all of its threads, and none of its children. */
  readonly #begun = process.cpuUsage();
  /** What the source took to load the subject, by the same account that asks questions later. */
  #loadSeconds: number | null = 0;

  /** To be called as soon as the subject is loaded: that was no question. */
  async loaded(source: ConnectionOptions): Promise<void> {
    this.#loadSeconds = await statementSeconds(source);
  }

  /** Never throws: what cannot be read is null. */
  async look(servers: Pick<MigrationServers, 'cpu' | 'source'>): Promise<CostObservation> {
    const cpu = await servers.cpu();
    const { user, system } = process.cpuUsage(this.#begun);
    const harnessSeconds = (user + system) / 1e6;
    if (cpu === null) return { of: 'cost', harnessSeconds, servers: null };
    const source = servers.source.server.name;
    return {
      of: 'cost',
      harnessSeconds,
      servers: cpu.map((each) => (each.server === source ? { ...each, ...this.#withoutLoad(each) } : each)),
    };
  }

  #withoutLoad({ questionSeconds = null }: { readonly questionSeconds?: number | null }) {
    if (questionSeconds === null || this.#loadSeconds === null) return { questionSeconds: null };
    return { questionSeconds: questionSeconds - this.#loadSeconds };
  }
}
