import type { ConnectionOptions } from 'mysql2/promise';
import { statementSeconds } from '../cluster/cpu.ts';
import type { MigrationServers } from '../cluster/servers.ts';
import type { CostObservation } from '../history/observations.ts';

/** Measures how much CPU the run uses from the moment the meter is created; see docs/decisions/0023. */
export class CostMeter {
  /** CPU usage of this process: all of its threads, none of its children. */
  readonly #begun = process.cpuUsage();
  /**
   * CPU seconds spent on loading the subject: by this process, and by the source for the account that later observes
   * it.
   */
  #load: { readonly harness: number; readonly source: number | null } = { harness: 0, source: 0 };

  /** Runs `load`, whose cost counts neither as observation nor as the harness' own work. */
  async loading<T>(source: ConnectionOptions, load: () => Promise<T>): Promise<T> {
    const begun = process.cpuUsage();
    const loaded = await load();
    this.#load = { harness: secondsSince(begun), source: await statementSeconds(source) };
    return loaded;
  }

  /**
   * Never throws: a figure that cannot be read is null.
   *
   * @param applicationSeconds what the thread of the application has used; null if that is unknown, so that the
   *   harness' figure contains it.
   */
  async look(
    servers: Pick<MigrationServers, 'cpu' | 'source'>,
    applicationSeconds: number | null,
  ): Promise<CostObservation> {
    const cpu = await servers.cpu();
    const harnessSeconds = secondsSince(this.#begun) - this.#load.harness - (applicationSeconds ?? 0);
    const own = { of: 'cost', harnessSeconds, applicationSeconds } as const;
    if (cpu === null) return { ...own, servers: null };
    const source = servers.source.server.name;
    return {
      ...own,
      servers: cpu.map((each) => (each.server === source ? { ...each, ...this.#withoutLoad(each) } : each)),
    };
  }

  #withoutLoad({ questionSeconds = null }: { readonly questionSeconds?: number | null }) {
    const { source } = this.#load;
    return { questionSeconds: questionSeconds === null || source === null ? null : questionSeconds - source };
  }
}

function secondsSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}
